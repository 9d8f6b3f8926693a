/** Microphones and speakers: what there is, what was chosen, and what stands in the way, as a name for a sentence. */
import { Store, kept } from "./store";

export type MicrophoneProblem = "insecure" | "denied" | "dismissed" | "missing" | "busy" | "unknown";

export interface Devices {
  inputs: { id: string; label: string }[];
  outputs: { id: string; label: string }[];
  /** Chosen ids; "" is the system's own choice. */
  input: string;
  output: string;
}

const INPUT_KEY = "cc-audio-input";
const OUTPUT_KEY = "cc-audio-output";

export const devices = new Store<Devices>({
  inputs: [],
  outputs: [],
  input: kept.get(INPUT_KEY) ?? "",
  output: kept.get(OUTPUT_KEY) ?? "",
});

/** Which sentence an error of `getUserMedia` deserves (names from the Media Capture and Streams specification). */
export function microphoneProblem(error: unknown): MicrophoneProblem {
  const name = error instanceof Error ? error.name : "";
  const message = error instanceof Error ? error.message : "";
  if (name === "NotAllowedError") return /dismiss/i.test(message) ? "dismissed" : "denied";
  if (name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "unknown";
}

export class MicrophoneError extends Error {
  constructor(readonly problem: MicrophoneProblem) {
    super(problem);
    this.name = "MicrophoneError";
  }
}

/** Opens the chosen microphone, or the system's own when the chosen one is gone. */
export async function openMicrophone(input: string): Promise<MediaStream> {
  const media = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
  if (!media) throw new MicrophoneError("insecure");
  const wish = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    return await media.getUserMedia({ audio: input ? { ...wish, deviceId: { exact: input } } : wish });
  } catch (error) {
    if (input && error instanceof Error && error.name === "OverconstrainedError") return await openMicrophone("");
    throw new MicrophoneError(microphoneProblem(error));
  } finally {
    await listDevices();
  }
}

/** Asks for the microphone and gives it back at once: the question comes before the first call, not with it. */
export async function checkMicrophone(): Promise<MicrophoneProblem | null> {
  try {
    const stream = await openMicrophone(devices.get().input);
    for (const track of stream.getTracks()) track.stop();
    return null;
  } catch (error) {
    return error instanceof MicrophoneError ? error.problem : "unknown";
  }
}

export async function listDevices(): Promise<void> {
  const media = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
  if (!media) return;
  const all = await media.enumerateDevices().catch((): MediaDeviceInfo[] => []);
  const of = (kind: MediaDeviceKind) =>
    all
      .filter((device) => device.kind === kind && device.deviceId !== "" && device.deviceId !== "default")
      .map((device) => ({ id: device.deviceId, label: device.label }));
  devices.patch({ inputs: of("audioinput"), outputs: of("audiooutput") });
}

export function chooseInput(id: string): void {
  kept.set(INPUT_KEY, id || null);
  devices.patch({ input: id });
}

export function chooseOutput(id: string): void {
  kept.set(OUTPUT_KEY, id || null);
  devices.patch({ output: id });
}
