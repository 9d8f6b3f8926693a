/** What is typed and not sent yet, kept on this machine by ticket. */
import { kept } from "../store";
import type { Attachment, MessageKind } from "./types";

/** A side conversation that is to be begun: with an address or with a team. */
export interface NewSide {
  subject: string;
  email: string;
  team: string | null;
}

export interface ReplyDraft {
  kind: MessageKind;
  text: string;
  mentions: string[];
  /** Uploaded already; the server keeps them for a day. */
  attachments: Attachment[];
  /** The side conversation it goes on with, null: a new one. */
  side: string | null;
  fresh: NewSide;
}

const PREFIX = "cc-ticket-draft:";
export const NO_SIDE: NewSide = { subject: "", email: "", team: null };
export const EMPTY_DRAFT: ReplyDraft = { kind: "public", text: "", mentions: [], attachments: [], side: null, fresh: NO_SIDE };
const KINDS: readonly MessageKind[] = ["public", "note", "side"];

export function readDraft(user: string, ticket: string): ReplyDraft {
  const text = kept.get(`${PREFIX}${user}:${ticket}`);
  if (text === null) return EMPTY_DRAFT;
  try {
    const found = JSON.parse(text) as Partial<ReplyDraft>;
    const fresh: Partial<NewSide> = found.fresh ?? {};
    return {
      kind: KINDS.find((kind) => kind === found.kind) ?? "public",
      text: typeof found.text === "string" ? found.text : "",
      mentions: Array.isArray(found.mentions) ? found.mentions.filter((each) => typeof each === "string") : [],
      attachments: Array.isArray(found.attachments) ? found.attachments.filter((each) => typeof each.id === "string" && typeof each.name === "string") : [],
      side: typeof found.side === "string" ? found.side : null,
      fresh: {
        subject: typeof fresh.subject === "string" ? fresh.subject : "",
        email: typeof fresh.email === "string" ? fresh.email : "",
        team: typeof fresh.team === "string" ? fresh.team : null,
      },
    };
  } catch {
    return EMPTY_DRAFT;
  }
}

export function writeDraft(user: string, ticket: string, draft: ReplyDraft): void {
  const empty = draft.text.trim() === "" && draft.attachments.length === 0;
  kept.set(`${PREFIX}${user}:${ticket}`, empty ? null : JSON.stringify(draft));
}

/** Of somebody who leaves this machine. */
export function forgetDrafts(user: string): void {
  for (const key of kept.keys()) if (key.startsWith(`${PREFIX}${user}:`)) kept.set(key, null);
}

export interface Typed {
  /** Where the sign that opened the list stands. */
  at: number;
  word: string;
}

/** The name that is being typed after an @ just before the cursor. */
export function mentionAt(text: string, cursor: number): Typed | null {
  return typedAfter(/(?:^|\s)@([\p{L}\p{N}.'-]*(?: [\p{L}\p{N}.'-]*)?)$/u, text, cursor);
}

/** The name of a ready answer that is being typed after a / just before the cursor. */
export function replyAt(text: string, cursor: number): Typed | null {
  return typedAfter(/(?:^|\s)\/((?:[\p{L}\p{N}.'-]+(?: [\p{L}\p{N}.'-]*)?)?)$/u, text, cursor);
}

function typedAfter(sign: RegExp, text: string, cursor: number): Typed | null {
  const match = sign.exec(text.slice(0, cursor));
  if (!match) return null;
  const word = match[1] ?? "";
  return { at: cursor - word.length - 1, word };
}

/** The text with the name in place of what was typed, and where the cursor goes. */
export function withMention(text: string, typed: Typed, cursor: number, name: string): { text: string; cursor: number } {
  const head = `${text.slice(0, typed.at)}@${name} `;
  return { text: head + text.slice(cursor).replace(/^ /, ""), cursor: head.length };
}

/** The text with words in place of what stands from one place to the other, and where the cursor goes. */
export function withWords(text: string, from: number, to: number, words: string): { text: string; cursor: number } {
  return { text: text.slice(0, from) + words + text.slice(to), cursor: from + words.length };
}
