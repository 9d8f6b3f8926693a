import { beforeEach, describe, expect, it } from "vitest";
import { Problem } from "../src/lib/api";
import { MicrophoneError } from "../src/lib/devices";
import { Softphone, type PhoneEnvironment, type Signalling } from "../src/lib/softphone";

class FakeTrack {
  enabled = true;
  stopped = false;
  stop(): void {
    this.stopped = true;
  }
}

class FakeStream {
  readonly track = new FakeTrack();
  getTracks(): FakeTrack[] {
    return [this.track];
  }
  getAudioTracks(): FakeTrack[] {
    return [this.track];
  }
}

/** A peer connection whose state the test moves. */
class FakePeer {
  connectionState = "new";
  localDescription: { sdp: string } | null = null;
  remote: string[] = [];
  closed = false;
  inbound: Record<string, unknown> | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: (() => void) | null = null;
  #offers = 0;
  createOffer(options?: { iceRestart?: boolean }) {
    this.#offers += 1;
    return Promise.resolve({ type: "offer", sdp: options?.iceRestart ? `restart ${this.#offers}` : `offer ${this.#offers}` });
  }
  setLocalDescription(description: { sdp: string }) {
    this.localDescription = description;
    return Promise.resolve();
  }
  setRemoteDescription(description: { sdp: string }) {
    this.remote.push(description.sdp);
    return Promise.resolve();
  }
  addTrack(): void {
    return undefined;
  }
  readonly ice = {
    port: 4000,
    onselectedcandidatepairchange: null as (() => void) | null,
    getSelectedCandidatePair: () => ({ local: { port: this.ice.port } }),
  };
  getSenders() {
    return [{ transport: { iceTransport: this.ice } }];
  }
  speakFrom(port: number): void {
    this.ice.port = port;
    this.ice.onselectedcandidatepairchange?.();
  }
  getReceivers() {
    return [];
  }
  getStats() {
    return Promise.resolve(new Map(this.inbound ? [["in", this.inbound]] : []));
  }
  close(): void {
    this.closed = true;
  }
  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

class World {
  peers: FakePeer[] = [];
  streams: FakeStream[] = [];
  sent: string[] = [];
  timers = new Map<number, { run: () => void; ms: number }>();
  refuse: Record<string, Problem | undefined> = {};
  microphone: MicrophoneError | null = null;
  taken = false;
  unreachable = false;
  asked = 0;
  packets = 0;
  lost: () => void = () => undefined;
  released = 0;
  #timer = 0;

  readonly phone = new Softphone(this.#signalling(), this.#environment());

  get peer(): FakePeer {
    const peer = this.peers.at(-1);
    if (!peer) throw new Error("no peer");
    return peer;
  }

  elapse(least = 0): void {
    for (const [id, { run, ms }] of [...this.timers]) {
      if (ms < least) continue;
      this.timers.delete(id);
      run();
    }
  }

  #signalling(): Signalling {
    const say = (what: string) => (id: string, sdp: string) => {
      this.sent.push(`${what} ${id}: ${sdp}`);
      const refusal = this.refuse[what];
      return refusal ? Promise.reject(refusal) : Promise.resolve({ sdp: `answer to ${sdp}` });
    };
    return { accept: say("accept"), dial: say("dial"), media: say("media"), restartIce: say("restart_ice"), reachable: () => this.#reachable() };
  }

  #reachable(): Promise<boolean> {
    this.asked += 1;
    return Promise.resolve(!this.unreachable);
  }

  /** One reading of the statistics, with so many packets more than before. */
  async hear(packets: number): Promise<void> {
    this.packets += packets;
    this.peer.inbound = { type: "inbound-rtp", kind: "audio", packetsReceived: this.packets };
    this.elapse();
    await settled();
  }

  #environment(): PhoneEnvironment {
    return {
      openMicrophone: () => {
        if (this.microphone) return Promise.reject(this.microphone);
        const stream = new FakeStream();
        this.streams.push(stream);
        return Promise.resolve(stream as unknown as MediaStream);
      },
      createPeer: () => {
        const peer = new FakePeer();
        this.peers.push(peer);
        return Promise.resolve(peer as unknown as RTCPeerConnection);
      },
      play: () => Promise.resolve(true),
      claim: (steal, lost) => {
        if (this.taken && !steal) return Promise.resolve(null);
        this.lost = lost;
        return Promise.resolve(() => (this.released += 1));
      },
      setTimeout: (run, ms) => {
        this.timers.set(++this.#timer, { run, ms });
        return this.#timer;
      },
      clearTimeout: (timer) => void this.timers.delete(timer),
      now: () => 0,
    };
  }
}

describe("Softphone", () => {
  let world: World;
  const phase = () => world.phone.state.get().phase;

  beforeEach(() => {
    world = new World();
  });

  async function connected(): Promise<void> {
    await world.phone.accept("i1");
    world.peer.become("connected");
  }

  it("accepts with its offer and connects with the answer", async () => {
    expect(await world.phone.accept("i1")).toBe(true);
    expect(world.sent).toEqual(["accept i1: offer 1"]);
    expect(world.peer.remote).toEqual(["answer to offer 1"]);
    expect(phase()).toBe("connecting");
    world.peer.become("connected");
    expect(phase()).toBe("connected");
  });

  it("takes one call at a time", async () => {
    await connected();
    expect(await world.phone.accept("i2")).toBe(false);
    expect(world.sent).toHaveLength(1);
  });

  it("says why the microphone does not open, and asks the server nothing", async () => {
    world.microphone = new MicrophoneError("denied");
    expect(await world.phone.accept("i1")).toBe(false);
    expect(world.phone.state.get()).toMatchObject({
      phase: "failed",
      problem: { kind: "microphone", microphone: "denied" },
    });
    expect(world.sent).toEqual([]);
  });

  it("gives everything back when the server refuses the offer", async () => {
    world.refuse.accept = new Problem(409, "offer-gone", "", "The offer has gone.");
    expect(await world.phone.accept("i1")).toBe(false);
    expect(phase()).toBe("failed");
    expect(world.peer.closed).toBe(true);
    expect(world.streams[0]?.track.stopped).toBe(true);
    expect(world.released).toBe(1);
  });

  it("mutes the microphone itself", async () => {
    await connected();
    world.phone.setMuted(true);
    expect(world.streams[0]?.track.enabled).toBe(false);
    world.phone.setMuted(false);
    expect(world.streams[0]?.track.enabled).toBe(true);
  });

  it("stays muted when the audio is taken up again", async () => {
    await world.phone.reattach("i1", { muted: true });
    expect(world.sent).toEqual(["media i1: offer 1"]);
    expect(world.streams[0]?.track.enabled).toBe(false);
  });

  it("waits a moment when the path is lost, then seeks another", async () => {
    await connected();
    world.peer.become("disconnected");
    expect(phase()).toBe("interrupted");
    expect(world.sent).toHaveLength(1);
    world.elapse(1);
    await settled();
    expect(world.sent.at(-1)).toBe("restart_ice i1: restart 2");
    world.peer.become("connected");
    expect(phase()).toBe("connected");
  });

  it("does nothing when the path comes back by itself", async () => {
    await connected();
    world.peer.become("disconnected");
    world.peer.become("connected");
    world.elapse(1);
    await settled();
    expect(world.sent).toHaveLength(1);
  });

  it("seeks another path at once when the network changes", async () => {
    await connected();
    world.phone.networkChanged();
    await settled();
    expect(world.sent.at(-1)).toBe("restart_ice i1: restart 2");
  });

  it("opens a new connection when the server no longer has the leg", async () => {
    await connected();
    world.refuse.restart_ice = new Problem(409, "media-unknown-leg", "", "");
    world.peer.become("failed");
    await settled();
    expect(world.sent.at(-1)).toBe("media i1: offer 1");
    expect(world.peers[0]?.closed).toBe(true);
    expect(phase()).toBe("connecting");
  });

  it("keeps trying while the server cannot be reached, then says there is no way", async () => {
    await connected();
    world.refuse.restart_ice = new Problem(0, "unreachable", "", "");
    world.peer.become("failed");
    for (let n = 0; n < 8; n++) {
      await settled();
      world.elapse(1);
    }
    await settled();
    expect(world.sent.filter((line) => line.startsWith("restart_ice"))).toHaveLength(6);
    expect(world.phone.state.get()).toMatchObject({ phase: "failed", problem: { kind: "no-path" } });
    expect(world.released).toBe(1);
  });

  it("notices a network that is gone by the server's silence, and seeks a path once the server is back", async () => {
    await connected();
    await world.hear(50);
    world.unreachable = true;
    await world.hear(0);
    expect(phase()).toBe("interrupted");
    world.unreachable = false;
    world.phone.serverBack();
    await settled();
    expect(world.sent.at(-1)).toBe("restart_ice i1: restart 2");
    expect(phase()).toBe("connected");
  });

  it("asks for the server at once when the browser has found another network by itself", async () => {
    await connected();
    world.peer.speakFrom(4000);
    world.peer.speakFrom(4000);
    expect(world.asked).toBe(0);
    world.peer.speakFrom(5000);
    expect(world.asked).toBe(1);
    expect(phase()).toBe("connected");
  });

  it("lets a caller be silent, and asks again only after a while", async () => {
    await connected();
    await world.hear(50);
    for (let second = 0; second < 5; second++) await world.hear(0);
    expect(world.asked).toBe(1);
    await world.hear(0);
    expect(world.asked).toBe(2);
    expect(phase()).toBe("connected");
    expect(world.sent).toHaveLength(1);
  });

  it("takes the call up again when the server comes back after all tries were used up", async () => {
    await connected();
    world.unreachable = true;
    world.peer.become("failed");
    for (let n = 0; n < 8; n++) {
      await settled();
      world.elapse(2000);
    }
    expect(world.phone.state.get()).toMatchObject({ phase: "failed", problem: { kind: "no-path" } });
    expect(world.sent).toHaveLength(1);
    world.phone.serverBack();
    await settled();
    expect(world.sent.at(-1)).toBe("media i1: offer 1");
  });

  it("leaves a call to the page that holds it", async () => {
    world.taken = true;
    expect(await world.phone.reattach("i1")).toBe(false);
    expect(phase()).toBe("elsewhere");
    expect(world.sent).toEqual([]);
    expect(await world.phone.reattach("i1", { steal: true })).toBe(true);
  });

  it("lets go when another page takes the call over", async () => {
    await connected();
    world.lost();
    expect(phase()).toBe("elsewhere");
    expect(world.peer.closed).toBe(true);
    expect(world.streams[0]?.track.stopped).toBe(true);
  });

  it("ends while it is still being set up", async () => {
    const accepting = world.phone.accept("i1");
    world.phone.end();
    expect(await accepting).toBe(false);
    await settled();
    expect(phase()).toBe("idle");
    expect(world.sent).toEqual([]);
    expect(world.released).toBe(1);
  });

  it("stops the microphone when the call ends", async () => {
    await connected();
    world.phone.end();
    expect(world.streams[0]?.track.stopped).toBe(true);
    expect(world.timers.size).toBe(0);
    expect(world.phone.state.get()).toMatchObject({ phase: "idle", interactionId: null });
  });
});
