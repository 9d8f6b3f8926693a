/** Durations as people write them: "4 h", "1 h 30 min", "2 d", "90". */

const UNITS: Record<string, number> = { d: 86_400, h: 3600, m: 60, s: 1 };
/** The words that a unit may be written with, in the languages of the pages. */
const WORDS: readonly (readonly [RegExp, keyof typeof UNITS])[] = [
  [/^(d|day|days|tag|tage|t)$/, "d"],
  [/^(h|hr|hrs|hour|hours|std|stunde|stunden)$/, "h"],
  [/^(m|min|mins|minute|minutes|minuten)$/, "m"],
  [/^(s|sec|secs|second|seconds|sekunde|sekunden)$/, "s"],
];
const MOST = 366 * 86_400;

/** Seconds, or null for what is no duration of more than nothing and at most a year. A number alone is hours. */
export function seconds(text: string): number | null {
  const typed = text.trim().toLowerCase().replaceAll(",", ".");
  if (!typed) return null;
  if (/^\d+(\.\d+)?$/.test(typed)) return within(Number(typed) * 3600);
  const clock = /^(\d{1,4}):([0-5]\d)$/.exec(typed);
  if (clock) return within(Number(clock[1]) * 3600 + Number(clock[2]) * 60);
  if (!/^(\d+(\.\d+)?\s*[a-z]+\.?\s*)+$/.test(typed)) return null;
  let total = 0;
  for (const [, number, word] of typed.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    const unit = WORDS.find(([pattern]) => pattern.test(word ?? ""))?.[1];
    if (unit === undefined) return null;
    total += Number(number) * (UNITS[unit] ?? 0);
  }
  return within(total);
}

function within(found: number): number | null {
  const rounded = Math.round(found);
  return rounded > 0 && rounded <= MOST ? rounded : null;
}

/** As it is written in a field: "1 d 2 h 30 min"; nothing for null. */
export function duration(found: number | null | undefined): string {
  if (!found) return "";
  const parts: string[] = [];
  let rest = Math.round(found);
  // Days are written only where hours would be long: 24 h is what people promise, 168 h is not.
  const days = rest >= 48 * 3600 ? Math.floor(rest / 86_400) : 0;
  if (days) parts.push(`${days} d`);
  rest -= days * 86_400;
  const hours = Math.floor(rest / 3600);
  if (hours) parts.push(`${hours} h`);
  rest -= hours * 3600;
  const minutes = Math.floor(rest / 60);
  if (minutes) parts.push(`${minutes} min`);
  rest -= minutes * 60;
  if (rest) parts.push(`${rest} s`);
  return parts.join(" ");
}
