/** What the pages of signing in and of the own account exchange with the server. */
import type { Me } from "./contract";

export interface Enrolment {
  secret: string;
  uri: string;
  /** Rows of 0 and 1. */
  qr: string[];
}

export interface SignedIn {
  me: Me;
  recovery_codes: string[];
}

export interface Passkey {
  id: string;
  name: string;
  made_at: string;
  used_at: string | null;
}

export interface Security {
  second_factor: "off" | "offered" | "required";
  totp: boolean;
  recovery_codes: number;
  passkeys: Passkey[];
  devices: { id: string; device: string; address: string; used_at: string; expires_at: string }[];
}

export interface SessionItem {
  id: string;
  device: string;
  address: string;
  /** password, password+totp, passkey, … or sso:<id of a provider>. */
  method: string;
  created_at: string;
  last_seen_at: string;
  current: boolean;
}

export interface ApiKey {
  id: string;
  name: string;
  prefix: string;
  permissions: string[];
  made_at: string;
  expires_at: string | null;
  used_at: string | null;
}

export interface NewApiKey extends ApiKey {
  secret: string;
}

/** The dark squares as one SVG path, a unit each, with the quiet zone of four around. */
export function qrPath(rows: readonly string[]): { path: string; size: number } {
  const squares = rows.flatMap((row, y) => Array.from(row, (bit, x) => (bit === "1" ? `M${x + 4} ${y + 4}h1v1h-1z` : "")));
  return { path: squares.join(""), size: rows.length + 8 };
}
