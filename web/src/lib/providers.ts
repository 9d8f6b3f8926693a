/** Signing in by an identity provider, as far as the page has to do with it. */
import { request } from "./api";

export interface OfferedProvider {
  id: string;
  name: string;
  preset: string;
}

export interface Offered {
  items: OfferedProvider[];
  providers_only: boolean;
}

export interface Linked {
  items: { provider: string; name: string; proves: boolean; made_at: string; used_at: string | null }[];
  offered: OfferedProvider[];
}

export const INTENTS = ["sign-in", "link", "proof", "trial"] as const;
export type Intent = (typeof INTENTS)[number];

/** What the server has put behind the # on the way back from a provider. */
export function backFrom(hash: string): { intent: Intent; ticket: string } | null {
  const [, intent, ticket] = /^#([a-z-]+)\.([\w-]+)$/.exec(hash) ?? [];
  const known = INTENTS.find((one) => one === intent);
  return known && ticket ? { intent: known, ticket } : null;
}

const AFTER = "cc-after-sign-in";

/** Leaves for the provider. `after`: where to go once somebody is signed in. */
export async function leaveFor(path: string, after?: string): Promise<void> {
  const { url } = await request<{ url: string }>("POST", path, { guest: after !== undefined });
  if (after !== undefined) sessionStorage.setItem(AFTER, after);
  window.location.assign(url);
}

/** Where somebody wanted to go before signing in; only a page of this server. */
export function whereAfter(): string {
  const after = sessionStorage.getItem(AFTER) ?? "/";
  return /^\/(?![/\\])/.test(after) ? after : "/";
}

const CHANNEL = "cc-provider";

/** Tells the other windows of this browser that something is done in this one. */
export function tellOthers(intent: Intent): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(intent);
  channel.close();
}

/** Calls when another window has done this; the function returned stops it. */
export function onDone(intent: Intent, done: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event) => {
    if (event.data === intent) done();
  };
  return () => channel.close();
}

/** Opens a window for a provider; false when the browser does not let it. To be called from a click. */
export async function openFor(path: string): Promise<boolean> {
  const opened = window.open("", "_blank", "popup,width=560,height=720");
  if (!opened) return false;
  try {
    const { url } = await request<{ url: string }>("POST", path);
    opened.location.href = url;
  } catch (error) {
    opened.close();
    throw error;
  }
  return true;
}
