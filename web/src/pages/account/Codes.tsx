import { Button, CopyButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { qrPath, type Enrolment } from "../../lib/account";
import styles from "./account.module.css";

/** The picture and the key for the authenticator app. */
export function AppPicture({ enrolment }: { enrolment: Enrolment }) {
  const { t } = useTranslation();
  const { path, size } = qrPath(enrolment.qr);
  return (
    <div className={styles.enrolment}>
      <svg className={styles.qr} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t("account.factor.picture")}>
        <rect width={size} height={size} fill="#fff" />
        <path d={path} fill="#000" shapeRendering="crispEdges" />
      </svg>
      <div>
        <div className="dim small">{t("account.factor.key")}</div>
        <code className={styles.secret}>{enrolment.secret.replace(/(.{4})/g, "$1 ").trim()}</code>
      </div>
    </div>
  );
}

/** Recovery codes, shown this once. */
export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const { t } = useTranslation();
  return (
    <section className="stack" aria-label={t("account.factor.codesTitle")}>
      <h2>{t("account.factor.codesTitle")}</h2>
      <p>{t("account.factor.codesLead")}</p>
      <ul className={styles.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="row wrap">
        <Button onClick={onKept}>{t("account.factor.kept")}</Button>
        <Copy text={codes.join("\n")} />
      </div>
    </section>
  );
}

export function Copy({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button variant="default" onClick={copy}>
          {copied ? t("account.factor.copied") : t("account.factor.copy")}
        </Button>
      )}
    </CopyButton>
  );
}
