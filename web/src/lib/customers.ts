/** The shapes of customers as the server speaks them. */
import type { Labelled, Named, Outcome } from "./contract";

export type CustomerKind = "person" | "organisation";
export type IdentityKind = "phone" | "email" | "handle" | "external";
export const IDENTITY_KINDS: readonly IdentityKind[] = ["phone", "email", "handle", "external"];
export type FieldValue = string | number | boolean | null;

export interface CustomerLine {
  id: string;
  kind: CustomerKind;
  name: string;
  organisation: Named | null;
  vip: boolean;
  priority: number;
  language: string;
  phone: string | null;
  email: string | null;
  tags: string[];
  changed_at: string;
}

export interface Identity {
  id: string;
  kind: IdentityKind;
  value: string;
  shown: string;
  channel: string;
  label: string;
}

export interface Address {
  label: string;
  lines: string;
  postcode: string;
  city: string;
  region: string;
  country: string;
}

export interface Consent {
  id: string;
  kind: string;
  given: boolean;
  at: string;
  channel: string;
  text_version: string;
  recorded_by: string;
}

export interface Customer {
  id: string;
  kind: CustomerKind;
  name: string;
  called: string;
  language: string;
  timezone: string;
  organisation: Named | null;
  vip: boolean;
  priority: number;
  identities: Identity[];
  addresses: Address[];
  tags: string[];
  fields: Record<string, FieldValue>;
  sensitive: string[];
  notes: { id: string; text: string; at: string; author: Named | null }[];
  consents: Consent[];
  merges: { id: string; survivor_id: string; merged: Named; at: string; by: string }[];
  people: Named[];
  created_at: string;
  changed_at: string;
}

export interface CustomField {
  id: string;
  name: string;
  type: "text" | "number" | "date" | "choice" | "yes-no";
  required: boolean;
  sensitive: boolean;
  choices: string[];
}

export interface Duplicate {
  customer: CustomerLine;
  other: CustomerLine;
  reasons: string[];
  score: number;
}

export interface TimelineItem {
  id: string;
  channel: string;
  direction: string;
  state: string;
  outcome: Outcome | null;
  queue: Named | null;
  agent: Named | null;
  disposition: Labelled | null;
  note: string;
  started_at: string;
  talk_s: number | null;
  may_open: boolean;
}

export interface CustomerBody {
  kind: CustomerKind;
  name: string;
  called: string;
  language: string;
  timezone: string;
  organisation_id: string | null;
  vip: boolean;
  priority: number;
  identities: { kind: IdentityKind; value: string; channel: string; label: string }[];
  addresses: Address[];
  tags: string[];
  fields: Record<string, FieldValue>;
}

export const NEW_CUSTOMER: CustomerBody = {
  kind: "person",
  name: "",
  called: "",
  language: "",
  timezone: "",
  organisation_id: null,
  vip: false,
  priority: 0,
  identities: [],
  addresses: [],
  tags: [],
  fields: {},
};

/** What a form starts with: sensitive values are left out, and what is left out stays. */
export function bodyOf(customer: Customer): CustomerBody {
  const { kind, name, called, language, timezone, vip, priority, addresses, tags, fields } = customer;
  return {
    kind,
    name,
    called,
    language,
    timezone,
    vip,
    priority,
    addresses,
    tags,
    fields,
    organisation_id: customer.organisation?.id ?? null,
    identities: customer.identities.map(({ kind, shown, channel, label }) => ({ kind, value: shown, channel, label })),
  };
}
