/** What the softphone has to do, given the work the server says is ours. Pure; the hook carries it out. */
import type { WorkRow } from "./contract";
import type { PhoneState } from "./softphone";

export type DeskAction =
  | { do: "nothing" }
  | { do: "end" }
  | { do: "reattach"; interactionId: string; muted: boolean };

const ON_CALL: ReadonlySet<string> = new Set(["connecting", "talking", "held", "reconnecting", "dialing"]);

export function callOf(work: readonly WorkRow[]): WorkRow | null {
  return work.find((row) => ON_CALL.has(row.phase)) ?? null;
}

/** `work` is the server's present view: never decide on one that is stale. */
export function nextAction(work: readonly WorkRow[], phone: PhoneState): DeskAction {
  const call = work.find((row) => ON_CALL.has(row.phase) && row.device === "browser") ?? null;
  if (!call) {
    // Between our acceptance and the server's row there is no row yet.
    const accepting = phone.phase === "preparing" || phone.phase === "signalling" || phone.phase === "connecting";
    const done = work.some((row) => row.id === phone.interactionId && row.phase === "wrap_up");
    if (phone.interactionId && (done || !accepting) && phone.phase !== "failed") return { do: "end" };
    if (phone.phase === "failed" && done) return { do: "end" };
    return { do: "nothing" };
  }
  if (phone.interactionId !== call.id) return { do: "reattach", interactionId: call.id, muted: call.muted };
  return { do: "nothing" };
}
