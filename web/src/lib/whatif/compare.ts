/** Two outcomes side by side: which figures, how they differ, and whether that is better. */
import { LEVEL_KINDS, type Figures, type Interval, type LevelKind, type Outcome, type Simulation, type Spread } from "./types";

export type MetricKind = "share" | "time" | "count";
export type MetricId = LevelKind | "asa" | "abandonment" | "occupancy" | "longest" | "p90" | "offered" | "answered" | "abandoned" | "overflowed";

/** The figures of all queues or of one. Occupancy belongs to people, not to a queue. */
export interface Part {
  figures: Figures;
  intervals: readonly Interval[];
  occupancy: number | null;
  spreads: Partial<Record<string, Spread>>;
}

export interface Metric {
  id: MetricId;
  kind: MetricKind;
  /** More of it is better (1), worse (-1), or neither. */
  better: 1 | -1 | 0;
  value: (part: Part) => number | null;
  /** Its name among the spreads. */
  spread?: string;
}

const level = (id: LevelKind): Metric => ({
  id,
  kind: "share",
  better: 1,
  value: (part) => part.figures.service_levels[id],
  ...(id === "of_offered" ? { spread: "service_level" } : {}),
});

export const METRICS: readonly Metric[] = [
  ...LEVEL_KINDS.map(level),
  { id: "asa", kind: "time", better: -1, value: (part) => part.figures.average_speed_of_answer_s, spread: "average_speed_of_answer_s" },
  { id: "abandonment", kind: "share", better: -1, value: (part) => part.figures.abandonment, spread: "abandonment" },
  { id: "occupancy", kind: "share", better: 0, value: (part) => part.occupancy, spread: "occupancy" },
  { id: "longest", kind: "time", better: -1, value: (part) => part.figures.max_wait_s },
  { id: "p90", kind: "time", better: -1, value: (part) => part.figures.percentiles["90"] ?? null, spread: "p90_wait_s" },
  { id: "offered", kind: "count", better: 0, value: (part) => part.figures.offered },
  { id: "answered", kind: "count", better: 1, value: (part) => part.figures.answered },
  { id: "abandoned", kind: "count", better: -1, value: (part) => part.figures.abandoned },
  { id: "overflowed", kind: "count", better: 0, value: (part) => part.figures.overflowed },
];

export function metric(id: MetricId): Metric {
  const found = METRICS.find((other) => other.id === id);
  if (!found) throw new Error(`no metric ${id}`);
  return found;
}

/** `queue` null: all of them. Null when the outcome knows no such queue. */
export function partOf(outcome: Outcome, queue: string | null): Part | null {
  const { report } = outcome;
  if (queue === null)
    return { figures: report.total, intervals: report.intervals, occupancy: report.occupancy, spreads: outcome.spreads.total ?? {} };
  const found = report.queues.find((other) => other.queue_id === queue);
  return found ? { figures: found.figures, intervals: found.intervals, occupancy: null, spreads: outcome.spreads[queue] ?? {} } : null;
}

export type Verdict = "better" | "worse" | "more" | "less" | "same";

/** The smallest difference that is shown: a tenth of a per cent, of a second, of a contact. */
const STEP: Record<MetricKind, number> = { share: 0.001, time: 0.1, count: 0.1 };

export interface Difference {
  by: number;
  verdict: Verdict;
}

export function difference(of: Metric, now: number | null, before: number | null | undefined): Difference | null {
  if (now === null || before === null || before === undefined) return null;
  const by = now - before;
  if (Math.abs(by) < STEP[of.kind] / 2) return { by: 0, verdict: "same" };
  if (of.better === 0) return { by, verdict: by > 0 ? "more" : "less" };
  return { by, verdict: Math.sign(by) === of.better ? "better" : "worse" };
}

/** Half the 95 % interval, when there were several runs. */
export function half(part: Part, of: Metric): number | null {
  const found = of.spread === undefined ? undefined : part.spreads[of.spread];
  return found?.high === null || found === undefined ? null : found.high - found.mean;
}

export type Side = "original" | "recorded";

/** What a simulation can be compared with by itself, the nearest first. */
export function sides(simulation: Pick<Simulation, Side>): Side[] {
  return (["original", "recorded"] as const).filter((side) => simulation[side] !== null);
}

export const CHARTS = ["offered", "answered", "waiting", "service_level"] as const;
export type ChartId = (typeof CHARTS)[number];

const DAY_S = 86_400;

/** Seconds after midnight at which a run begins, by its first label. */
export function opening(times: readonly string[]): number {
  const match = /^(\d{1,2}):(\d{2})$/.exec(times[0] ?? "");
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 : 0;
}

export interface Course {
  /** Seconds after midnight; past midnight beyond 24 hours. */
  at: number[];
  now: (number | null)[];
  before: (number | null)[];
}

export interface Run {
  intervals: readonly Interval[];
  opens: number;
}

/** Both runs by the time of day, though they may begin at different hours. */
export function course(chart: ChartId, now: Run, before: Run | null): Course {
  const values = (run: Run) => new Map(run.intervals.map((interval) => [run.opens + interval.at, interval[chart]]));
  const one = values(now);
  const other = before ? values(before) : new Map<number, number | null>();
  const at = [...new Set([...one.keys(), ...other.keys()])].sort((a, b) => a - b);
  return { at, now: at.map((moment) => one.get(moment) ?? null), before: at.map((moment) => other.get(moment) ?? null) };
}

/** Every interval as long as this, in seconds. */
const INTERVAL = 900;

/** A course as lines to draw, [x, before, now]: each interval from its begin to its end at its own height, so that one
 * between two without a figure is seen too. */
export function stepped({ at, before, now }: Course): [number[], (number | null)[], (number | null)[]] {
  const drawn: [number[], (number | null)[], (number | null)[]] = [[], [], []];
  const add = (x: number, old: number | null, mine: number | null) => {
    drawn[0].push(x);
    drawn[1].push(old);
    drawn[2].push(mine);
  };
  at.forEach((begin, index) => {
    const end = begin + INTERVAL;
    const next = at[index + 1];
    add(begin, before[index] ?? null, now[index] ?? null);
    add(end, before[index] ?? null, now[index] ?? null);
    if (next !== undefined && next > end) add(end, null, null);
  });
  return drawn;
}

export function clockOf(seconds: number): string {
  const minutes = Math.floor((((seconds % DAY_S) + DAY_S) % DAY_S) / 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

export interface AgentPair {
  id: string;
  handled: number | null;
  handledBefore: number | null;
  occupancy: number | null;
  occupancyBefore: number | null;
  /** Who is only on one side. */
  only: "now" | "before" | null;
}

export function agentPairs(now: Outcome, before: Outcome | null): AgentPair[] {
  const were = new Map(before?.report.agents.map((agent) => [agent.agent_id, agent]));
  const are = new Set(now.report.agents.map((agent) => agent.agent_id));
  const present = now.report.agents.map((agent): AgentPair => {
    const was = were.get(agent.agent_id);
    return {
      id: agent.agent_id,
      handled: agent.handled,
      handledBefore: was?.handled ?? null,
      occupancy: agent.occupancy,
      occupancyBefore: was?.occupancy ?? null,
      only: before && !was ? "now" : null,
    };
  });
  const gone = [...were.values()].filter((agent) => !are.has(agent.agent_id));
  return [
    ...present,
    ...gone.map(
      (agent): AgentPair => ({
        id: agent.agent_id,
        handled: null,
        handledBefore: agent.handled,
        occupancy: null,
        occupancyBefore: agent.occupancy,
        only: "before",
      }),
    ),
  ];
}
