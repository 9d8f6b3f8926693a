import "../../i18n/providers";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import type { Trial } from "../../lib/admin/providers";
import styles from "./signin.module.css";

/** What a sign-in at a provider would have come to. */
export default function TrialResult({ trial }: { trial: Trial }) {
  const { t } = useTranslation();
  const none = t("providers.try.nothing");
  const verified = trial.email && ` (${t(trial.email_verified ? "providers.try.verified" : "providers.try.unverified")})`;
  const rows: [string, string][] = [
    [t("providers.try.subject"), trial.subject || none],
    [t("providers.try.email"), trial.email ? trial.email + verified : none],
    [t("providers.try.name"), trial.name || none],
    [t("providers.try.values"), trial.values.join(", ") || none],
    [t("providers.try.roles"), trial.roles.map((held) => held.role).join(", ") || none],
    [t("providers.teams"), trial.teams.join(", ") || none],
  ];
  const claims = Object.entries(trial.claims);
  return (
    <>
      <h1>{t("providers.try.title")}</h1>
      <Sentence tone={trial.ends_in === "nothing" ? "amber" : "green"}>
        {t(`providers.try.ends.${trial.ends_in}`)} {trial.trouble} {trial.detail}
      </Sentence>
      {trial.subject && (
        <>
          <h2>{t("providers.try.result")}</h2>
          <List rows={rows} />
        </>
      )}
      {claims.length > 0 && (
        <details>
          <summary>{t("providers.try.claims")}</summary>
          <List rows={claims} />
        </details>
      )}
      <p className="dim">{t("providers.try.close")}</p>
    </>
  );
}

function List({ rows }: { rows: readonly (readonly [string, string])[] }) {
  return (
    <dl className={styles.found}>
      {rows.map(([word, text]) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
