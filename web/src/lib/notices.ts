/** Notices as the API has them, and what is to be said of them. */

export const KINDS = [
  "ticket-assigned",
  "ticket-team",
  "ticket-mentioned",
  "ticket-replied",
  "ticket-outside",
  "ticket-approval",
  "ticket-agreed",
  "ticket-denied",
  "ticket-warned",
  "ticket-breached",
  "ticket-state",
  "ticket-rule",
  "ticket-reminder",
] as const;
export type Kind = (typeof KINDS)[number] | "other";

export interface NoticeItem {
  id: number;
  kind: string;
  facts: Record<string, string>;
  at: string;
  read: boolean;
}

/** What was told about one thing. */
export interface NoticeGroup {
  object_kind: string;
  object_id: string;
  title: string;
  link: string;
  at: string;
  count: number;
  unread: number;
  items: NoticeItem[];
}

export interface NoticePage {
  unread: number;
  items: NoticeGroup[];
  next_cursor: string | null;
}

export const DIGESTS = ["at_once", "hourly", "daily"] as const;

export interface Ways {
  app: boolean;
  mail: boolean;
  push: boolean;
}

export interface Preferences {
  kinds: (Ways & { key: string })[];
  digest: (typeof DIGESTS)[number];
  digest_hour: number;
  quiet: { begin: string; end: string } | null;
  timezone: string;
  house_timezone: string;
  mail: boolean;
}

/** A kind that these pages have no words for yet is shown as something else. */
export const knownKind = (key: string): Kind => KINDS.find((each) => each === key) ?? "other";

/** What is sent to keep preferences. */
export function bodyOf({ kinds, digest, digest_hour, quiet, timezone }: Preferences) {
  return { kinds: Object.fromEntries(kinds.map(({ key, ...ways }) => [key, ways])), digest, digest_hour, quiet, timezone };
}

/** Those about the page that somebody has before him. */
export const seenOn = (path: string, groups: readonly NoticeGroup[]) => groups.filter((group) => group.unread > 0 && group.link === path);
