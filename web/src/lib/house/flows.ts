/** The picture of a flow as places and lines, and what is wrong with its text, by line. */
import type { FlowProblem, FlowStep } from "./types";

export const CARD = { width: 216, height: 84, gapX: 28, gapY: 52 } as const;

export interface Placed {
  step: FlowStep;
  x: number;
  y: number;
}

export interface Edge {
  from: string;
  to: string;
  label: string;
  path: string;
  back: boolean;
}

export interface FlowPicture {
  cards: Placed[];
  edges: Edge[];
  width: number;
  height: number;
}

/** Rows below each other, each centred; lines that lead upwards run along the right side. */
export function pictureOf(steps: readonly FlowStep[]): FlowPicture {
  const rows = new Map<number, number>();
  for (const step of steps) rows.set(step.row, Math.max(rows.get(step.row) ?? 0, step.column + 1));
  const widest = Math.max(1, ...rows.values());
  const across = CARD.width + CARD.gapX;
  const inner = widest * across - CARD.gapX;
  const cards = steps.map((step) => ({
    step,
    x: CARD.gapX + (inner - ((rows.get(step.row) ?? 1) * across - CARD.gapX)) / 2 + step.column * across,
    y: 12 + step.row * (CARD.height + CARD.gapY),
  }));
  const at = new Map(cards.map((card) => [card.step.name, card]));
  let backs = 0;
  const edges = cards.flatMap((card) =>
    merged(card.step).flatMap(([to, label]) => {
      const target = at.get(to);
      // A step that asks again says so in its card; a line to itself would only cross its neighbours.
      if (!target || target === card) return [];
      const back = target.y <= card.y;
      const right = CARD.gapX + inner + 16 + (back ? 10 * (backs++ % 6) : 0);
      return [{ from: card.step.name, to, label, back, path: back ? around(card, target, right) : down(card, target) }];
    }),
  );
  return {
    cards,
    edges,
    width: inner + 2 * CARD.gapX + (backs ? 72 : 0),
    height: Math.max(0, ...cards.map((card) => card.y)) + CARD.height + 16,
  };
}

/** Several ways to one step are one line. */
function merged(step: FlowStep): [string, string][] {
  const found = new Map<string, string[]>();
  for (const way of step.ways) found.set(way.to, [...(found.get(way.to) ?? []), way.label].filter(Boolean));
  return [...found].map(([to, labels]) => [to, labels.join(", ")]);
}

function down(from: Placed, to: Placed): string {
  const [x1, y1] = [from.x + CARD.width / 2, from.y + CARD.height];
  const [x2, y2] = [to.x + CARD.width / 2, to.y];
  const bend = Math.max(20, (y2 - y1) / 2);
  return `M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
}

function around(from: Placed, to: Placed, right: number): string {
  const [x1, y1] = [from.x + CARD.width, from.y + CARD.height / 2];
  const [x2, y2] = [to.x + CARD.width, to.y + CARD.height / 2 - 8];
  return `M${x1} ${y1} C${right + 14} ${y1} ${right + 14} ${y2} ${x2} ${y2}`;
}

export function worstByLine(problems: readonly FlowProblem[]): ReadonlyMap<number, "error" | "warning"> {
  const found = new Map<number, "error" | "warning">();
  for (const problem of problems)
    if (problem.severity === "error" || !found.has(problem.line)) found.set(problem.line, problem.severity);
  return found;
}

/** Where a line begins and ends in a text, for selecting it; lines count from 1. */
export function lineSpan(text: string, line: number): [number, number] {
  const lines = text.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return [Math.min(start, text.length), Math.min(start + (lines[line - 1]?.length ?? 0), text.length)];
}

/** Seconds as minutes and seconds: 75 is "1:15". */
export function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
