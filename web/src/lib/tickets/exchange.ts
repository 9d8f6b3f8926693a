/** Imports and exports of tickets as the server tells of them, and the mapping as it is edited. */
import type { Conditions, Order } from "./types";

export type ImportState = "reading" | "ready" | "running" | "done" | "cancelled" | "failed";
export type ImportSource = "" | "csv" | "zendesk" | "zammad" | "contactcenter";

export interface ImportRow {
  id: string;
  source: ImportSource;
  name: string;
  size: number;
  state: ImportState;
  problem: string;
  made_at: string;
  made_by: string;
  started_at: string | null;
  ended_at: string | null;
  total: number;
  position: number;
  taken: number;
  known: number;
  refused: number;
  remarks: number;
  read: number | null;
}

export interface Mapping {
  origin: string;
  fields: Record<string, string>;
  values: Record<string, Record<string, string>>;
}

export interface FoundField {
  name: string;
  filled: number;
  examples: string[];
  fixed: boolean;
}

export interface FoundValue {
  value: string;
  label: string;
  count: number;
  becomes: string;
  sure: boolean;
}

export interface FoundValues {
  target: string;
  choices: { id: string; name: string }[];
  values: FoundValue[];
  more: boolean;
}

export interface Import extends ImportRow {
  mapping: Mapping | null;
  fields: FoundField[];
  values: FoundValues[];
  targets: string[];
}

export interface Remark {
  id: number;
  place: string;
  record: string;
  refused: boolean;
  field: string;
  value: string;
  reason: string;
}

export interface Sample {
  place: string;
  external_id: string;
  subject: string;
  type: string;
  state: string;
  priority: string;
  requester: string;
  assignee: string;
  tags: string[];
  messages: number;
  files: number;
  made_at: string;
  known: boolean;
}

export interface Preview {
  looked: number;
  known: number;
  refused: number;
  samples: Sample[];
  remarks: Remark[];
}

export type ExportFormat = "csv" | "xlsx" | "archive";
export const FORMATS: readonly ExportFormat[] = ["csv", "xlsx", "archive"];

export interface ExportJob {
  id: string;
  format: ExportFormat;
  state: "running" | "done" | "cancelled" | "failed";
  problem: string;
  total: number;
  done: number;
  size: number;
  name: string;
}

export interface ExportAsked {
  conditions?: Conditions;
  order?: Order;
  q?: string;
  facets?: Readonly<Record<string, string>>;
}

/** The body of a new export. */
export function exportBody(format: ExportFormat, asked: ExportAsked, columns: readonly { name: string; header: string }[]) {
  const { facets, ...rest } = asked;
  return { format, ...rest, ...(facets ?? {}), columns: format === "archive" ? [] : columns, zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
}

export const underWay = (state: ImportState) => state === "reading" || state === "running";

/** How often somebody who waits asks again. */
export const POLL_MS = 700;

/** The mapping with one field taken for something else. */
export const withField = (mapping: Mapping, name: string, target: string): Mapping => ({ ...mapping, fields: { ...mapping.fields, [name]: target } });

export const withValue = (mapping: Mapping, target: string, value: string, becomes: string): Mapping => ({
  ...mapping,
  values: { ...mapping.values, [target]: { ...mapping.values[target], [value]: becomes } },
});

/** What a value becomes by a mapping that is not saved yet, and whether that is a guess. */
export function becomes(mapping: Mapping, target: string, found: FoundValue): { becomes: string; sure: boolean } {
  const given = mapping.values[target]?.[found.value];
  return given === undefined ? { becomes: found.becomes, sure: found.sure } : { becomes: given, sure: true };
}

/** Values that somebody should look at, guesses first. */
export const sortedValues = (values: readonly FoundValue[]): FoundValue[] => [...values].sort((one, other) => Number(one.sure) - Number(other.sure) || other.count - one.count);

export const guesses = (mapping: Mapping, all: readonly FoundValues[]): number =>
  all.reduce((count, each) => count + each.values.filter((value) => !becomes(mapping, each.target, value).sure).length, 0);

export const ORIGIN = /^[a-z0-9][a-z0-9_.-]{0,39}$/;

export const sameMapping = (one: Mapping, other: Mapping) => JSON.stringify(one) === JSON.stringify(other);
