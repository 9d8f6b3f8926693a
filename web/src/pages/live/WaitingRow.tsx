import { ActionIcon } from "@mantine/core";
import { IconGripVertical } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { OwedMark } from "../../components/OwedMark";
import { Ticking } from "../../components/Times";
import { useNow } from "../../hooks/now";
import { useLocale } from "../../hooks/words";
import { nameOf } from "../../lib/contract";
import type { ContactRow, QueueRow } from "../../lib/wallboard";
import { relative } from "../../lib/time";
import type { LineActs } from "./acts";
import { ContactMenu } from "./ContactMenu";
import styles from "./live.module.css";

interface WaitingRowProps {
  row: ContactRow;
  name: string;
  line: readonly ContactRow[];
  queues: readonly QueueRow[];
  acts: LineActs;
  mayAct: boolean;
  /** It is the one being dragged. */
  moving: boolean;
  /** Where the one being dragged would come to stand. */
  landing: "before" | "after" | undefined;
  onDrag: () => void;
  onDragEnd: () => void;
  /** The one being dragged is over the upper or the lower half of this one; undefined while none of this line is. */
  onPlace: ((below: boolean) => void) | undefined;
  onStep: (step: 1 | -1) => void;
}

export function WaitingRow({ row, name, line, queues, acts, mayAct, moving, landing, onDrag, onDragEnd, onPlace, onStep }: WaitingRowProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { ticket } = row;
  const due = ticket?.due?.due_at;
  const more = [
    due ? t(Date.parse(due) < now ? "live.ticketsLate" : "live.ticketsDue", { time: relative(due, now, locale) }) : "",
    row.priority !== 0 ? `${t("live.priority")} ${row.priority}` : "",
    row.offered_to ? t("live.offeredTo", { agent: nameOf(row.offered_to) }) : "",
  ].filter(Boolean);
  return (
    <li
      data-acts={mayAct}
      data-moving={moving || undefined}
      data-landing={landing}
      draggable={mayAct && !acts.busy}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", name);
        onDrag();
      }}
      onDragEnd={onDragEnd}
      onDragOver={(event) => {
        if (!onPlace) return;
        event.preventDefault();
        const box = event.currentTarget.getBoundingClientRect();
        onPlace(event.clientY > box.top + box.height / 2);
      }}
    >
      {mayAct && (
        <ActionIcon
          className={styles.grip ?? ""}
          variant="subtle"
          color="gray"
          size={28}
          aria-label={t("live.drag", { caller: name })}
          onKeyDown={(event) => {
            if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
            event.preventDefault();
            if (!acts.busy) onStep(event.key === "ArrowUp" ? -1 : 1);
          }}
        >
          <IconGripVertical size={18} aria-hidden />
        </ActionIcon>
      )}
      <b>{row.position}</b>
      {ticket ? (
        <Link className="truncate" to={`/tickets/${ticket.number}`}>
          {t("live.ticketRow", { number: ticket.number })}
        </Link>
      ) : (
        <span className="truncate">
          <OwedMark channel={row.channel} /> {name}
        </span>
      )}
      <Ticking since={row.queued_at} />
      {mayAct && <ContactMenu row={row} name={name} line={line} queues={queues} acts={acts} />}
      {more.length > 0 && <span className={`dim small ${styles.more ?? ""}`}>{more.join(" · ")}</span>}
    </li>
  );
}
