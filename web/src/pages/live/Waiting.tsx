import { CloseButton } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { may, useMe } from "../../hooks/session";
import { useCallerName } from "../../hooks/words";
import type { ContactRow, LaterRow, QueueRow } from "../../lib/wallboard";
import { isLater, landing, prioritize } from "../../lib/line";
import type { LineActs } from "./acts";
import { Later } from "./Later";
import styles from "./live.module.css";
import { WaitingRow } from "./WaitingRow";

/** A contact on its way to another place or queue. */
export interface Dragged {
  row: ContactRow;
  name: string;
}

interface WaitingProps {
  queue: QueueRow;
  queues: readonly QueueRow[];
  contacts: readonly (ContactRow | LaterRow)[];
  acts: LineActs;
  dragged: Dragged | null;
  onDrag: (dragged: Dragged | null) => void;
  onClose: () => void;
}

export function Waiting({ queue, queues, contacts, acts, dragged, onDrag, onClose }: WaitingProps) {
  const { t } = useTranslation();
  const name = useCallerName();
  const mayAct = may(useMe(), "queues.act");
  const here = contacts.filter((row) => row.queue_id === queue.id);
  const rows = here.filter((row): row is ContactRow => !isLater(row)).sort((a, b) => a.position - b.position);
  const panel = useRef<HTMLElement>(null);
  const [place, setPlace] = useState<number | null>(null);
  const moving = dragged ? rows.find((row) => row.id === dragged.row.id) : undefined;
  const found = moving && place !== null ? landing(moving, rows, place) : null;
  const others = rows.filter((row) => row !== moving);
  // On a narrow page the panel stands above the tiles: bring it into view when a queue is chosen.
  useEffect(() => panel.current?.scrollIntoView({ block: "nearest" }), [queue.id]);
  const goTo = (row: ContactRow, wanted: number) => {
    const where = landing(row, rows, wanted);
    const caller = name(row.caller);
    if (where) void acts.act(prioritize(row, where.priority), t("live.prioritized", { caller, priority: where.priority }));
    else if (wanted >= 0 && wanted < rows.length) acts.say(t("live.cannotPass", { caller }));
  };
  const over = () => {
    onDrag(null);
    setPlace(null);
  };
  return (
    <aside ref={panel} className={`panel ${styles.waiting ?? ""}`} aria-label={t("live.waitingIn", { queue: queue.name })}>
      <div className={styles.waitingHead}>
        <h2>{t("live.waitingIn", { queue: queue.name })}</h2>
        <CloseButton aria-label={t("common.close")} onClick={onClose} />
      </div>
      {rows.length === 0 && <p className="empty">{t("live.nobodyWaiting")}</p>}
      <ol
        className={styles.contacts}
        onDragLeave={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setPlace(null);
        }}
        onDrop={(event) => {
          event.preventDefault();
          if (moving && place !== null) goTo(moving, place);
          over();
        }}
      >
        {rows.map((row, index) => (
          <WaitingRow
            key={row.id}
            row={row}
            name={name(row.caller)}
            line={rows}
            queues={queues}
            acts={acts}
            mayAct={mayAct && !row.ticket}
            moving={row === moving}
            landing={found && others[found.place] === row ? "before" : found?.place === others.length && others.at(-1) === row ? "after" : undefined}
            onDrag={() => onDrag({ row, name: name(row.caller) })}
            onDragEnd={over}
            onPlace={moving ? (below) => setPlace(others.filter((each) => each.position < row.position).length + (below && row !== moving ? 1 : 0)) : undefined}
            onStep={(step) => goTo(row, index + step)}
          />
        ))}
      </ol>
      <Later rows={here.filter(isLater)} acts={acts} mayAct={mayAct} />
      {mayAct && rows.length > 0 && <p className={`dim small ${styles.dragHelp ?? ""}`}>{t("live.dragHelp")}</p>}
    </aside>
  );
}
