import "./tickets.css";
import { IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { Problem } from "../../../lib/api";
import { ButtonLink, Page } from "../kit";
import { Loaded } from "../Loaded";
import { useDoorway } from "../session";
import { Detail } from "./Detail";
import { useLinked } from "./linked";
import { wayTo } from "./One";
import type { RequestOut } from "./types";

/** One request by the link in a mail: nobody has signed in. */
export default function Tracking() {
  const { t } = useTranslation();
  const { token = "" } = useParams();
  const doorway = useDoorway();
  const { path, query, change } = useLinked<RequestOut>("t", token);
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
            <Detail key={shown.id} shown={shown} way={wayTo(path, `${path}/files`)} onChange={change} />
            <p className="dim small pt-private">
              <IconLock size={16} aria-hidden />
              <span>
                {t("portal.tracking.private")} {open && <Link to="/tickets">{t("portal.tracking.all")}</Link>}
              </span>
            </p>
          </>
        )}
      </Loaded>
    </Page>
  );
}
