/** Segments: filters of customers that have a name. */
import type { Troubles } from "./admin/types";
import type { CustomerKind, FieldValue } from "./customers";

export interface SegmentFilter {
  q: string;
  kind: CustomerKind | null;
  tag: string | null;
  vip: boolean | null;
  language: string | null;
  organisation: string | null;
  fields: Record<string, FieldValue>;
}

export interface Segment {
  id: string;
  name: string;
  filter: SegmentFilter;
  own: boolean;
}

export interface SegmentDraft extends SegmentFilter {
  name: string;
  own: boolean;
}

export const EVERYBODY: SegmentFilter = { q: "", kind: null, tag: null, vip: null, language: null, organisation: null, fields: {} };

export const draftOf = ({ name, own, filter }: Pick<Segment, "name" | "own" | "filter">): SegmentDraft => ({ ...EVERYBODY, ...filter, name, own });

/** What the server takes: a language that is not typed is none. */
export function filterOf({ q, kind, tag, vip, language, organisation, fields }: SegmentFilter): SegmentFilter {
  return { q: q.trim(), kind, tag: tag?.trim() || null, vip, language: language?.trim() || null, organisation, fields };
}

export const bodyOf = (draft: SegmentDraft) => ({ name: draft.name.trim(), own: draft.own, filter: filterOf(draft) });

/** Whether it says anything at all. */
export function isEverybody(filter: SegmentFilter): boolean {
  const { fields, ...rest } = filterOf(filter);
  return Object.values(rest).every((value) => value === null || value === "") && Object.keys(fields).length === 0;
}

const LANGUAGE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$/;

export function segmentTroubles(value: SegmentDraft, others: readonly { name: string }[]): Troubles {
  const troubles: Troubles = {};
  const name = value.name.trim();
  if (!name) troubles.name = { key: "nameMissing" };
  else if (others.some((other) => other.name.toLocaleLowerCase() === name.toLocaleLowerCase())) troubles.name = { key: "nameTaken" };
  if (value.language?.trim() && !LANGUAGE.test(value.language.trim())) troubles["filter.language"] = { key: "languageWrong" };
  if (isEverybody(value)) troubles["filter.q"] = { key: "filterEmpty" };
  return troubles;
}
