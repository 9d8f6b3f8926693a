import { VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { fieldsOf, valueText, type Entry } from "../../lib/admin/audit";
import styles from "./audit.module.css";

/** What an entry changed: field by field what was and what is; of something made or removed what it held. */
export function Changes({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const words = { nothing: t("audit.nothing"), yes: t("audit.yes"), no: t("audit.no") };
  const single = entry.before === null ? entry.after : entry.after === null ? entry.before : null;
  return (
    <div className={styles.changes}>
      {entry.changes.length > 0 && (
        <dl className={styles.diff}>
          {entry.changes.map((change) => (
            <div key={change.path}>
              <dt>{change.path}</dt>
              <dd>
                <del>
                  <VisuallyHidden>{t("audit.before")} </VisuallyHidden>
                  {valueText(change.before, words)}
                </del>
                <ins>
                  <VisuallyHidden>{t("audit.after")} </VisuallyHidden>
                  {valueText(change.after, words)}
                </ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {single && (
        <>
          {entry.act.endsWith("removed") && <p className="dim small">{t("audit.removed")}</p>}
          <dl className={styles.diff}>
            {fieldsOf(single).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <span>{valueText(value, words)}</span>
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {entry.hidden.length > 0 && <p className="dim small">{t("audit.hidden", { fields: entry.hidden.join(", ") })}</p>}
      {entry.changes.length === 0 && !single && entry.hidden.length === 0 && <p className="dim small">{t("audit.noDocument")}</p>}
    </div>
  );
}
