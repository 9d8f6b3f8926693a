/** Opening hours as pictures need them: spans of minutes on one day, and what is wrong with them. */
import type { Calendar, CalendarException, Emergency, PreviewDay, Span, Troubles, WeeklySpan } from "./types";

export const DAY = 24 * 60;
export const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;

/** Minutes since midnight; "24:00" is the end of the day. Null for anything else. Seconds are ignored. */
export function minutes(time: string): number | null {
  const match = /^(\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?$/.exec(time);
  if (!match) return null;
  const value = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && value <= DAY ? value : null;
}

export function timeText(value: number): string {
  return `${String(Math.floor(value / 60)).padStart(2, "0")}:${String(value % 60).padStart(2, "0")}`;
}

/** From and to in minutes from the day's start; an end not after the start is on the next day. Spans of neighbouring days may overlap: they count once. */
export interface Stretch {
  from: number;
  to: number;
}

export function stretch(span: Span): Stretch | null {
  const from = minutes(span.start);
  const to = minutes(span.end);
  if (from === null || to === null || from === DAY || from === to) return null;
  return { from, to: to > from ? to : to + DAY };
}

export interface Block extends Stretch {
  /** The day whose span it is: past midnight, it is drawn on the next one. */
  day: number;
  spill: boolean;
}

/** What is drawn on each day of the week, Monday first: own spans cut at midnight and the rest of the day before's. */
export function weekBlocks(weekly: readonly WeeklySpan[]): Block[][] {
  const days: Block[][] = DAYS.map(() => []);
  for (const span of weekly) {
    const at = stretch(span);
    if (!at || !days[span.day]) continue;
    days[span.day]?.push({ from: at.from, to: Math.min(at.to, DAY), day: span.day, spill: false });
    if (at.to > DAY) days[(span.day + 1) % 7]?.push({ from: 0, to: at.to - DAY, day: span.day, spill: true });
  }
  for (const blocks of days) blocks.sort((a, b) => a.from - b.from);
  return days;
}

/** Minutes open in a usual week, overlaps counted once. */
export function weeklyMinutes(weekly: readonly WeeklySpan[]): number {
  let total = 0;
  for (const blocks of weekBlocks(weekly)) {
    let end = 0;
    for (const block of blocks) {
      total += Math.max(0, block.to - Math.max(block.from, end));
      end = Math.max(end, block.to);
    }
  }
  return total;
}

function spanTroubles(spans: readonly Span[], path: (index: number) => string): Troubles {
  const troubles: Troubles = {};
  const seen: Stretch[] = [];
  spans.forEach((span, index) => {
    const at = stretch(span);
    if (minutes(span.start) === null || minutes(span.end) === null) troubles[path(index)] = { key: "timeMissing" };
    else if (!at) troubles[path(index)] = { key: span.start === span.end ? "spanSame" : "spanStart" };
    else if (seen.some((other) => at.from < other.to && other.from < at.to)) troubles[path(index)] = { key: "spanOverlap" };
    if (at) seen.push(at);
  });
  return troubles;
}

function weeklyTroubles(weekly: readonly WeeklySpan[]): Troubles {
  const troubles: Troubles = {};
  for (const day of DAYS) {
    const own = weekly.map((span, index) => ({ span, index })).filter((entry) => entry.span.day === day);
    const found = spanTroubles(
      own.map((entry) => entry.span),
      (index) => `weekly.${own[index]?.index ?? 0}`,
    );
    Object.assign(troubles, found);
  }
  return troubles;
}

function exceptionTroubles(exceptions: readonly CalendarException[]): Troubles {
  const troubles: Troubles = {};
  exceptions.forEach((exception, index) => {
    const at = `exceptions.${index}`;
    if (!exception.date) troubles[`${at}.date`] = { key: "dateMissing" };
    else if (exceptions.findIndex((other) => other.date === exception.date) < index)
      troubles[`${at}.date`] = { key: "dateAgain" };
    Object.assign(
      troubles,
      spanTroubles(exception.spans, (span) => `${at}.spans.${span}`),
    );
  });
  return troubles;
}

export function calendarTroubles(calendar: Calendar, taken: readonly string[]): Troubles {
  const troubles: Troubles = { ...weeklyTroubles(calendar.weekly), ...exceptionTroubles(calendar.exceptions) };
  if (!calendar.name.trim()) troubles.name = { key: "nameMissing" };
  else if (isTaken(calendar.name, taken)) troubles.name = { key: "nameTaken" };
  if (!isZone(calendar.zone)) troubles.zone = { key: "zoneUnknown" };
  if (calendar.holidays && !/^[A-Z]{2}$/.test(calendar.holidays.country))
    troubles["holidays.country"] = { key: "countryMissing" };
  if (calendar.weekly.length === 0 && calendar.exceptions.every((exception) => exception.spans.length === 0))
    troubles.weekly = { key: "calendarEmpty" };
  return troubles;
}

export function isZone(zone: string): boolean {
  if (!zone) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

export function isTaken(name: string, taken: readonly string[]): boolean {
  const wanted = name.trim().toLocaleLowerCase();
  return taken.some((other) => other.trim().toLocaleLowerCase() === wanted);
}

export interface PreviewBlock extends Block {
  span: Span;
}

/** What is drawn on each day of a preview, the morning ends of spans that began the day before included. */
export function previewBlocks(days: readonly PreviewDay[]): PreviewBlock[][] {
  const drawn: PreviewBlock[][] = days.map(() => []);
  days.forEach((day, index) => {
    for (const span of day.spans) {
      const at = stretch(span);
      if (!at) continue;
      drawn[index]?.push({ from: at.from, to: Math.min(at.to, DAY), day: index, spill: false, span });
      if (at.to > DAY) drawn[index + 1]?.unshift({ from: 0, to: at.to - DAY, day: index, spill: true, span });
    }
  });
  return drawn;
}

/** The spans of one day put on others too, in place of theirs. */
export function copyDay(weekly: readonly WeeklySpan[], from: number, to: readonly number[]): WeeklySpan[] {
  const model = weekly.filter((span) => span.day === from);
  const kept = weekly.filter((span) => span.day === from || !to.includes(span.day));
  const copies = to.filter((day) => day !== from).flatMap((day) => model.map((span) => ({ ...span, day })));
  return sortWeek([...kept, ...copies]);
}

export function sortWeek(weekly: readonly WeeklySpan[]): WeeklySpan[] {
  return [...weekly].sort((a, b) => a.day - b.day || a.start.localeCompare(b.start));
}

/** A span to begin with: after the last of the day, or office hours. */
export function nextSpan(spans: readonly Span[]): Span {
  const ends = spans.map((span) => stretch(span)?.to ?? 0);
  const last = Math.max(0, ...ends);
  if (last === 0 || last >= DAY - 60) return { start: "09:00", end: "17:00" };
  return { start: timeText(last + 30), end: timeText(Math.min(DAY - 1, last + 270)) };
}

/** Whether the emergency switch decides now. `now` in unix milliseconds. */
export function isThrown(emergency: Emergency | null, now: number): emergency is Emergency {
  return emergency !== null && (emergency.until === null || Date.parse(emergency.until) > now);
}

/** An instant as "2026-05-04T18:00" on the wall clock of a zone, for an input; "" for none. */
export function wallTime(instant: string | null, zone: string): string {
  if (!instant || Number.isNaN(Date.parse(instant))) return "";
  return partsIn(Date.parse(instant), zone);
}

function partsIn(at: number, zone: string): string {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}

/** The instant at which a zone's wall clock shows this; in the hour that spring leaves out the one after the jump. */
export function instantOf(wall: string, zone: string): string | null {
  const naive = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(wall) ? Date.parse(`${wall}:00Z`) : Number.NaN;
  if (Number.isNaN(naive)) return null;
  let at = naive;
  for (let round = 0; round < 2; round += 1) at -= Date.parse(`${partsIn(at, zone)}:00Z`) - naive;
  return new Date(at).toISOString();
}
