import { IconCheck, IconForms, IconThumbUp, IconUser, IconUserStar } from "@tabler/icons-react";
import { useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useFields } from "../../../hooks/draft";
import type { StateRow, Way } from "../../../lib/tickets/setup";
import { cellOf, joined, parted, type Cell } from "../../../lib/tickets/workflow";
import styles from "./matrix.module.css";

interface MatrixProps {
  initial: string;
  states: readonly StateRow[];
  ways: readonly Way[];
  onChange: (ways: Way[]) => void;
}

const SIGNS = [
  ["staff", IconCheck],
  ["customer", IconUser],
  ["limited", IconUserStar],
  ["required", IconForms],
  ["approved", IconThumbUp],
] as const;

const STEPS: Record<string, readonly [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** From where (rows) to where (columns): ticked by a press; the arrow keys walk, one stop for the Tab key. */
export function Matrix({ initial, states, ways, onChange }: MatrixProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  const body = useRef<HTMLTableSectionElement>(null);
  const [at, setAt] = useState<readonly [number, number]>([0, Math.min(1, states.length - 1)]);
  const ids = states.map((state) => state.id);
  const [row, column] = at;
  // The first state's own cell has nothing to tick.
  const stop = row < states.length && column < states.length && row !== column ? at : ([0, 1] as const);
  const press = (event: KeyboardEvent, from: number, to: number) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    let next: [number, number] = [from + step[0], to + step[1]];
    if (next[0] === next[1]) next = [next[0] + step[0], next[1] + step[1]];
    const cell = body.current?.querySelector<HTMLElement>(`[data-cell="${next[0]}-${next[1]}"]`);
    if (!cell) return;
    setAt(next);
    cell.focus();
  };
  return (
    <div className={styles.matrixPlace} tabIndex={-1}>
      <table className={styles.matrix} aria-label={t("ticketSetUp.workflow.matrix")}>
        <thead>
          <tr>
            <th scope="col" className="dim small">
              {t("ticketSetUp.workflow.from")}
            </th>
            {states.map((state) => (
              <th key={state.id} scope="col">
                <span>{state.name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {states.map((from, rowAt) => (
            <tr key={from.id}>
              <th scope="row">
                {from.name}
                {from.id === initial && <span className="dim small"> · {t("ticketSetUp.workflow.initial")}</span>}
              </th>
              {states.map((to, columnAt) =>
                from.id === to.id ? (
                  <td key={to.id} data-self />
                ) : (
                  <One
                    key={to.id}
                    place={`${rowAt}-${columnAt}`}
                    word={t("ticketSetUp.workflow.cell", { from: from.name, to: to.name })}
                    cell={cellOf(ways, from.id, to.id)}
                    editable={editable}
                    stop={stop[0] === rowAt && stop[1] === columnAt}
                    onKeyDown={(event) => press(event, rowAt, columnAt)}
                    onFocus={() => setAt([rowAt, columnAt])}
                    onToggle={(on) => onChange(on ? joined(ways, from.id, to.id) : parted(ways, from.id, to.id, ids))}
                  />
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <ul className={styles.legend} aria-label={t("ticketSetUp.workflow.legend")}>
        {SIGNS.map(([sign, Sign]) => (
          <li key={sign}>
            <Sign size={14} aria-hidden />
            {t(`ticketSetUp.workflow.${sign}`)}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface OneProps {
  place: string;
  word: string;
  cell: Cell;
  editable: boolean;
  stop: boolean;
  onKeyDown: (event: KeyboardEvent) => void;
  onFocus: () => void;
  onToggle: (on: boolean) => void;
}

function One({ place, word, cell, editable, stop, onKeyDown, onFocus, onToggle }: OneProps) {
  const { t } = useTranslation();
  const on = cell.ways.length > 0;
  const signs = SIGNS.filter(([sign]) => cell[sign]);
  const told = [word, ...signs.map(([sign]) => t(`ticketSetUp.workflow.${sign}`))].join(". ");
  return (
    <td>
      <button
        type="button"
        role="checkbox"
        aria-checked={on}
        aria-label={told}
        title={told}
        disabled={!editable}
        className={styles.cell}
        data-cell={place}
        data-on={on}
        tabIndex={stop ? 0 : -1}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        onClick={() => onToggle(!on)}
      >
        {signs.map(([sign, Sign]) => (
          <Sign key={sign} size={14} aria-hidden />
        ))}
      </button>
    </td>
  );
}
