import "./tickets.css";
import { IconLock } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { Problem } from "../../../lib/api";
import { Notice, Page } from "../kit";
import { Loaded } from "../Loaded";
import { Unsent } from "./Held";
import { Leave } from "./Leave";
import { useLinked } from "./linked";
import { answeringAt } from "./One";
import { Reply } from "./Reply";
import { Thread, useWriter } from "./Thread";
import type { OutsideOut } from "./types";

/** Whom the house asks outside answers by the link in a mail: nobody has signed in, nothing else is shown. */
export default function Outside() {
  const { t } = useTranslation();
  const { token = "" } = useParams();
  const writer = useWriter();
  const [text, setText] = useState("");
  const [sent, setSent] = useState(false);
  const { path, query, change } = useLinked<OutsideOut>("s", token);
  const status = query.error instanceof Problem ? query.error.status : 0;
  const leave = <Leave typing={text.trim() !== ""} />;
  if (status === 404 || status === 410)
    return (
      <Page title={t(status === 410 ? "portal.outside.ended" : "portal.tracking.unknown")} lead={t(status === 410 ? "portal.outside.endedText" : "portal.outside.unknownText")} narrow>
        <Unsent text={text} why={t(status === 410 ? "portal.outside.unsent" : "portal.outside.unsentUnknown")} />
        {leave}
      </Page>
    );
  const way = answeringAt<OutsideOut>(path, `${path}/files`);
  return (
    <Page title={query.data?.subject ?? t("portal.outside.title")} lead={query.data && t("portal.outside.lead", { who: writer(query.data.asked_by), email: query.data.email })} narrow>
      <Loaded query={query}>
        {(shown) => (
          <>
            <Thread messages={shown.messages} way={way} />
            {sent && text.trim() === "" && (
              <Notice tone="green">
                {t("portal.outside.sent")}
              </Notice>
            )}
            <Reply
              way={way}
              mostBytes={shown.most_bytes}
              text={text}
              onText={setText}
              onChange={(now) => {
                setSent(true);
                change(now);
              }}
            />
            <p className="dim small pt-private">
              <IconLock size={16} aria-hidden />
              <span>{t("portal.outside.private")}</span>
            </p>
          </>
        )}
      </Loaded>
      {leave}
    </Page>
  );
}
