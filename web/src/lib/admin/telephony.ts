/** Telephones, trunks and numbers as the server tells them, and what is wrong with them before it is asked. */
import type { Named } from "../contract";
import { guarded, written } from "../csv";
import { omit } from "./draft";
import { isTaken } from "./hours";
import type { Troubles } from "./types";

export interface Contact {
  address: string;
  transport: string;
  user_agent: string;
  expires_at: string;
}

export interface Telephone {
  username: string;
  name: string;
  user_id: string | null;
  owner: Named | null;
  disabled: boolean;
  contacts: Contact[];
}

export interface Provisioning {
  server: string;
  port: number;
  transports: string[];
  username: string;
  password: string;
  realm: string;
  address: string;
  files: { program: string; text: string }[];
  qr: string[];
}

export interface TelephoneWithPassword {
  telephone: Telephone;
  provisioning: Provisioning;
}

export interface TelephoneDraft {
  username: string;
  name: string;
  user_id: string | null;
  disabled: boolean;
}

export const TRUNK_STATES = ["off", "starting", "unwatched", "up", "down", "refused"] as const;
export type TrunkStateName = (typeof TRUNK_STATES)[number];
export const KINDS = ["registering", "by-address"] as const;
export const FORMATS = ["e164", "e164-digits", "international", "national", "as-dialled"] as const;
export const SHOWN_IN = ["from", "p-asserted-identity", "p-preferred-identity", "remote-party-id"] as const;
export const CODEC_CHOICES = ["PCMA PCMU", "PCMU PCMA", "PCMA", "PCMU"] as const;

export interface TrunkState {
  id: string;
  state: TrunkStateName;
  code: number;
  sentence: string;
  since: string;
  calls: number;
}

export interface TrunkSettings {
  name: string;
  kind: (typeof KINDS)[number];
  enabled: boolean;
  position: number;
  host: string;
  port: number;
  transport: "udp" | "tcp" | "tls";
  domain: string;
  certificate_name: string;
  username: string;
  from_user: string;
  expires_s: number;
  addresses: string[];
  caller_id: string;
  caller_id_in: (typeof SHOWN_IN)[number];
  own_numbers: boolean;
  trust_identity: boolean;
  number_format: (typeof FORMATS)[number];
  dial_prefix: string;
  country: string;
  allowed: string[];
  denied: string[];
  max_calls: number | null;
  calls_per_second: number | null;
  codecs: string[];
  options_s: number;
}

export interface Trunk extends TrunkSettings {
  id: string;
  has_password: boolean;
  numbers: string[];
  state: TrunkState | null;
}

export interface TelephoneLine {
  line: number;
  username: string;
  what: "add" | "change" | null;
  password: string | null;
  field: string | null;
  problem: string | null;
}

export interface TelephonesTaken {
  applied: boolean;
  added: number;
  changed: number;
  bad: number;
  server: string;
  port: number;
  realm: string;
  items: TelephoneLine[];
}

/** What the telephones that were added are set up with, to be kept: the server does not tell it again. */
export function passwordsTable(taken: TelephonesTaken): string {
  const added = taken.items.filter((each) => each.password !== null);
  const lines = added.map((each) => [each.username, each.password ?? "", taken.server, String(taken.port), taken.realm]);
  return `\ufeff${[["username", "password", "server", "port", "realm"], ...lines].map((line) => `${written(line.map(guarded))}\r\n`).join("")}`;
}

/** `password` empty: it stays as it is. */
export interface TrunkDraft extends TrunkSettings {
  password: string;
}

export interface CalledNumber {
  id: string;
  pattern: string;
  name: string;
  flow: string;
  trunk_id: string | null;
  flow_missing: boolean;
}

export interface NumberList {
  items: CalledNumber[];
  fallback: string[];
  entry: string;
  flows: string[];
}

export interface NumberDraft {
  pattern: string;
  name: string;
  flow: string | null;
  trunk_id: string | null;
}

export interface Tested {
  flow: string | null;
  number_id: string | null;
  fallback: boolean;
  ways: { trunk_id: string; number: string }[];
  refusal: string | null;
}

export const FRESH_TRUNK: Trunk = {
  id: "",
  name: "",
  kind: "registering",
  enabled: true,
  position: 0,
  host: "",
  port: 5060,
  transport: "udp",
  domain: "",
  certificate_name: "",
  username: "",
  from_user: "",
  expires_s: 300,
  addresses: [],
  caller_id: "",
  caller_id_in: "from",
  own_numbers: true,
  trust_identity: true,
  number_format: "e164",
  dial_prefix: "",
  country: "",
  allowed: [],
  denied: [],
  max_calls: null,
  calls_per_second: null,
  codecs: ["PCMA", "PCMU"],
  options_s: 30,
  has_password: false,
  numbers: [],
  state: null,
};

export function trunkDraft(trunk: Trunk): TrunkDraft {
  return { ...omit(trunk, "id", "has_password", "numbers", "state"), password: "" };
}

/** As a PUT takes it: an empty password keeps the one there is, and what only the other kind has is left out. */
export function trunkBody({ password, ...settings }: TrunkDraft): object {
  const kept = { ...settings };
  if (settings.kind === "registering") kept.addresses = [];
  if (settings.transport !== "tls") kept.certificate_name = "";
  return password ? { ...kept, password } : kept;
}

const PORTS = { udp: 5060, tcp: 5060, tls: 5061 };

/** The usual port goes with the transport; one that somebody has written stays. */
export function withTransport(value: TrunkDraft, transport: TrunkDraft["transport"]): Partial<TrunkDraft> {
  return { transport, port: value.port === PORTS[value.transport] ? PORTS[transport] : value.port };
}

const HOST = /^(\[?[0-9a-f:.]+\]?|[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?)$/i;
const PREFIX = /^(\*|\+?[0-9]{1,15})$/;
const NETWORK = /^[0-9a-f:.]+(\/[0-9]{1,3})?$/i;
const NUMBER = /^\+?[0-9*#]{1,32}$/;
const PATTERN = /^(\*|\+?[A-Za-z0-9_.#-]{1,63}\*?)$/;
const USERNAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const plain = (text: string) => text.replace(/[\s().\-/]/g, "");

function between(troubles: Troubles, path: string, value: number, least: number, most: number): void {
  if (Number.isNaN(value)) troubles[path] = { key: "number" };
  else if (value < least || value > most) troubles[path] = { key: "between", values: { least, most } };
}

export function trunkTroubles(value: TrunkDraft, others: readonly Named[], hasPassword: boolean): Troubles {
  const troubles: Troubles = {};
  const registers = value.kind === "registering";
  if (!value.name.trim()) troubles.name = { key: "nameMissing" };
  else if (isTaken(value.name, others.map((other) => other.name))) troubles.name = { key: "nameTaken" };
  const needsHost = registers || value.allowed.length > 0;
  if (value.host.trim() && !HOST.test(value.host.trim())) troubles.host = { key: "hostWrong" };
  else if (!value.host.trim() && needsHost) troubles.host = { key: "hostMissing" };
  if (value.domain.trim() && !HOST.test(value.domain.trim())) troubles.domain = { key: "hostWrong" };
  const named = value.certificate_name.trim().replace(/^\*\./, "");
  if (value.transport === "tls" && named && !HOST.test(named)) troubles.certificate_name = { key: "hostWrong" };
  if (registers && !value.username.trim()) troubles.username = { key: "userMissing" };
  if (registers && value.enabled && !hasPassword && !value.password) troubles.password = { key: "passwordMissing" };
  if (!registers && !value.host.trim() && value.addresses.length === 0) troubles.addresses = { key: "addressesMissing" };
  if (!registers && value.addresses.some((address) => !NETWORK.test(address.trim()))) troubles.addresses = { key: "networkWrong" };
  if (value.caller_id.trim() && !NUMBER.test(plain(value.caller_id))) troubles.caller_id = { key: "numberWrong" };
  if (value.country && !/^[A-Z]{2}$/.test(value.country)) troubles.country = { key: "countryWrong" };
  if (!/^[0-9*#]{0,8}$/.test(value.dial_prefix)) troubles.dial_prefix = { key: "numberWrong" };
  for (const field of ["allowed", "denied"] as const)
    if (value[field].some((prefix) => !PREFIX.test(plain(prefix)))) troubles[field] = { key: "prefixWrong" };
  between(troubles, "port", value.port, 1, 65535);
  between(troubles, "position", value.position, 0, 10000);
  between(troubles, "options_s", value.options_s, 0, 3600);
  if (registers) between(troubles, "expires_s", value.expires_s, 60, 86400);
  if (value.max_calls !== null) between(troubles, "max_calls", value.max_calls, 1, 10000);
  if (value.calls_per_second !== null && !(value.calls_per_second > 0)) troubles.calls_per_second = { key: "above", values: { above: 0 } };
  return troubles;
}

export function telephoneTroubles(value: TelephoneDraft, taken: readonly string[]): Troubles {
  const troubles: Troubles = {};
  const username = value.username.trim();
  if (username && !USERNAME.test(username)) troubles.username = { key: "usernameWrong" };
  else if (taken.some((other) => other.toLowerCase() === username.toLowerCase())) troubles.username = { key: "nameTaken" };
  return troubles;
}

export function numberTroubles(value: NumberDraft): Troubles {
  const troubles: Troubles = {};
  const pattern = value.pattern.replace(/[\s()/]/g, "");
  if (!pattern) troubles.pattern = { key: "patternMissing" };
  else if (!PATTERN.test(pattern)) troubles.pattern = { key: "patternWrong" };
  if (!value.flow) troubles.flow = { key: "flowMissing" };
  return troubles;
}

/** The agents a telephone may be given to: those without one, and its own. */
export function withoutTelephone(agents: readonly Named[], telephones: readonly Telephone[], own: string | null): Named[] {
  const busy = new Set(telephones.map((telephone) => telephone.user_id));
  return agents.filter((agent) => agent.id === own || !busy.has(agent.id));
}
