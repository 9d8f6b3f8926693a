import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { AREAS } from "./areas";
import { ButtonLink, Page } from "./kit";
import { useDoorway, useHouse } from "./session";
import type { PortalMe } from "./types";

export function Home({ me }: { me: PortalMe | null }) {
  return me ? <Welcome me={me} /> : <Guest />;
}

function Guest() {
  const { t } = useTranslation();
  const house = useHouse();
  const doorway = useDoorway();
  return (
    <Page title={house.name ? t("portal.home.titleOf", { house: house.name }) : t("portal.home.title")} lead={t("portal.home.lead")} narrow>
      <ul className="p-points">
        {AREAS.filter(({ path }) => path !== "security").map(({ path, icon: Sign }) => (
          <li key={path}>
            <Sign size={22} stroke={1.5} aria-hidden />
            {t(`portal.areaText.${path}`)}
          </li>
        ))}
      </ul>
      <div className="p-buttons">
        <ButtonLink to="/signin">{t("portal.signin.title")}</ButtonLink>
        {doorway.data?.registration === "open" && (
          <ButtonLink to="/register" tone="plain">
            {t("portal.register.title")}
          </ButtonLink>
        )}
      </div>
      {doorway.data?.registration !== "open" && <p className="dim small">{t("portal.home.invited")}</p>}
    </Page>
  );
}

function Welcome({ me }: { me: PortalMe }) {
  const { t } = useTranslation();
  return (
    <Page title={t("portal.home.hello", { name: me.name })} lead={t("portal.home.what")}>
      <ul className="p-cards">
        {AREAS.map(({ path, icon: Sign }) => (
          <li key={path} className="panel">
            <Sign size={24} stroke={1.5} aria-hidden />
            <div>
              <Link to={`/${path}`}>{t(`portal.area.${path}`)}</Link>
              <p className="dim small">{t(`portal.areaText.${path}`)}</p>
            </div>
          </li>
        ))}
      </ul>
    </Page>
  );
}
