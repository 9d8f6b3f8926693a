import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconClockPause, IconEye, IconLoader2, IconPlayerStop, type Icon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { DownloadButton } from "../../../components/DownloadButton";
import { Loading } from "../../../components/Loading";
import { Sentence } from "../../../components/Sentence";
import { useTicketSetUp } from "../../../hooks/tickets";
import { useProblemText } from "../../../hooks/words";
import type { ImportSource, ImportState, Remark } from "../../../lib/tickets/exchange";
import styles from "./exchange.module.css";
import { useRemarks } from "./fetching";

const SIGNS: Record<ImportState, [Icon, string]> = {
  reading: [IconLoader2, "var(--cc-dim)"],
  ready: [IconEye, "var(--cc-accent)"],
  running: [IconClockPause, "var(--cc-accent)"],
  done: [IconCircleCheck, "var(--cc-green)"],
  cancelled: [IconPlayerStop, "var(--cc-amber)"],
  failed: [IconAlertTriangle, "var(--cc-red)"],
};

export function ImportMark({ state }: { state: ImportState }) {
  const { t } = useTranslation();
  const [Sign, color] = SIGNS[state];
  return (
    <span className="row" style={{ gap: 6, color, flexWrap: "nowrap" }}>
      <Sign size={16} aria-hidden />
      {t(`ticketExchange.import.stateOf.${state}`)}
    </span>
  );
}

export function useSourceWord(): (source: ImportSource) => string {
  const { t } = useTranslation();
  return (source) => t(`ticketExchange.import.sourceOf.${source === "" ? "unknown" : source}`);
}

const TARGETS = [
  "external_id", "subject", "description", "state", "priority", "type", "category", "tags", "requester_name", "requester_email",
  "requester_phone", "organisation", "assignee", "team", "queue", "language", "channel", "made_at", "changed_at", "resolved_at",
  "attachments", "messages", "requester", "email", "phone", "external",
] as const;

/** What a field of the file becomes, in words. */
export function useTargetWord(): (target: string) => string {
  const { t } = useTranslation();
  const fields = useTicketSetUp().data?.fields;
  return (target) => {
    if (target.startsWith("field.")) return fields?.find((field) => field.id === target.slice(6))?.name ?? target.slice(6);
    const known = TARGETS.find((each) => each === target);
    return known ? t(`ticketExchange.import.targets.${known}`) : target;
  };
}

export function RemarkTable({ remarks }: { remarks: readonly Remark[] }) {
  const { t } = useTranslation();
  const word = useTargetWord();
  return (
    <div className={styles.scroll} role="region" tabIndex={0} aria-label={t("ticketExchange.import.remarks")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("ticketExchange.import.place")}</th>
            <th scope="col">{t("ticketExchange.import.what")}</th>
            <th scope="col">{t("ticketExchange.import.value")}</th>
            <th scope="col">{t("ticketExchange.import.why")}</th>
          </tr>
        </thead>
        <tbody>
          {remarks.map((each) => (
            <tr key={each.id}>
              <td className="small">
                {each.place}
                {each.record && <div className="dim">{each.record}</div>}
              </td>
              <td>
                {word(each.field)}
                {each.refused && <div className="small" style={{ color: "var(--cc-red)" }}>{t("ticketExchange.import.whole")}</div>}
              </td>
              <td>{each.value}</td>
              <td className={styles.reason}>{each.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The report of an import, page by page, and as a file. */
export function Report({ id, count }: { id: string; count: number }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const remarks = useRemarks(id, count > 0);
  const rows = remarks.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-labelledby="import-remarks">
      <div className="row wrap">
        <div className="grow">
          <h2 id="import-remarks">{t("ticketExchange.import.remarks")}</h2>
          <p className="dim">{count > 0 ? t("ticketExchange.import.remarksLead") : t("ticketExchange.import.remarksNone")}</p>
        </div>
        {count > 0 && <DownloadButton path={`/ticket-imports/${id}/report`} word={t("ticketExchange.import.report")} />}
      </div>
      {remarks.isError && <Sentence tone="red">{t("ticketExchange.import.failed", { detail: problemText(remarks.error) })}</Sentence>}
      {count > 0 && remarks.isPending && <Loading bars={[120]} />}
      {rows.length > 0 && <RemarkTable remarks={rows} />}
      {remarks.hasNextPage && (
        <div>
          <Button variant="default" loading={remarks.isFetchingNextPage} onClick={() => void remarks.fetchNextPage()}>
            {t("ticketExchange.import.more")}
          </Button>
        </div>
      )}
    </section>
  );
}
