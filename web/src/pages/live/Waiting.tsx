import { CloseButton } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Ticking } from "../../components/Times";
import { may, useMe } from "../../hooks/session";
import { useCallerName } from "../../hooks/words";
import { nameOf, type ContactRow, type QueueRow } from "../../lib/contract";
import type { LineActs } from "./acts";
import { ContactMenu } from "./ContactMenu";
import styles from "./live.module.css";

interface WaitingProps {
  queue: QueueRow;
  queues: readonly QueueRow[];
  contacts: readonly ContactRow[];
  acts: LineActs;
  onClose: () => void;
}

export function Waiting({ queue, queues, contacts, acts, onClose }: WaitingProps) {
  const { t } = useTranslation();
  const name = useCallerName();
  const mayAct = may(useMe(), "queues.act");
  const rows = contacts.filter((row) => row.queue_id === queue.id).sort((a, b) => a.position - b.position);
  const panel = useRef<HTMLElement>(null);
  // On a narrow page the panel stands above the tiles: bring it into view when a queue is chosen.
  useEffect(() => panel.current?.scrollIntoView({ block: "nearest" }), [queue.id]);
  return (
    <aside ref={panel} className={`panel ${styles.waiting ?? ""}`} aria-label={t("live.waitingIn", { queue: queue.name })}>
      <div className={styles.waitingHead}>
        <h2>{t("live.waitingIn", { queue: queue.name })}</h2>
        <CloseButton aria-label={t("common.close")} onClick={onClose} />
      </div>
      {rows.length === 0 && <p className="empty">{t("live.nobodyWaiting")}</p>}
      <ol className={styles.contacts}>
        {rows.map((row) => (
          <li key={row.id} data-acts={mayAct}>
            <b>{row.position}</b>
            <span className="truncate">{name(row.caller)}</span>
            <Ticking since={row.queued_at} />
            {mayAct && <ContactMenu row={row} name={name(row.caller)} line={rows} queues={queues} acts={acts} />}
            {(row.priority !== 0 || row.offered_to) && (
              <span className={`dim small ${styles.more ?? ""}`}>
                {[
                  row.priority !== 0 ? `${t("live.priority")} ${row.priority}` : "",
                  row.offered_to ? t("live.offeredTo", { agent: nameOf(row.offered_to) }) : "",
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            )}
          </li>
        ))}
      </ol>
    </aside>
  );
}
