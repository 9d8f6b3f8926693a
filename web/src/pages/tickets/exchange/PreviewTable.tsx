import { useTranslation } from "react-i18next";
import { Sentence } from "../../../components/Sentence";
import { useLocale } from "../../../hooks/words";
import { exact } from "../../../lib/time";
import type { Preview } from "../../../lib/tickets/exchange";
import type { Priority } from "../../../lib/tickets/types";
import styles from "./exchange.module.css";
import { RemarkTable } from "./parts";

/** The first tickets as they would be, and what of them would be left out. */
export function PreviewTable({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const sentences = [
    preview.known > 0 && t("ticketExchange.import.previewKnown", { count: preview.known }),
    preview.refused > 0 && t("ticketExchange.import.previewRefused", { count: preview.refused }),
  ].filter(Boolean);
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-labelledby="import-preview">
      <div>
        <h2 id="import-preview">{t("ticketExchange.import.preview")}</h2>
        <p className="dim">{t("ticketExchange.import.previewLead", { count: preview.looked })}</p>
      </div>
      <Sentence tone={preview.refused > 0 || preview.remarks.length > 0 ? "amber" : "green"}>
        {sentences.length > 0 ? sentences.join(" ") : t("ticketExchange.import.previewGood")}
      </Sentence>
      <div className={styles.scroll} role="region" tabIndex={0} aria-labelledby="import-preview">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("ticketExchange.import.subject")}</th>
              <th scope="col">{t("ticketExchange.import.requester")}</th>
              <th scope="col">{t("ticketExchange.import.becomesState")}</th>
              <th scope="col">{t("ticketExchange.import.priority")}</th>
              <th scope="col">{t("ticketExchange.import.thread")}</th>
              <th scope="col">{t("ticketExchange.import.made")}</th>
            </tr>
          </thead>
          <tbody>
            {preview.samples.map((each) => (
              <tr key={`${each.place} ${each.external_id}`}>
                <td className={styles.name}>
                  {each.subject}
                  <div className="dim small">
                    {[each.external_id, each.type, ...each.tags.slice(0, 3)].join(" · ")}
                    {each.known && ` · ${t("ticketExchange.import.here")}`}
                  </div>
                </td>
                <td>{each.requester || t("common.none")}</td>
                <td>
                  {each.state}
                  {each.assignee && <div className="dim small">{each.assignee}</div>}
                </td>
                <td>{t(`tickets.priorityOf.${each.priority as Priority}`)}</td>
                <td className="small">
                  {t("ticketExchange.import.messages", { count: each.messages })}
                  {each.files > 0 && <div className="dim">{t("ticketExchange.import.filesCount", { count: each.files })}</div>}
                </td>
                <td className="small">{exact(each.made_at, locale)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {preview.remarks.length > 0 && <RemarkTable remarks={preview.remarks} />}
    </section>
  );
}
