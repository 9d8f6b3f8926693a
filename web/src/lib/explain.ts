/** Why an interaction waited and who got it: the server's replay of its time, turned into words and a picture. */
import type { Named } from "./contract";

export const MOMENTS = [
  "ContactQueued",
  "ContactOffered",
  "ContactRelaxed",
  "ContactPrioritized",
  "ContactOverflowed",
  "ContactLeftQueue",
  "ContactAbandoned",
  "OfferAccepted",
  "OfferRejected",
  "OfferExpired",
  "OfferWithdrawn",
  "RefusalLapsed",
] as const;
export type MomentKind = (typeof MOMENTS)[number];

export interface Standing {
  agent: Named;
  eligible: boolean;
  ready: boolean;
  /** In words; empty for one who could have had it. */
  why_not: string;
}

export interface Moment {
  at: string;
  what: MomentKind;
  queue: Named;
  agent: Named | null;
  /** Why this agent, or why it ended so. */
  rule: string;
  /** "with english≥3"; empty when nothing is asked for. */
  asks: string;
  position: number | null;
  standings: Standing[];
}

export interface Supply {
  at: string;
  eligible: number;
  ready: number;
}

export interface Explanation {
  contact_id: string;
  moments: Moment[];
  supply: Supply[];
}

const time = (iso: string) => Date.parse(iso);

export type Ending = "answered" | "abandoned" | "left" | "waiting";

/** How the waiting went. Seconds; `freeAt`: when somebody was free first, null when never. */
export interface Summary {
  ending: Ending;
  waited: number;
  /** Why it was not answered at once. */
  cause: "at-once" | "nobody-fits" | "nobody-free" | "offers" | "unknown";
  asks: string;
  agent: string | null;
  /** Whoever could have it first. */
  freeAt: string | null;
  freeFor: string | null;
  offers: number;
  relaxed: boolean;
  /** Free agents at the offer that was accepted, the chosen one among them. */
  choice: number;
  rule: string;
}

const ENDS: Partial<Record<MomentKind, Ending>> = {
  OfferAccepted: "answered",
  ContactAbandoned: "abandoned",
  ContactLeftQueue: "left",
};

function firstWait(moments: readonly Moment[]): Moment[] {
  const end = moments.findIndex((moment) => moment.what in ENDS);
  return end < 0 ? [...moments] : moments.slice(0, end + 1);
}

/** Less than this is no waiting: offers are made at once. */
const AT_ONCE_S = 1;

/** `until`: where the wait is cut when it goes on, in milliseconds. */
export function summary(explanation: Explanation, until: number): Summary | null {
  const moments = firstWait(explanation.moments);
  const first = moments[0];
  const last = moments.at(-1);
  if (!first || !last) return null;
  const ending = ENDS[last.what] ?? "waiting";
  const begins = time(first.at);
  const ends = ending === "waiting" ? until : time(last.at);
  const supply = explanation.supply.filter((step) => time(step.at) <= ends);
  const offers = moments.filter((moment) => moment.what === "ContactOffered");
  const taken = ending === "answered" ? offers.findLast((offer) => offer.agent?.id === last.agent?.id) : undefined;
  const free = supply.find((step) => step.ready > 0);
  const freeAt = offers[0]?.at ?? free?.at ?? null;
  const late = freeAt === null || time(freeAt) - begins >= AT_ONCE_S * 1000;
  const fits = (supply[0]?.eligible ?? 0) > 0;
  return {
    ending,
    waited: Math.max(0, (ends - begins) / 1000),
    cause: supply.length === 0 ? "unknown" : late ? (fits ? "nobody-free" : "nobody-fits") : offers.length > 1 ? "offers" : "at-once",
    asks: first.asks,
    agent: last.what === "OfferAccepted" ? (last.agent?.name ?? null) : null,
    freeAt,
    freeFor: offers[0]?.agent?.name ?? null,
    offers: offers.length,
    relaxed: moments.some((moment) => moment.what === "ContactRelaxed" && freeAt !== null && time(moment.at) <= time(freeAt)),
    choice: taken ? taken.standings.filter((standing) => standing.ready || standing.agent.id === taken.agent?.id).length : 0,
    rule: taken?.rule ?? "",
  };
}

export type Place = "chosen" | "free" | "busy" | "unfit";

export interface Row {
  standing: Standing;
  place: Place;
}

const ORDER: readonly Place[] = ["chosen", "free", "busy", "unfit"];

/** Everybody at one step: who was chosen, who could have had it, who could not. */
export function rows(moment: Moment): Row[] {
  const picks = moment.what === "ContactOffered" || moment.what === "OfferAccepted";
  const placeOf = (standing: Standing): Place => {
    if (picks && standing.agent.id === moment.agent?.id) return "chosen";
    if (standing.ready) return "free";
    return standing.eligible ? "busy" : "unfit";
  };
  return moment.standings
    .map((standing) => ({ standing, place: placeOf(standing) }))
    .sort((a, b) => ORDER.indexOf(a.place) - ORDER.indexOf(b.place));
}

/** "english≥3" of "with english≥3": what changed from the step before, when it did. */
export function asksChanged(moments: readonly Moment[], index: number): boolean {
  const before = moments.slice(0, index).findLast((moment) => moment.asks !== "");
  // Relaxing says in its own sentence what is asked now.
  return moments[index]?.what !== "ContactRelaxed" && moments[index]?.asks !== "" && before !== undefined && before.asks !== moments[index]?.asks;
}

export interface Picture {
  /** Milliseconds. */
  from: number;
  to: number;
  most: number;
  /** Steps as points (0 to 1 from the left, agents), ready to be joined. */
  eligible: [number, number][];
  ready: [number, number][];
  marks: { x: number; what: MomentKind; moment: Moment }[];
}

const MARKED: readonly MomentKind[] = ["ContactOffered", "ContactRelaxed", "ContactOverflowed", "OfferAccepted", "ContactAbandoned", "ContactLeftQueue"];

export function picture(explanation: Explanation, until: number): Picture | null {
  const moments = firstWait(explanation.moments);
  const first = moments[0];
  const last = moments.at(-1);
  if (!first || !last || explanation.supply.length === 0) return null;
  const from = time(first.at);
  const to = Math.max(last.what in ENDS ? time(last.at) : until, from + 1000);
  const within = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)));
  const steps = explanation.supply.filter((step) => time(step.at) <= to);
  const points = (of: (step: Supply) => number): [number, number][] => {
    const made: [number, number][] = [];
    for (const step of steps) {
      const x = made.length === 0 ? 0 : within(time(step.at));
      const before = made.at(-1);
      if (before) made.push([x, before[1]]);
      made.push([x, of(step)]);
    }
    const end = made.at(-1);
    if (end) made.push([1, end[1]]);
    return made;
  };
  return {
    from,
    to,
    most: Math.max(1, ...steps.map((step) => step.eligible)),
    eligible: points((step) => step.eligible),
    ready: points((step) => step.ready),
    marks: moments.filter((moment) => MARKED.includes(moment.what)).map((moment) => ({ x: within(time(moment.at)), what: moment.what, moment })),
  };
}
