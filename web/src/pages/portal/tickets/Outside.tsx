import "./tickets.css";
import { IconLock } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { Problem } from "../../../lib/api";
import { Notice, Page } from "../kit";
import { Loaded } from "../Loaded";
import { useHouse } from "../session";
import { Leave } from "./Leave";
import { useLinked } from "./linked";
import { answeringAt } from "./One";
import { Reply } from "./Reply";
import { Thread } from "./Thread";
import type { OutsideOut } from "./types";

/** Whom the house asks outside answers by the link in a mail: nobody has signed in, nothing else is shown. */
export default function Outside() {
  const { t } = useTranslation();
  const { token = "" } = useParams();
  const { name: house } = useHouse();
  const [typing, setTyping] = useState(false);
  const [sent, setSent] = useState(false);
  const { path, query, change } = useLinked<OutsideOut>("s", token);
  const status = query.error instanceof Problem ? query.error.status : 0;
  if (status === 404) return <Page title={t("portal.tracking.unknown")} lead={t("portal.outside.unknownText")} narrow>{null}</Page>;
  if (status === 410) return <Page title={t("portal.outside.ended")} lead={t("portal.outside.endedText")} narrow>{null}</Page>;
  const asked = (shown: OutsideOut): string => {
    const who = shown.asked_by && house ? t("portal.tickets.of", { name: shown.asked_by, house }) : shown.asked_by || house || t("portal.tickets.us");
    return t("portal.outside.lead", { who, email: shown.email });
  };
  const way = answeringAt<OutsideOut>(path, `${path}/files`);
  return (
    <Page title={query.data?.subject ?? t("portal.outside.title")} lead={query.data && asked(query.data)} narrow>
      <Loaded query={query}>
        {(shown) => (
          <>
            <Thread messages={shown.messages} way={way} />
            {sent && !typing && (
              <Notice tone="green">
                {t("portal.outside.sent")}
              </Notice>
            )}
            <Reply
              way={way}
              mostBytes={shown.most_bytes}
              onChange={(now) => {
                setSent(true);
                change(now);
              }}
              onTyping={setTyping}
            />
            <p className="dim small pt-private">
              <IconLock size={16} aria-hidden />
              <span>{t("portal.outside.private")}</span>
            </p>
          </>
        )}
      </Loaded>
      <Leave typing={typing} />
    </Page>
  );
}
