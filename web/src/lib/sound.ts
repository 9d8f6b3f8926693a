/** Sound of the page itself: ring tone, level meter, choice of the output device. */
import { devices } from "./devices";
import { Store } from "./store";

interface SinkChooser {
  setSinkId?: (id: string) => Promise<void>;
}

/** Sends an element or an audio context to a device; browsers without the call, or a device gone, keep the default. */
export async function chooseSink(target: HTMLMediaElement | AudioContext, id: string): Promise<void> {
  try {
    await (target as SinkChooser).setSinkId?.(id);
  } catch {
    if (id) await (target as SinkChooser).setSinkId?.("").catch(() => undefined);
  }
}

/** True while the browser holds back the ring tone until the first click or key on the page. */
export const ringBlocked = new Store(false);

let context: AudioContext | null = null;
let stopRing: (() => void) | null = null;

function audio(): AudioContext {
  context ??= new AudioContext();
  return context;
}

/** Two soft notes every three seconds until `stopRinging`. */
export function startRinging(): void {
  if (stopRing) return;
  const at = audio();
  void chooseSink(at, devices.get().output);
  const ring = () => {
    ringBlocked.set(at.state !== "running");
    if (at.state !== "running") return;
    [0, 0.28, 0.9, 1.18].forEach((start, index) => note(at, at.currentTime + start, index % 2 ? 660 : 523.25));
  };
  const begin = () => void at.resume().then(ring);
  begin();
  const timer = setInterval(ring, 3000);
  const wake = () => at.state !== "running" && begin();
  window.addEventListener("pointerdown", wake);
  window.addEventListener("keydown", wake);
  stopRing = () => {
    clearInterval(timer);
    window.removeEventListener("pointerdown", wake);
    window.removeEventListener("keydown", wake);
    void at.suspend();
  };
  setTimeout(() => stopRing && ringBlocked.set(at.state !== "running"), 400);
}

export function stopRinging(): void {
  stopRing?.();
  stopRing = null;
  ringBlocked.set(false);
}

function note(at: AudioContext, start: number, hertz: number): void {
  const tone = at.createOscillator();
  const gain = at.createGain();
  tone.frequency.value = hertz;
  tone.type = "sine";
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.16, start + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, start + 0.26);
  tone.connect(gain).connect(at.destination);
  tone.start(start);
  tone.stop(start + 0.28);
}

/** Reads how loud a stream is, 0..1, about ten times a second, until the returned function is called. */
export function watchLevel(stream: MediaStream, listener: (level: number) => void): () => void {
  const at = new AudioContext();
  const analyser = at.createAnalyser();
  analyser.fftSize = 512;
  at.createMediaStreamSource(stream).connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getByteTimeDomainData(samples);
    let sum = 0;
    for (const sample of samples) sum += ((sample - 128) / 128) ** 2;
    // Speech sits near -30 dBFS: the root lifts it to the middle of the meter.
    listener(Math.min(1, Math.sqrt(Math.sqrt(sum / samples.length)) * 1.4));
  }, 100);
  return () => {
    clearInterval(timer);
    void at.close();
  };
}
