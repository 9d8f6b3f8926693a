/** Identity providers as the server tells them, and what their form makes of them. */
import type { Named } from "../contract";
import { nameTroubles, type HeldRole } from "./people";
import type { Troubles } from "./types";

export type Preset = "other" | "google" | "microsoft";

export interface Oidc {
  preset: Preset;
  issuer: string;
  client_id: string;
  from_environment: string;
  scopes: string[];
  email_trusted: boolean;
}

export interface Saml {
  metadata_url: string | null;
  metadata_xml: string | null;
  sign_requests: boolean;
}

export interface Rule {
  value: string;
  roles: HeldRole[];
  teams: string[];
}

export interface ProviderBody {
  name: string;
  kind: "oidc" | "saml";
  enabled: boolean;
  oidc: Oidc | null;
  saml: Saml | null;
  email_claim: string;
  name_claim: string;
  roles_claim: string;
  email_domains: string[];
  link_by_email: boolean;
  provision: boolean;
  roles_follow: boolean;
  rules: Rule[];
  default_roles: HeldRole[];
  second_factor: "ask" | "trust";
  proves: boolean;
}

export interface Provider extends ProviderBody {
  id: string;
  has_secret: boolean;
  users: number;
}

export interface Places {
  callback: string;
  acs: string;
  metadata: string;
  sign_in: string;
}

export interface Check {
  found: Record<string, string>;
  trouble: string | null;
}

export interface Trial {
  ends_in: "account" | "link" | "new account" | "nothing";
  trouble: string | null;
  detail: string;
  subject: string;
  email: string;
  email_verified: boolean;
  name: string;
  values: string[];
  roles: HeldRole[];
  teams: string[];
  claims: Record<string, string>;
}

export interface Policy {
  providers_only: boolean;
  emergency: string[];
}

/** What is chosen first for a new one. */
export const STARTS = ["google", "microsoft", "oidc", "saml"] as const;
export type Start = (typeof STARTS)[number];

/** As it is typed: `tenant` is Microsoft's name for an organisation, `by` where SAML's metadata come from. */
export interface ProviderDraft extends Omit<ProviderBody, "oidc" | "saml"> {
  id: string;
  oidc: Oidc;
  saml: { metadata_url: string; metadata_xml: string; sign_requests: boolean };
  by: "url" | "xml";
  tenant: string;
  client_secret: string;
}

const MICROSOFT = "https://login.microsoftonline.com/";
const GOOGLE = "https://accounts.google.com";

export const microsoftIssuer = (tenant: string) => (tenant.trim() ? `${MICROSOFT}${tenant.trim()}/v2.0` : "");
const tenantOf = (issuer: string) => (issuer.startsWith(MICROSOFT) ? issuer.slice(MICROSOFT.length).replace(/\/v2\.0$/, "") : "");

/** A copy without some of its fields. */
export function without<T extends object, K extends keyof T>(whole: T, ...names: K[]): Omit<T, K> {
  const copy = { ...whole };
  for (const name of names) Reflect.deleteProperty(copy, name);
  return copy;
}

/** A new one of this kind; the rest as most have it. */
export function startOf(start: Start, name: string): ProviderBody {
  const preset = start === "google" || start === "microsoft" ? start : "other";
  const oidc: Oidc = {
    preset,
    issuer: start === "google" ? GOOGLE : "",
    client_id: "",
    from_environment: "",
    scopes: ["openid", "email", "profile"],
    email_trusted: start === "microsoft",
  };
  return {
    name,
    kind: start === "saml" ? "saml" : "oidc",
    enabled: false,
    oidc: start === "saml" ? null : oidc,
    saml: start === "saml" ? { metadata_url: "", metadata_xml: null, sign_requests: false } : null,
    email_claim: "",
    name_claim: "",
    roles_claim: "",
    email_domains: [],
    link_by_email: false,
    provision: false,
    roles_follow: false,
    rules: [],
    default_roles: [],
    second_factor: "ask",
    // Google says nowhere when somebody was last asked who he is.
    proves: start !== "google",
  };
}

export function draftOf(provider: ProviderBody, id: string): ProviderDraft {
  const { oidc, saml, ...rest } = provider;
  const empty: Oidc = { preset: "other", issuer: "", client_id: "", from_environment: "", scopes: [], email_trusted: false };
  return {
    ...rest,
    id,
    oidc: oidc ?? empty,
    saml: { metadata_url: saml?.metadata_url ?? "", metadata_xml: saml?.metadata_xml ?? "", sign_requests: saml?.sign_requests ?? false },
    by: saml?.metadata_xml ? "xml" : "url",
    tenant: tenantOf(oidc?.issuer ?? ""),
    client_secret: "",
  };
}

/** As the server takes it. An empty secret leaves the one that is kept. */
export function bodyOf(draft: ProviderDraft): ProviderBody & { client_secret: string | null } {
  const { by, tenant, client_secret, oidc, saml, ...typed } = draft;
  const rest = without(typed, "id");
  const issuer = oidc.preset === "microsoft" ? microsoftIssuer(tenant) : oidc.issuer.trim();
  return {
    ...rest,
    name: rest.name.trim(),
    oidc: rest.kind === "oidc" ? { ...oidc, issuer, client_id: oidc.client_id.trim() } : null,
    saml:
      rest.kind === "saml"
        ? {
            metadata_url: by === "url" ? saml.metadata_url.trim() : null,
            metadata_xml: by === "xml" ? saml.metadata_xml : null,
            sign_requests: saml.sign_requests,
          }
        : null,
    client_secret: rest.kind === "oidc" && client_secret ? client_secret : null,
  };
}

export function providerTroubles(value: ProviderDraft, others: readonly Named[]): Troubles {
  const troubles: Troubles = nameTroubles(value.name, others);
  if (value.id && !/^[a-z0-9][a-z0-9-]{0,17}$/.test(value.id)) troubles.id = { key: "idWrong" };
  if (value.kind === "oidc") {
    if (value.oidc.preset === "microsoft") {
      if (!value.tenant.trim()) troubles.tenant = { key: "tenantMissing" };
    } else if (!isAddress(value.oidc.issuer)) troubles["oidc.issuer"] = { key: "addressMissing" };
    if (!value.oidc.client_id.trim()) troubles["oidc.client_id"] = { key: "clientMissing" };
  } else if (value.by === "url" && !isAddress(value.saml.metadata_url)) troubles["saml.metadata_url"] = { key: "addressMissing" };
  else if (value.by === "xml" && !value.saml.metadata_xml.trim()) troubles["saml.metadata_xml"] = { key: "metadataMissing" };
  value.rules.forEach((rule, index) => {
    if (!rule.value.trim()) troubles[`rules.${index}.value`] = { key: "valueMissing" };
    Object.assign(troubles, heldTroubles(rule.roles, `rules.${index}.roles`));
  });
  return Object.assign(troubles, heldTroubles(value.default_roles, "default_roles"));
}

function heldTroubles(roles: readonly HeldRole[], path: string): Troubles {
  const troubles: Troubles = {};
  roles.forEach((held, index) => {
    if (!held.role) troubles[`${path}.${index}.role`] = { key: "roleMissing" };
    else if (held.where && held.where.teams.length + held.where.queues.length === 0)
      troubles[`${path}.${index}.where`] = { key: "whereMissing" };
  });
  return troubles;
}

const isAddress = (text: string) => /^https?:\/\/[^\s/]+/.test(text.trim());
