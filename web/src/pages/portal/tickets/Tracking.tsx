import "./tickets.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { IconLock } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { get, Problem } from "../../../lib/api";
import { ButtonLink, Page } from "../kit";
import { Loaded } from "../Loaded";
import { useDoorway } from "../session";
import { Detail } from "./Detail";
import { Leave } from "./Leave";
import { wayTo } from "./One";
import type { RequestOut } from "./types";

const LOOK_AGAIN_MS = 30_000;

/** One request by the link in a mail: nobody has signed in. */
export default function Tracking() {
  const { t } = useTranslation();
  const { token = "" } = useParams();
  const queries = useQueryClient();
  const doorway = useDoorway();
  const [typing, setTyping] = useState(false);
  const key = ["portal", "link", token];
  const path = `/portal/t/${encodeURIComponent(token)}`;
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get<RequestOut>(path, {}, signal),
    refetchInterval: LOOK_AGAIN_MS,
    refetchOnWindowFocus: true,
  });
  const open = doorway.data?.enabled === true;
  if (query.error instanceof Problem && query.error.status === 404)
    return (
      <Page title={t("portal.tracking.unknown")} lead={t("portal.tracking.unknownText")} narrow>
        {open && (
          <div className="p-buttons">
            <ButtonLink to="/">{t("portal.tracking.portal")}</ButtonLink>
          </div>
        )}
      </Page>
    );
  return (
    <Page title={query.data?.subject || t("portal.tracking.title", { number: query.data?.number ?? "" })} narrow>
      <Loaded query={query}>
        {(shown) => (
          <>
            <Detail shown={shown} way={wayTo(path, `${path}/files`)} onChange={(now) => queries.setQueryData(key, now)} onTyping={setTyping} />
            <p className="dim small pt-private">
              <IconLock size={16} aria-hidden />
              <span>
                {t("portal.tracking.private")} {open && <Link to="/tickets">{t("portal.tracking.all")}</Link>}
              </span>
            </p>
          </>
        )}
      </Loaded>
      <Leave typing={typing} />
    </Page>
  );
}
