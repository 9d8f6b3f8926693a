/** Countries and their parts to choose from, for public holidays. */
import type { Calendar, HolidayCountry } from "./types";

interface Choice {
  value: string;
  label: string;
}

/** In the reader's language and its order; what is chosen is among them even when the server does not know it. */
export function countryOptions(known: readonly HolidayCountry[], chosen: string, locale: string): Choice[] {
  const names = new Intl.DisplayNames(locale, { type: "region" });
  const codes = new Set(known.map((country) => country.code));
  if (chosen) codes.add(chosen);
  return [...codes]
    .map((code) => ({ value: code, label: /^[A-Z]{2}$/.test(code) ? (names.of(code) ?? code) : code }))
    .sort((a, b) => a.label.localeCompare(b.label, locale));
}

/** None for a country that keeps the same holidays everywhere. A code says nothing by itself, so the name stands first. */
export function partOptions(known: readonly HolidayCountry[], chosen: Calendar["holidays"]): Choice[] {
  if (!chosen) return [];
  const parts = known.find((country) => country.code === chosen.country)?.subdivisions ?? [];
  const choices = parts.map(({ code, name }) => ({ value: code, label: code === name ? name : `${name} (${code})` }));
  const gone = chosen.subdivision && !parts.some((part) => part.code === chosen.subdivision);
  return gone ? [...choices, { value: chosen.subdivision ?? "", label: chosen.subdivision ?? "" }] : choices;
}
