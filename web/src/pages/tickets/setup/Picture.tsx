import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { StateRow, Way } from "../../../lib/tickets/setup";
import { edges, layout, type Drawn } from "../../../lib/tickets/workflow";
import styles from "./picture.module.css";

const WIDE = 132;
const HIGH = 36;
const STEP = 216;
const ROW = 92;
const EDGE = 28;

interface PictureProps {
  initial: string;
  states: readonly StateRow[];
  ways: readonly Way[];
}

/** The workflow as it is gone through, from the first state on; a state under the pointer shows its own ways. */
export function Picture({ initial, states, ways }: PictureProps) {
  const { t } = useTranslation();
  const arrow = useId();
  const [over, setOver] = useState<string | null>(null);
  const ids = states.map((state) => state.id);
  if (!ids.includes(initial) || ids.length < 2) return null;
  const drawn = layout(initial, ids, ways);
  const places = new Map(drawn.map((each) => [each.id, centre(each)]));
  const lines = edges(ids, ways);
  const width = EDGE * 2 + Math.max(...drawn.map((each) => each.column)) * STEP + WIDE;
  const height = EDGE * 2 + Math.max(...drawn.map((each) => each.row)) * ROW + HIGH;
  const nameOf = (id: string) => states.find((state) => state.id === id)?.name ?? id;
  const told = states
    .map((state) => ({ state, to: lines.filter((line) => line.from === state.id) }))
    .filter(({ to }) => to.length > 0)
    .map(({ state, to }) => t("ticketSetUp.workflow.pictureText", { from: state.name, to: to.map((line) => nameOf(line.to)).join(", ") }));
  return (
    <div className={styles.picture} tabIndex={0} role="group" aria-label={t("ticketSetUp.workflow.picture")}>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={told.join(" ")}>
        <defs>
          <marker id={arrow} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
            <path d="M0 0 8 4 0 8z" fill="context-stroke" />
          </marker>
        </defs>
        {lines.map((line) => {
          const from = places.get(line.from);
          const to = places.get(line.to);
          if (!from || !to) return null;
          const near = over === null || line.from === over;
          return <path key={`${line.from}-${line.to}`} className={styles.line} data-near={near} data-over={over !== null && near} d={curve(from, to)} markerEnd={`url(#${arrow})`} />;
        })}
        {states.map((state) => {
          const place = places.get(state.id);
          if (!place) return null;
          return (
            <g
              key={state.id}
              className={styles.node}
              data-class={state.state_class}
              transform={`translate(${place.x - WIDE / 2} ${place.y - HIGH / 2})`}
              onPointerEnter={() => setOver(state.id)}
              onPointerLeave={() => setOver(null)}
            >
              <rect width={WIDE} height={HIGH} rx={8} data-initial={state.id === initial} />
              <text x={WIDE / 2} y={HIGH / 2} dominantBaseline="central" textAnchor="middle">
                {short(state.name)}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

interface Point {
  x: number;
  y: number;
}

const centre = ({ column, row }: Drawn): Point => ({ x: EDGE + column * STEP + WIDE / 2, y: EDGE + row * ROW + HIGH / 2 });

const short = (name: string): string => (name.length > 16 ? `${name.slice(0, 15)}…` : name);

/** There and back go beside each other: forward leaves above the middle, backward below it. */
function curve(from: Point, to: Point): string {
  const shift = 7;
  if (from.x === to.x) {
    const down = to.y > from.y;
    const x = from.x + (down ? shift * 2 : -shift * 2);
    const bend = x + (down ? 26 : -26) * (Math.abs(to.y - from.y) > ROW ? 3 : 0.4);
    const [a, b] = down ? [from.y + HIGH / 2, to.y - HIGH / 2] : [from.y - HIGH / 2, to.y + HIGH / 2];
    return `M${x} ${a} Q${bend} ${(a + b) / 2} ${x} ${b}`;
  }
  const forward = to.x > from.x;
  const y = forward ? -shift : shift;
  const a = { x: from.x + (forward ? WIDE / 2 : -WIDE / 2), y: from.y + y };
  const b = { x: to.x + (forward ? -WIDE / 2 : WIDE / 2), y: to.y + y };
  const far = Math.abs(to.x - from.x) > STEP;
  const bow = far ? (forward ? -ROW / 2 : ROW / 2) : 0;
  const reach = Math.abs(b.x - a.x) / 2;
  const towards = forward ? reach : -reach;
  return `M${a.x} ${a.y} C${a.x + towards} ${a.y + bow} ${b.x - towards} ${b.y + bow} ${b.x} ${b.y}`;
}
