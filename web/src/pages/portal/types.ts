/** What the portal's API says; see /api/docs. */

export interface PortalMe {
  id: string;
  email: string;
  name: string;
  language: string;
  has_password: boolean;
}

export interface Doorway {
  enabled: boolean;
  registration: "open" | "invited" | "closed";
  links: boolean;
  password_min_length: number;
}

export interface House {
  name: string;
  language: string;
  logo: { url: string; width: number; height: number } | null;
}

export interface OwnNumber {
  id: string;
  number: string;
  label: string;
  state: "confirmed" | "waiting" | "recorded";
}

export interface Profile {
  name: string;
  called: string;
  language: string;
  timezone: string;
  email: string;
  numbers: OwnNumber[];
  has_password: boolean;
}

export interface Consent {
  kind: string;
  title: string;
  text: string;
  version: string;
  given: boolean | null;
  at: string | null;
  outdated: boolean;
}

export interface PortalSession {
  id: string;
  device: string;
  address: string;
  method: string;
  created_at: string;
  last_seen_at: string;
  current: boolean;
}

export interface DataRequest {
  id: string;
  kind: "export" | "erase";
  state: "asked" | "working" | "done" | "expired" | "refused" | "withdrawn" | "failed";
  asked_at: string;
  decided_at: string | null;
  answer: string;
  download: boolean;
}

export interface Contact {
  id: string;
  at: string;
  channel: string;
  direction: string;
  queue: string;
  outcome: string | null;
}
