import { describe, expect, it } from "vitest";
import type { WorkRow } from "../src/lib/contract";
import { nextAction } from "../src/lib/desk";
import { UNKNOWN_QUALITY } from "../src/lib/quality";
import type { PhonePhase, PhoneState } from "../src/lib/softphone";

const work = (part: Partial<WorkRow>): WorkRow => ({
  id: "i1",
  phase: "talking",
  caller: { address: "100", name: null },
  queue: { id: "q", name: "Q" },
  data: [],
  history: [],
  muted: false,
  recording: false,
  answered_at: null,
  ended_at: null,
  device: "browser",
  wrap_up: null,
  warning: null,
  ...part,
});

const phone = (phase: PhonePhase, interactionId: string | null): PhoneState => ({
  phase,
  interactionId,
  muted: false,
  problem: null,
  quality: UNKNOWN_QUALITY,
  soundBlocked: false,
});

const idle = phone("idle", null);

describe("nextAction", () => {
  it.each(["connecting", "talking", "held", "reconnecting"] as const)("takes the audio of a call that is %s", (phase) => {
    expect(nextAction([work({ phase, muted: true })], idle)).toEqual({ do: "reattach", interactionId: "i1", muted: true });
  });

  it("leaves a call on a desk telephone alone", () => {
    expect(nextAction([work({ device: "sip" })], idle)).toEqual({ do: "nothing" });
  });

  it("leaves the call it has alone", () => {
    expect(nextAction([work({})], phone("connected", "i1"))).toEqual({ do: "nothing" });
  });

  it("does not take a failed call again and again", () => {
    expect(nextAction([work({})], phone("failed", "i1"))).toEqual({ do: "nothing" });
  });

  it("waits for the row of an offer just accepted", () => {
    expect(nextAction([], phone("signalling", "i1"))).toEqual({ do: "nothing" });
    expect(nextAction([], phone("connecting", "i1"))).toEqual({ do: "nothing" });
  });

  it("ends with the call", () => {
    expect(nextAction([], phone("connected", "i1"))).toEqual({ do: "end" });
    expect(nextAction([work({ phase: "wrap_up" })], phone("connected", "i1"))).toEqual({ do: "end" });
    expect(nextAction([work({ phase: "wrap_up" })], phone("connecting", "i1"))).toEqual({ do: "end" });
    expect(nextAction([work({ phase: "wrap_up" })], phone("failed", "i1"))).toEqual({ do: "end" });
  });

  it("has nothing to do without a call", () => {
    expect(nextAction([], idle)).toEqual({ do: "nothing" });
    expect(nextAction([work({ phase: "wrap_up" })], idle)).toEqual({ do: "nothing" });
  });
});
