/** A size in octets as people say it. */
export function sizeText(octets: number, language: string): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  let [size, place] = [octets, 0];
  while (size >= 1000 && place < units.length - 1) [size, place] = [size / 1000, place + 1];
  const style = { style: "unit", unit: units[place] ?? "byte", unitDisplay: "short", maximumFractionDigits: place > 1 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, style).format(size);
}
