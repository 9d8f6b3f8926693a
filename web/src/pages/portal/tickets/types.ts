/** The customer's requests as the API has them; see /api/docs. */

export const STEPS = ["received", "working", "answered", "solved"] as const;
export type Step = (typeof STEPS)[number];

export interface RequestRow {
  id: string;
  number: string;
  subject: string;
  type: string;
  state: string;
  step: Step;
  waits: boolean;
  made_at: string;
  last_at: string;
}

export interface RequestPage {
  items: RequestRow[];
  next_cursor: string | null;
}

export interface SentFile {
  id: string;
  name: string;
  media_type: string;
  size: number;
  ready: boolean;
}

export interface Said {
  id: number;
  by: "customer" | "outside" | "house";
  name: string;
  text: string;
  files: SentFile[];
  at: string;
}

export type FieldValue = string | number | boolean | string[] | null;

export interface RequestOut extends RequestRow {
  fields: { name: string; type: string; value: FieldValue }[];
  messages: Said[];
  can_reply: boolean;
  can_confirm: boolean;
  can_reopen: boolean;
  /** The own request that it has become part of. */
  joined: { id: string; name: string } | null;
  /** It has become part of one that somebody else asks. */
  joined_other: boolean;
  /** Numbers of own requests that have become part of it. */
  includes: string[];
}

export interface FormField {
  id: string;
  name: string;
  help: string;
  type: "text" | "number" | "date" | "choice" | "choices" | "yes-no";
  choices: string[];
  required: boolean;
}

export interface RequestForm {
  id: string;
  name: string;
  description: string;
  fields: FormField[];
}

export interface RequestForms {
  items: RequestForm[];
  most_bytes: number;
}

export interface Uploaded {
  id: string;
  name: string;
  size: number;
}

/** What whoever is asked from outside reads by the link to a side conversation. */
export interface OutsideOut {
  subject: string;
  asked_by: string;
  email: string;
  messages: Said[];
  most_bytes: number;
}

/** How files of a thread are reached. */
export interface Files {
  download: (file: SentFile) => Promise<void>;
  /** Address of a small picture; null: none can be shown. */
  picture: (file: SentFile) => string | null;
}

/** How something is answered, with what it is then. */
export interface Answering<T> extends Files {
  say: (text: string, files: string[], key: string) => Promise<T>;
  /** Where files are taken for the next message. */
  files: string;
}

/** How a page reaches a request: signed in, or by its link. */
export interface Way extends Answering<RequestOut> {
  confirm: () => Promise<RequestOut>;
  reopen: () => Promise<RequestOut>;
}
