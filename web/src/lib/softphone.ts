/**
 * The softphone: one call's audio between this page and the server. It knows nothing of React or of the socket; what
 * it needs from outside comes as `Signalling` and `PhoneEnvironment`.
 */
import { Problem } from "./api";
import { MicrophoneError, type MicrophoneProblem } from "./devices";
import { judge, sampleFrom, UNKNOWN_QUALITY, type AudioSample, type Quality } from "./quality";
import { Store } from "./store";

export type PhonePhase =
  | "idle"
  | "preparing"
  | "signalling"
  | "connecting"
  | "connected"
  | "interrupted"
  | "failed"
  | "elsewhere";

export type PhoneProblem =
  | { kind: "microphone"; microphone: MicrophoneProblem }
  | { kind: "refused"; problem: Problem }
  | { kind: "no-path" };

export interface PhoneState {
  phase: PhonePhase;
  interactionId: string | null;
  muted: boolean;
  problem: PhoneProblem | null;
  quality: Quality;
  /** The browser plays no sound before the person has clicked once. */
  soundBlocked: boolean;
}

export interface Signalling {
  accept(interactionId: string, sdp: string): Promise<{ sdp: string }>;
  dial(interactionId: string, sdp: string): Promise<{ sdp: string }>;
  media(interactionId: string, sdp: string): Promise<{ sdp: string }>;
  restartIce(interactionId: string, sdp: string): Promise<{ sdp: string }>;
  /** Whether the server answers at once; false also begins a new connection to it. */
  reachable(): Promise<boolean>;
}

export interface PhoneEnvironment {
  openMicrophone(): Promise<MediaStream>;
  createPeer(): Promise<RTCPeerConnection>;
  /** Plays the caller; resolves false when the browser wants a click first. */
  play(stream: MediaStream | null): Promise<boolean>;
  /** Makes this page the one that holds the call; null when another page does. `lost` runs when another takes it over. */
  claim(steal: boolean, lost: () => void): Promise<(() => void) | null>;
  setTimeout(run: () => void, ms: number): number;
  clearTimeout(timer: number): void;
  now(): number;
}

/** A network that changes shows "disconnected" and often comes back by itself within this time. */
const DISCONNECTED_GRACE_MS = 2000;
const CONNECT_LIMIT_MS = 12_000;
const RETRY_MS = 2000;
const MAX_RESTARTS = 6;
const STATS_MS = 1000;
/** Quality is judged over so many readings: one second is too short for a share of lost packets. */
const JUDGED_READINGS = 2;
/** While nothing arrives, the server is asked for a sign of life after so many readings without a packet. */
const SILENT_READINGS = 5;

const IDLE: PhoneState = {
  phase: "idle",
  interactionId: null,
  muted: false,
  problem: null,
  quality: UNKNOWN_QUALITY,
  soundBlocked: false,
};

export class Softphone {
  readonly state = new Store<PhoneState>(IDLE);
  #peer: RTCPeerConnection | null = null;
  #microphone: MediaStream | null = null;
  #release: (() => void) | null = null;
  #timer: number | null = null;
  #statsTimer: number | null = null;
  #samples: AudioSample[] = [];
  #silent = 0;
  /** Counts calls begun and ended; what was awaited for an older one is dropped. */
  #run = 0;
  #restarts = 0;
  #restarting = false;

  constructor(
    private readonly signalling: Signalling,
    private readonly environment: PhoneEnvironment,
  ) {}

  get microphone(): MediaStream | null {
    return this.#microphone;
  }

  /** Answers an offer. Rejects with a Problem when the server refuses; microphone trouble stays in the state. */
  async accept(interactionId: string): Promise<boolean> {
    if (this.state.get().interactionId) return false;
    return this.#begin(interactionId, (sdp) => this.signalling.accept(interactionId, sdp), false);
  }

  /** Calls who left a message. */
  async dial(interactionId: string): Promise<boolean> {
    if (this.state.get().interactionId) return false;
    return this.#begin(interactionId, (sdp) => this.signalling.dial(interactionId, sdp), false);
  }

  /** Takes the audio of a call that is already on: after a reload, a lost leg, or from another page (`steal`). */
  async reattach(interactionId: string, options: { steal?: boolean; muted?: boolean } = {}): Promise<boolean> {
    const muted = options.muted ?? this.state.get().muted;
    this.#drop();
    const exchange = (sdp: string) => this.signalling.media(interactionId, sdp);
    return this.#begin(interactionId, exchange, options.steal ?? false, muted);
  }

  end(): void {
    this.#drop();
    this.state.set(IDLE);
  }

  setMuted(muted: boolean): void {
    for (const track of this.#microphone?.getAudioTracks() ?? []) track.enabled = !muted;
    if (this.state.get().muted !== muted) this.state.patch({ muted });
  }

  /** Moves a call that is on to the microphone now chosen. */
  async changeMicrophone(): Promise<void> {
    const peer = this.#peer;
    const run = this.#run;
    if (!peer) return;
    try {
      const stream = await this.environment.openMicrophone();
      if (run !== this.#run) { stop(stream); return; }
      const track = stream.getAudioTracks()[0] ?? null;
      await peer.getSenders()[0]?.replaceTrack(track);
      stop(this.#microphone);
      this.#microphone = stream;
      this.setMuted(this.state.get().muted);
      this.state.patch({ problem: null });
    } catch (error) {
      if (run === this.#run) this.state.patch({ problem: problemOf(error) });
    }
  }

  /** After a click: the browser lets sound through now. */
  async unblockSound(): Promise<void> {
    const stream = remoteStream(this.#peer);
    if (stream) this.state.patch({ soundBlocked: !(await this.environment.play(stream)) });
  }

  /** The network or the connection to the server came back or changed: find a new path for the audio at once. */
  networkChanged(): void {
    const phase = this.state.get().phase;
    if (phase === "connected" || phase === "interrupted" || phase === "connecting") {
      this.#restarts = 0;
      void this.#restartIce();
    }
  }

  /** The server can be reached again: what failed for want of it is tried anew. */
  serverBack(): void {
    const { phase, interactionId, problem } = this.state.get();
    if (phase === "interrupted") this.networkChanged();
    else if (phase === "failed" && interactionId && problem?.kind === "no-path") void this.reattach(interactionId);
  }

  async #begin(
    interactionId: string,
    exchange: (sdp: string) => Promise<{ sdp: string }>,
    steal: boolean,
    muted = false,
  ): Promise<boolean> {
    const run = ++this.#run;
    this.state.set({ ...IDLE, phase: "preparing", interactionId, muted });
    const release = await this.environment.claim(steal, () => run === this.#run && this.#goneElsewhere());
    if (run !== this.#run) return (release?.(), false);
    if (!release) return (this.#goneElsewhere(), false);
    this.#release = release;
    try {
      return await this.#connect(run, exchange);
    } catch (error) {
      if (run !== this.#run) return false;
      this.#drop();
      this.state.patch({ phase: "failed", problem: problemOf(error) });
      return false;
    }
  }

  async #connect(run: number, exchange: (sdp: string) => Promise<{ sdp: string }>): Promise<boolean> {
    const microphone = await this.environment.openMicrophone();
    if (run !== this.#run) return (stop(microphone), false);
    this.#microphone = microphone;
    this.setMuted(this.state.get().muted);
    const peer = await this.environment.createPeer();
    if (run !== this.#run) return (peer.close(), false);
    this.#peer = peer;
    this.#listen(peer);
    for (const track of microphone.getAudioTracks()) peer.addTrack(track, microphone);
    await peer.setLocalDescription(await peer.createOffer());
    if (run !== this.#run) return false;
    this.#followPath(peer);
    this.state.patch({ phase: "signalling" });
    const answer = await exchange(peer.localDescription?.sdp ?? "");
    if (run !== this.#run) return false;
    this.state.patch({ phase: "connecting" });
    this.#arm(CONNECT_LIMIT_MS);
    await peer.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    return true;
  }

  #listen(peer: RTCPeerConnection): void {
    peer.ontrack = (event) => {
      void this.environment
        .play(event.streams[0] ?? new MediaStream([event.track]))
        .then((playing) => peer === this.#peer && this.state.patch({ soundBlocked: !playing }));
    };
    peer.onconnectionstatechange = () => {
      if (peer === this.#peer) this.#connectionChanged(peer.connectionState);
    };
  }

  /**
   * A browser may find its way through another network by itself, before anything was silent. The connection to the
   * server has then lost its own: asked at once, it is replaced in two seconds, not in fifteen.
   */
  #followPath(peer: RTCPeerConnection): void {
    const ice = peer.getSenders()[0]?.transport?.iceTransport;
    if (!ice) return;
    let from: number | null = null;
    ice.onselectedcandidatepairchange = () => {
      const port = ice.getSelectedCandidatePair()?.local.port ?? null;
      if (from !== null && port !== from && peer === this.#peer) void this.signalling.reachable();
      from = port;
    };
  }

  #connectionChanged(state: RTCPeerConnectionState): void {
    if (state === "connected") {
      this.#disarm();
      this.#restarts = 0;
      this.state.patch({ phase: "connected", problem: null });
      this.#watchQuality();
    } else if (state === "disconnected") {
      this.state.patch({ phase: "interrupted" });
      this.#arm(DISCONNECTED_GRACE_MS);
      void this.signalling.reachable();
    } else if (state === "failed") {
      this.state.patch({ phase: "interrupted" });
      void this.#restartIce();
    }
  }

  /** When time is up without a connection, the path is sought anew. */
  #arm(ms: number): void {
    this.#disarm();
    this.#timer = this.environment.setTimeout(() => void this.#restartIce(), ms);
  }

  #disarm(): void {
    if (this.#timer !== null) this.environment.clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #restartIce(): Promise<void> {
    const { interactionId } = this.state.get();
    const peer = this.#peer;
    if (!peer || !interactionId || this.#restarting) return;
    if (this.#restarts >= MAX_RESTARTS) { this.#noPath(); return; }
    this.#restarts += 1;
    this.#disarm();
    this.#restarting = true;
    const run = this.#run;
    try {
      if (!(await this.signalling.reachable())) throw new Problem(0, "unreachable", "", "");
      if (run !== this.#run) return;
      await peer.setLocalDescription(await peer.createOffer({ iceRestart: true }));
      const answer = await this.signalling.restartIce(interactionId, peer.localDescription?.sdp ?? "");
      if (run !== this.#run) return;
      await peer.setRemoteDescription({ type: "answer", sdp: answer.sdp });
      if (peer.connectionState !== "connected") this.#arm(CONNECT_LIMIT_MS / 2);
      else this.state.patch({ phase: "connected" });
    } catch (error) {
      if (run === this.#run) this.#restartFailed(error, interactionId);
    } finally {
      this.#restarting = false;
    }
  }

  #restartFailed(error: unknown, interactionId: string): void {
    // Unreachable: the socket is away too, try until it is back. Anything else: the server no longer has this leg.
    if (error instanceof Problem && error.status === 0) {
      this.state.patch({ phase: "interrupted" });
      this.#arm(RETRY_MS);
    } else void this.reattach(interactionId);
  }

  #noPath(): void {
    this.#drop();
    this.state.patch({ phase: "failed", problem: { kind: "no-path" } });
  }

  #goneElsewhere(): void {
    this.#drop();
    this.state.patch({ phase: "elsewhere", problem: null });
  }

  #watchQuality(): void {
    if (this.#statsTimer !== null) return;
    const read = async () => {
      const peer = this.#peer;
      if (!peer) return;
      const report = await peer.getStats();
      if (peer !== this.#peer) return;
      const sample = sampleFrom(report.values() as Iterable<Record<string, unknown>>, this.environment.now());
      if (sample) this.#read(sample);
      this.#statsTimer = this.environment.setTimeout(() => void read(), STATS_MS);
    };
    this.#statsTimer = this.environment.setTimeout(() => void read(), 0);
  }

  #read(sample: AudioSample): void {
    const last = this.#samples.at(-1);
    this.#samples = [...this.#samples, sample].slice(-JUDGED_READINGS - 1);
    if (!last || this.#samples.length > JUDGED_READINGS)
      this.state.patch({ quality: judge(last ? (this.#samples[0] ?? null) : null, sample) });
    this.#silent = last?.packetsReceived === sample.packetsReceived ? this.#silent + 1 : 0;
    if (this.#silent % SILENT_READINGS === 1 && this.state.get().phase === "connected") void this.#askForLife();
  }

  /**
   * Nothing arrives: the other side is silent, or this network is gone. A browser that changes from one network to
   * another tells nobody and takes seven seconds to give a path up; the server's silence tells it in two.
   */
  async #askForLife(): Promise<void> {
    const run = this.#run;
    if (await this.signalling.reachable()) return;
    if (run === this.#run && this.state.get().phase === "connected") this.state.patch({ phase: "interrupted" });
  }

  /** Lets go of everything that belongs to the present call; the state is the caller's to set. */
  #drop(): void {
    this.#run += 1;
    this.#disarm();
    if (this.#statsTimer !== null) this.environment.clearTimeout(this.#statsTimer);
    this.#statsTimer = null;
    this.#samples = [];
    this.#silent = 0;
    this.#restarts = 0;
    this.#restarting = false;
    this.#peer?.close();
    this.#peer = null;
    stop(this.#microphone);
    this.#microphone = null;
    this.#release?.();
    this.#release = null;
    void this.environment.play(null);
  }
}

function stop(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function remoteStream(peer: RTCPeerConnection | null): MediaStream | null {
  const track = peer?.getReceivers()[0]?.track;
  return track ? new MediaStream([track]) : null;
}

function problemOf(error: unknown): PhoneProblem {
  if (error instanceof MicrophoneError) return { kind: "microphone", microphone: error.problem };
  if (error instanceof Problem) return { kind: "refused", problem: error };
  return { kind: "no-path" };
}
