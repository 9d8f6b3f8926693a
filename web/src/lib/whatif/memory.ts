/** What was asked is kept by the browser, beside the draft: the server keeps what was found, not the question. */
import { readQuestion } from "./ask";
import type { Question } from "./types";

const DRAFT = "cc-whatif-draft";
const ASKED = "cc-whatif-asked";
const KEPT = 40;

export type Shelf = Pick<Storage, "getItem" | "setItem">;

function read(shelf: Shelf, key: string): unknown {
  try {
    return JSON.parse(shelf.getItem(key) ?? "null") as unknown;
  } catch {
    return null;
  }
}

function write(shelf: Shelf, key: string, value: unknown): void {
  try {
    shelf.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden store costs the way back to an old question, nothing else.
  }
}

type Asked = [string, unknown][];

function asked(shelf: Shelf): Asked {
  const found = read(shelf, ASKED);
  return Array.isArray(found) ? found.filter((entry): entry is [string, unknown] => Array.isArray(entry) && typeof entry[0] === "string") : [];
}

export function keepDraft(shelf: Shelf, question: Question): void {
  write(shelf, DRAFT, question);
}

export function draft(shelf: Shelf, date: string): Question | null {
  return readQuestion(read(shelf, DRAFT), date);
}

export function keepAsked(shelf: Shelf, id: string, question: Question): void {
  write(shelf, ASKED, [[id, question], ...asked(shelf).filter(([other]) => other !== id)].slice(0, KEPT));
}

export function askedFor(shelf: Shelf, id: string, date: string): Question | null {
  return readQuestion(asked(shelf).find(([other]) => other === id)?.[1], date);
}
