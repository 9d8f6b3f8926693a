/** Searching and sorting rows of an area's table. */
export interface Sorting {
  column: string;
  descending: boolean;
}

export type Cell = string | number | null;

/** Rows that hold every word, in order; what is not known comes last either way. */
export function arrange<Row>(
  rows: readonly Row[],
  options: {
    words: string;
    text: (row: Row) => string;
    value: (row: Row, column: string) => Cell;
    sorting: Sorting;
    locale: string;
  },
): Row[] {
  const { value, sorting, locale } = options;
  const wanted = options.words.toLocaleLowerCase(locale).split(/\s+/).filter(Boolean);
  const collator = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  const compare = (a: Cell, b: Cell) => {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    const order = typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
    return sorting.descending ? -order : order;
  };
  return rows
    .filter((row) => {
      const text = options.text(row).toLocaleLowerCase(locale);
      return wanted.every((word) => text.includes(word));
    })
    .sort((a, b) => compare(value(a, sorting.column), value(b, sorting.column)));
}
