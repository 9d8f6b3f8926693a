/** The areas of administration: in groups, by whom they may be opened, and how they are found. */
import type { Permission } from "../contract";

export const GROUPS = ["routing", "calls", "customers", "people", "look", "safety"] as const;
export type Group = (typeof GROUPS)[number];

export const AREAS = [
  ["queues", "routing", ["routing.view"]],
  ["skills", "routing", ["routing.view"]],
  ["agents", "routing", ["routing.view"]],
  ["profiles", "routing", ["routing.view"]],
  ["calendars", "routing", ["routing.view"]],
  ["pauses", "routing", ["routing.view"]],
  ["dispositions", "routing", ["routing.view"]],
  ["flows", "calls", ["flows.view"]],
  ["prompts", "calls", ["flows.view", "prompts.manage"]],
  ["telephones", "calls", ["telephones.view"]],
  ["trunks", "calls", ["trunks.view"]],
  ["numbers", "calls", ["trunks.view"]],
  ["tickets", "customers", ["tickets.set_up"]],
  ["fields", "customers", ["customers.set_up"]],
  ["portal", "customers", ["portal.set_up"]],
  ["people", "people", ["users.manage"]],
  ["teams", "people", ["users.manage", "teams.manage"]],
  ["roles", "people", ["users.manage", "roles.manage"]],
  ["providers", "people", ["providers.manage"]],
  ["branding", "look", ["branding.manage"]],
  ["templates", "look", ["templates.manage"]],
  ["privacy", "safety", ["privacy.view"]],
  ["audit", "safety", ["audit.view"]],
  ["keys", "safety", ["encryption.view"]],
  ["backups", "safety", ["backups.view"]],
  ["configuration", "safety", ["configuration.manage"]],
] as const satisfies readonly (readonly [string, Group, readonly Permission[]])[];

export type AreaId = (typeof AREAS)[number][0];

/** One area in the language of the page; `terms` are other words for what is in it. */
export interface Area {
  id: AreaId;
  group: Group;
  title: string;
  text: string;
  terms: string;
}

/** As people type: small letters, without accents, hyphens and signs. */
function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** How well a word fits: 0 not at all; the title's beginning before a word in it, other words, and the description. */
function fit(area: Area, word: string): number {
  const title = plain(area.title);
  if (title.startsWith(word)) return 4;
  const begins = (text: string) => plain(text).split(" ").some((each) => each.startsWith(word));
  if (begins(area.title)) return 3;
  if (begins(area.terms) || plain(area.terms).replaceAll(" ", "").includes(word) && word.length > 3) return 2;
  return begins(area.text) ? 1 : 0;
}

/** Those in which every word is found, the best first; without words all, as they come. */
export function findAreas(areas: readonly Area[], words: string): Area[] {
  const wanted = plain(words).split(" ").filter(Boolean);
  if (wanted.length === 0) return [...areas];
  return areas
    .map((area) => ({ area, fits: wanted.map((word) => fit(area, word)) }))
    .filter(({ fits }) => fits.every((each) => each > 0))
    .sort((a, b) => sum(b.fits) - sum(a.fits))
    .map(({ area }) => area);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** What arrow keys move to in a list of `count`: the ends hold, and above the first is the search (-1). */
export function step(at: number, key: string, count: number): number | null {
  switch (key) {
    case "ArrowDown":
      return Math.min(at + 1, count - 1);
    case "ArrowUp":
      return Math.max(at - 1, -1);
    case "Home":
      return at < 0 ? null : 0;
    case "End":
      return at < 0 ? null : count - 1;
    default:
      return null;
  }
}
