import type { PauseReason, Troubles } from "./types";
import { isTaken } from "./hours";

export function pauseTroubles(items: readonly PauseReason[]): Troubles {
  const troubles: Troubles = {};
  items.forEach((item, index) => {
    const before = items.slice(0, index).map((other) => other.label);
    if (!item.label.trim()) troubles[`items.${index}.label`] = { key: "labelMissing" };
    else if (isTaken(item.label, before)) troubles[`items.${index}.label`] = { key: "labelTaken" };
  });
  return troubles;
}

/** An id no other has or had: what is stored of past pauses names it, so it does not follow the label. */
export function freshId(items: readonly { id: string }[], now: number, word = "reason"): string {
  const id = `${word}-${Math.floor(now).toString(36)}`;
  return items.some((item) => item.id === id) ? freshId(items, now + 1, word) : id;
}
