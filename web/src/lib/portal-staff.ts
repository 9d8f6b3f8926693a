/** The portal as staff see it; see contactcenter/portal/settings.py. */

import type { Troubles } from "./admin/types";

export interface PortalNumber {
  id: string;
  number: string;
  label: string;
  state: "confirmed" | "waiting" | "recorded";
}

export interface PortalAccount {
  id: string;
  email: string;
  state: "invited" | "unconfirmed" | "active" | "locked";
  made_at: string;
  signed_in_at: string | null;
  sessions: number;
  numbers: PortalNumber[];
}

export interface PortalAccounts {
  enabled: boolean;
  mail: boolean;
  accounts: PortalAccount[];
  emails: string[];
}

export interface ConsentText {
  kind: string;
  title: string;
  text: string;
  version: string;
}

export interface PortalSettings {
  enabled: boolean;
  registration: "open" | "invited";
  data_requests: "review" | "automatic";
  consents: ConsentText[];
}

export interface PortalSettingsOut extends PortalSettings {
  mail: boolean;
  url: string;
}

export interface CustomerRequest {
  id: string;
  kind: "export" | "erase";
  state: "asked" | "approved" | "refused" | "withdrawn";
  customer: { id: string; name: string };
  email: string;
  asked_at: string;
  decided_at: string | null;
  by: string;
  answer: string;
}

/** What keeps the settings from being saved, before the server is asked. */
export function portalTroubles(settings: PortalSettings): Troubles {
  const found: Troubles = {};
  const seen = new Set<string>();
  settings.consents.forEach((each, place) => {
    const kind = each.kind.trim();
    if (!kind) found[`consents.${place}.kind`] = { key: "textMissing" };
    else if (seen.has(kind)) found[`consents.${place}.kind`] = { key: "nameTaken" };
    seen.add(kind);
    if (!each.title.trim()) found[`consents.${place}.title`] = { key: "nameMissing" };
    for (const name of ["text", "version"] as const)
      if (!each[name].trim()) found[`consents.${place}.${name}`] = { key: "textMissing" };
  });
  return found;
}
