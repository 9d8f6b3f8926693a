import { useTranslation } from "react-i18next";
import { Sentence } from "../../../components/Sentence";
import { excerpt, type Mistake } from "../../../lib/admin/configuration";
import styles from "./configuration.module.css";

/** What is wrong in the files, each with the lines around it. */
export function Mistakes({ mistakes, texts }: { mistakes: readonly Mistake[]; texts: Readonly<Record<string, string>> }) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      <Sentence tone="red">
        <b>{t("configuration.wrong.title", { count: mistakes.length })}</b> {t("configuration.wrong.text")}
      </Sentence>
      <ol className={styles.mistakes}>
        {mistakes.map((mistake, index) => {
          const lines = excerpt(texts[mistake.file], mistake.line);
          return (
            <li key={index}>
              <p>
                <b>
                  {mistake.line > 0
                    ? t("configuration.wrong.line", { file: mistake.file, line: mistake.line })
                    : t("configuration.wrong.whole", { file: mistake.file })}
                </b>
                {" · "}
                {mistake.message}
              </p>
              {lines.length > 0 && (
                <pre className={styles.code} tabIndex={0} role="region" aria-label={mistake.file}>
                  {lines.map((line) => (
                    <span key={line.number} data-kind={line.number === mistake.line ? "gone" : "same"}>
                      <span className={styles.number} aria-hidden>
                        {line.number}
                      </span>
                      {line.text || " "}
                    </span>
                  ))}
                </pre>
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
