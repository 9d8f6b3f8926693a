import { Button } from "@mantine/core";
import { IconArrowLeft, IconBrandGoogle, IconBrandWindows, IconFileCode, IconId } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import admin from "../../../components/admin/admin.module.css";
import formStyles from "../../../components/admin/form-page.module.css";
import { useTitle } from "../../../hooks/title";
import { STARTS, type Start } from "../../../lib/admin/providers";
import styles from "./providers.module.css";

const SIGNS = { google: IconBrandGoogle, microsoft: IconBrandWindows, oidc: IconId, saml: IconFileCode };

/** What is to be added, before its form. */
export function Starts({ back, onChoose }: { back: { to: string; word: string }; onChoose: (start: Start) => void }) {
  const { t } = useTranslation();
  useTitle(t("providers.new"));
  return (
    <div className={formStyles.formPage}>
      <header className={formStyles.formHead}>
        <Link className={admin.back ?? ""} to={back.to}>
          <IconArrowLeft size={16} aria-hidden />
          {back.word}
        </Link>
        <h1>{t("providers.new")}</h1>
        <p className="dim">{t("providers.which")}</p>
      </header>
      <ul className={styles.starts}>
        {STARTS.map((start) => {
          const Sign = SIGNS[start];
          return (
            <li key={start} className="panel">
              <Sign size={28} stroke={1.5} aria-hidden />
              <div className="grow">
                <h2>{t(`providers.start.${start}`)}</h2>
                <p className="dim" id={`start-${start}-text`}>
                  {t(`providers.startText.${start}`)}
                </p>
              </div>
              <Button variant="default" aria-label={`${t("providers.add")}: ${t(`providers.start.${start}`)}`} aria-describedby={`start-${start}-text`} onClick={() => onChoose(start)}>
                {t("providers.add")}
              </Button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
