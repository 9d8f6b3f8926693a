/** What is typed and not sent yet, kept on this machine by ticket. */
import { kept } from "../store";
import type { MessageKind } from "./types";

export interface ReplyDraft {
  kind: MessageKind;
  text: string;
  mentions: string[];
}

const PREFIX = "cc-ticket-draft:";
export const EMPTY_DRAFT: ReplyDraft = { kind: "public", text: "", mentions: [] };

export function readDraft(user: string, ticket: string): ReplyDraft {
  const text = kept.get(`${PREFIX}${user}:${ticket}`);
  if (text === null) return EMPTY_DRAFT;
  try {
    const found = JSON.parse(text) as Partial<ReplyDraft>;
    return {
      kind: found.kind === "note" ? "note" : "public",
      text: typeof found.text === "string" ? found.text : "",
      mentions: Array.isArray(found.mentions) ? found.mentions.filter((each) => typeof each === "string") : [],
    };
  } catch {
    return EMPTY_DRAFT;
  }
}

export function writeDraft(user: string, ticket: string, draft: ReplyDraft): void {
  const empty = draft.text.trim() === "";
  kept.set(`${PREFIX}${user}:${ticket}`, empty ? null : JSON.stringify(draft));
}

export interface Typed {
  /** Where the word after @ begins. */
  at: number;
  word: string;
}

/** The name that is being typed after an @ just before the cursor. */
export function mentionAt(text: string, cursor: number): Typed | null {
  const before = text.slice(0, cursor);
  const match = /(?:^|\s)@([\p{L}\p{N}.'-]*(?: [\p{L}\p{N}.'-]*)?)$/u.exec(before);
  if (!match) return null;
  const word = match[1] ?? "";
  return { at: cursor - word.length - 1, word };
}

/** The text with the name in place of what was typed, and where the cursor goes. */
export function withMention(text: string, typed: Typed, cursor: number, name: string): { text: string; cursor: number } {
  const head = `${text.slice(0, typed.at)}@${name} `;
  return { text: head + text.slice(cursor).replace(/^ /, ""), cursor: head.length };
}
