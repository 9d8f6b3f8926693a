/** A message that waits for its files, so that none goes out without them. Pure. */

/** A message as it stands while its files come in. */
export interface Standing {
  /** Differs once anything that is to be sent differs, but not because a file that was on its way has arrived. */
  content: string;
  /** Nothing is typed and no file is chosen. */
  empty: boolean;
  /** A file is on its way. */
  busy: boolean;
  /** A file has not arrived. */
  failed: boolean;
}

/**
 * `held` goes out, `how` it was asked for, once all its files are there; `due` goes out now; `changed` and `failed` say
 * why it did not go out.
 */
export type Holding<How> = { is: "held" | "due"; how: How; content: string } | { is: "free" | "changed" | "failed" };

/** Somebody wants it sent. */
export function pressed<How>(how: How, standing: Standing): Holding<How> {
  return followed({ is: "held", how, content: standing.content }, standing);
}

/** What becomes of it as things stand now. */
export function followed<How>(holding: Holding<How>, { content, empty, busy, failed }: Standing): Holding<How> {
  if (holding.is === "changed" || holding.is === "failed") return empty ? { is: "free" } : holding;
  if (holding.is !== "held") return holding;
  if (failed) return { is: "failed" };
  if (content !== holding.content) return { is: "changed" };
  return busy ? holding : { ...holding, is: "due" };
}

/** What of a text was typed after it was sent. */
export function notSent(text: string, sent: string): string {
  return text.startsWith(sent) ? text.slice(sent.length).trimStart() : text;
}
