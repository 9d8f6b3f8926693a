/** What the house says and how it looks: flows, prompts, mails, branding, the first start; as the API writes it. */

export interface FlowProblem {
  line: number;
  column: number;
  message: string;
  hint: string;
  severity: "error" | "warning";
}

export interface FlowWay {
  to: string;
  label: string;
  by: string;
  line: number;
}

export interface FlowStep {
  name: string;
  kind: string;
  text: string;
  line: number;
  row: number;
  column: number;
  reached: boolean;
  ways: FlowWay[];
}

export interface FlowRow {
  file: string;
  flow: string | null;
  description: string;
  language: string;
  steps: number;
  state: "good" | "warned" | "broken" | "gone";
  problems: FlowProblem[];
  used_by: { entry: boolean; numbers: string[]; flows: string[] };
  changed_at: string | null;
}

export interface FlowFile extends FlowRow {
  text: string;
  digest: string;
  picture: FlowStep[];
}

export interface Checked {
  flow: string | null;
  problems: FlowProblem[];
  picture: FlowStep[];
}

export interface FlowVersion {
  id: number;
  made_at: string;
  by: string;
  note: string;
  lines: number;
  current: boolean;
}

export interface DiffLine {
  what: "same" | "added" | "removed" | "gap";
  old: number | null;
  new: number | null;
  text: string;
}

export interface FlowVersionShown extends FlowVersion {
  text: string;
  difference: DiffLine[];
}

export interface FlowSample {
  id: string;
  title: string;
  summary: string;
  needs_calendar: boolean;
}

export const DOINGS = ["keys", "wait", "speak", "connected", "left", "closed", "answered", "busy", "no-answer", "failed", "hangup"] as const;
export type Do = (typeof DOINGS)[number];

export interface Doing {
  do: Do;
  keys?: string;
}

export interface TrialEntry {
  at: number;
  kind: string;
  step: string;
  text: string;
}

export interface Trial {
  entries: TrialEntry[];
  may: Do[];
  step: string;
  data: Record<string, string>;
  outcome: string | null;
  used: number;
}

export interface Recording {
  language: string;
  length_s: number;
  text: string | null;
  changed_at: string;
  url: string;
}

export interface PromptSetting {
  id: string;
  name: string;
  note: string;
  recordings: Recording[];
  used_by: string[];
  plays: string | null;
}

export interface TemplateRow {
  key: string;
  title: string;
  summary: string;
  subject: string;
  languages: string[];
  own: string[];
}

export interface TemplateWords {
  language: string;
  subject: string;
  text: string;
  own: boolean;
  default: boolean;
}

export interface Template {
  key: string;
  title: string;
  summary: string;
  variables: { name: string; summary: string; example: string; required: boolean }[];
  words: TemplateWords[];
}

export interface Logo {
  url: string;
  width: number;
  height: number;
}

export interface Contrast {
  field: string;
  on: string;
  ratio: number;
  least: number;
  used: string;
}

export interface BrandingBody {
  name: string;
  language: string;
  accent: string | null;
  portal_accent: string | null;
  portal_header: string | null;
  widget_accent: string | null;
  mail_footer: string;
}

export interface BrandingSettings extends BrandingBody {
  logo: Logo | null;
  contrast: Contrast[];
}

export interface Branding {
  name: string;
  language: string;
  logo: Logo | null;
}

export const STEPS = ["company", "queue", "people", "phone", "call"] as const;
export type Step = (typeof STEPS)[number];

export interface Guide {
  steps: Partial<Record<Step, "done" | "skipped">>;
  closed: boolean;
  offered: boolean;
  facts: { queues: number; calendars: number; people: number; telephones: number; number: string; address: string };
}
