/** The softphone's surroundings in a real browser. */
import { get } from "./api";
import type { SystemInfo } from "./contract";
import { devices, openMicrophone } from "./devices";
import type { PhoneEnvironment } from "./softphone";
import { chooseSink } from "./sound";

const CLAIM_TRIES = 6;
const CLAIM_PAUSE_MS = 300;

const speaker: { element: HTMLAudioElement | null } = { element: null };

async function play(stream: MediaStream | null): Promise<boolean> {
  speaker.element ??= new Audio();
  const element = speaker.element;
  element.srcObject = stream;
  if (!stream) return true;
  await chooseSink(element, devices.get().output);
  try {
    await element.play();
    return true;
  } catch (error) {
    // AbortError: another stream came in between, which plays. NotAllowedError: no click on this page yet.
    return !(error instanceof DOMException && error.name === "NotAllowedError");
  }
}

/** Takes the page-wide lock. A page being reloaded holds it for a moment longer, hence several tries. */
async function claim(steal: boolean, lost: () => void): Promise<(() => void) | null> {
  const locks = (navigator as { locks?: LockManager }).locks;
  if (!locks) return () => undefined;
  for (let attempt = 0; attempt < CLAIM_TRIES; attempt++) {
    const release = await take(locks, steal, lost);
    if (release) return release;
    await new Promise((resolve) => setTimeout(resolve, CLAIM_PAUSE_MS));
  }
  return null;
}

function take(locks: LockManager, steal: boolean, lost: () => void): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    let mine = false;
    locks
      .request("cc-softphone", steal ? { steal: true } : { ifAvailable: true }, (lock) => {
        if (!lock) { resolve(null); return; }
        mine = true;
        return new Promise<void>((free) => resolve(free));
      })
      .catch(() => (mine ? lost() : resolve(null)));
  });
}

let iceServers: Promise<RTCIceServer[]> | null = null;

async function createPeer(): Promise<RTCPeerConnection> {
  iceServers ??= get<SystemInfo>("/system").then(
    (system) => system.ice_servers ?? [],
    () => {
      iceServers = null;
      return [];
    },
  );
  return new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers: await iceServers });
}

export const browserEnvironment: PhoneEnvironment = {
  openMicrophone: () => openMicrophone(devices.get().input),
  createPeer,
  play,
  claim,
  setTimeout: (run, ms) => window.setTimeout(run, ms),
  clearTimeout: (timer) => window.clearTimeout(timer),
  now: () => performance.now(),
};

devices.subscribe(() => {
  if (speaker.element) void chooseSink(speaker.element, devices.get().output);
});
