/** Pushes to this browser: what it can do, and asking it for a subscription. */
import { request } from "./api";

export interface PushBrowser {
  id: string;
  device: string;
  made_at: string;
  current: boolean;
}

export interface PushBrowsers {
  key: string;
  items: PushBrowser[];
}

const WORKER = "/push-worker.js";

/** Only pages over TLS (or of this machine) can be pushed to, and not in every browser. */
export const canPush = () => window.isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** Bytes as they are written in addresses (RFC 4648 §5). */
export const written = (bytes: ArrayBuffer | null) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0))))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** False: the person does not want it. */
export async function subscribe(key: string): Promise<boolean> {
  if ((await Notification.requestPermission()) !== "granted") return false;
  await navigator.serviceWorker.register(WORKER);
  const worker = await navigator.serviceWorker.ready;
  const before = await worker.pushManager.getSubscription();
  // One that was made with another key of the house is of no use.
  if (before && written(before.options.applicationServerKey) !== key) await before.unsubscribe();
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await request("POST", "/notifications/browsers", {
    body: { endpoint: made.endpoint, p256dh: written(made.getKey("p256dh")), auth: written(made.getKey("auth")) },
  });
  return true;
}

/** The browser forgets it, and so does the server. */
export async function unsubscribe(id: string): Promise<void> {
  const worker = await navigator.serviceWorker.getRegistration(WORKER);
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
  await request("DELETE", `/notifications/browsers/${id}`);
}
