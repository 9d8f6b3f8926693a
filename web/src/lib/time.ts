/** Times as people read them. Servers and browsers disagree about the clock: `serverNow` is the server's, by its `Date` header. */

let offsetMs = 0;

/** Learns the server's clock from a response's `Date` header (1 s resolution; smaller differences are left alone). */
export function learnServerClock(dateHeader: string | null, now = Date.now()): void {
  if (!dateHeader) return;
  const server = Date.parse(dateHeader);
  if (Number.isNaN(server)) return;
  const difference = server + 500 - now;
  offsetMs = Math.abs(difference) < 2000 ? 0 : difference;
}

/** The server's present, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

/** Whole seconds since `iso`, never negative. */
export function secondsSince(iso: string | null | undefined, now: number): number {
  if (!iso) return 0;
  return Math.max(0, Math.floor((now - Date.parse(iso)) / 1000));
}

/** Whole seconds until `iso`, never negative. */
export function secondsUntil(iso: string | null | undefined, now: number): number {
  if (!iso) return 0;
  return Math.max(0, Math.ceil((Date.parse(iso) - now) / 1000));
}

/** 5 → 0:05, 75 → 1:15, 3675 → 1:01:15. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const s = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${s}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${s}`;
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

/** "3 minutes ago"; past a week the date itself. */
export function relative(iso: string, now: number, locale: string): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  if (Math.abs(seconds) > 7 * 86400) return new Date(iso).toLocaleDateString(locale, { dateStyle: "medium" });
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, size] of STEPS)
    if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  return format.format(Math.abs(seconds) < 10 ? 0 : seconds, "second");
}

export function exact(iso: string, locale: string): string {
  return new Date(iso).toLocaleString(locale, { dateStyle: "full", timeStyle: "medium" });
}

export function timeOfDay(iso: string, locale: string, seconds = false): string {
  return new Date(iso).toLocaleTimeString(locale, {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
  });
}

/** The instant a calendar day (yyyy-mm-dd, viewer's zone) begins, `plusDays` later; null when it is no date. */
export function dayStart(day: string, plusDays = 0): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!match) return null;
  const date = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + plusDays);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Of the viewer's own time zone, as a field for date and time wants it. */
export function wallIn(instant: number): string {
  const local = new Date(instant - new Date(instant).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
