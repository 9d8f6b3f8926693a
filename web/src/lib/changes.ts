/** How often each kind of thing in the set-up was changed since the server's start. */
export type Revisions = Readonly<Record<string, number>>;

/** Whether anything was changed in between; a server that began anew may have missed telling, so that counts too. */
export function changedSince(before: Revisions, now: Revisions): boolean {
  const kinds = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...kinds].some((kind) => before[kind] !== now[kind]);
}
