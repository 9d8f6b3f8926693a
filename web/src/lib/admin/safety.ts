/** Keys and backups as the server shows them, and what a page makes of them. */

export type Purpose = "values" | "files" | "index";

export interface DataKey {
  id: string;
  purpose: Purpose;
  state: "active" | "replaced" | "retired";
  made_at: string;
  replaced_at: string | null;
  retired_at: string | null;
  master: string;
}

export interface Encryption {
  kept: "file" | "given";
  where: string;
  keys: DataKey[];
  work: { what: "data" | "master"; done: number; total: number } | null;
  last: { what: "data" | "master"; ended_at: string; sealed: number; left: number; failed: string | null } | null;
}

export type Counted = "values" | "recordings" | "ticket_files";

export interface Use {
  seals: { key: string; counts: Partial<Record<Counted, number>> }[];
  masters: string[];
  problem: string | null;
  replaceable: boolean;
  open_to_others: boolean;
  written_at: string | null;
}

/** Ids of the keys that a replacement puts others in place of: what the person has seen. */
export function inUse(shown: Encryption, what: "data" | "master"): string[] {
  if (what === "master") return [...new Set(shown.keys.map((key) => key.master))];
  return shown.keys.filter((key) => key.state === "active" && key.purpose !== "index").map((key) => key.id);
}

/** How much these keys seal together; null while it is not known. */
export function sealedWith(use: Use | undefined, keys: readonly string[]): number | null {
  if (!use) return null;
  const counts = use.seals.filter((one) => keys.includes(one.key)).flatMap((one) => Object.values(one.counts));
  return counts.reduce((sum, count) => sum + count, 0);
}

export interface By {
  kind: string;
  name: string;
}

export interface Backup {
  name: string;
  path: string;
  command: string;
  made_at: string;
  octets: number;
  product: string;
  masters: { id: string; used: boolean }[];
  passphrase: boolean;
  scheduled: boolean;
  damaged: string | null;
  made_by: By | null;
  contents: { database: string; rows: number; recordings: number; ticket_files: number; files: number; octets: number } | null;
  checked: { at: string; by: By; sound: boolean; reason: string } | null;
}

export interface BackupProgress {
  work: { deed: "make" | "check"; name: string; began_at: string; done: number; total: number } | null;
  last: { deed: "make" | "check"; name: string; ended_at: string; failed: string | null } | null;
}

export interface Backups {
  schedule: {
    folder: string | null;
    every_hours: number;
    keep_daily: number;
    keep_weekly: number;
    keep_monthly: number;
    passphrase: boolean;
  };
  newest_at: string | null;
  next_at: string | null;
  overdue: boolean;
  free_octets: number | null;
  problem: string | null;
  progress: BackupProgress;
  items: Backup[];
}

export type Health = "off" | "none" | "unsound" | "overdue" | "soon" | "fine";

/** How things stand with backups, the worst first. `now` in milliseconds. */
export function health(shown: Backups, now: number): Health {
  if (shown.schedule.folder === null) return "off";
  if (shown.newest_at === null) return "none";
  const newest = shown.items.find((item) => item.damaged === null);
  if (newest?.checked?.sound === false) return "unsound";
  if (shown.overdue) return "overdue";
  return shown.next_at !== null && Date.parse(shown.next_at) > now ? "fine" : "soon";
}

/** Hours as people say them: "24 hours", "90 minutes", "7 days". */
export function hoursText(hours: number, language: string): string {
  const [value, unit] = hours >= 48 && hours % 24 === 0 ? [hours / 24, "day"] : hours < 2 ? [hours * 60, "minute"] : [hours, "hour"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 }).format(value);
}

const FRESH_MS = 15 * 60_000;

/** Whether what came of something is still news: a failure is until the next one, a success for a while. */
export function isNews(last: { ended_at: string; failed: string | null } | null, now: number): boolean {
  return last !== null && (last.failed !== null || now - Date.parse(last.ended_at) < FRESH_MS);
}
