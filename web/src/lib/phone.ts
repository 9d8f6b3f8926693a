/** The one softphone of this page. */
import { browserEnvironment } from "./phone-browser";
import { live } from "./socket";
import { Softphone } from "./softphone";

type Answer = { sdp: string };

export const softphone = new Softphone(
  {
    accept: (interaction_id, sdp) => live.command<Answer>("offer.accept", { interaction_id, sdp }),
    dial: (interaction_id, sdp) => live.command<Answer>("work.dial", { interaction_id, sdp }),
    media: (interaction_id, sdp) => live.command<Answer>("call.media", { interaction_id, sdp }),
    restartIce: (interaction_id, sdp) => live.command<Answer>("call.restart_ice", { interaction_id, sdp }),
    reachable: () => live.answers(),
  },
  browserEnvironment,
);

interface NetworkInformation extends EventTarget {
  type?: string;
}

/** A laptop that changes from cable to wireless keeps its call: look for a new path as soon as the browser tells. */
export function followNetwork(): () => void {
  const changed = () => softphone.networkChanged();
  const network = (navigator as { connection?: NetworkInformation }).connection;
  window.addEventListener("online", changed);
  // Fires for mere changes of the estimated speed as well; only another kind of network matters.
  let kind = network?.type;
  const other = () => {
    if (network?.type !== kind) changed();
    kind = network?.type;
  };
  network?.addEventListener("change", other);
  let status = live.connection.get().status;
  const leave = live.connection.subscribe(() => {
    const now = live.connection.get().status;
    const back = now === "online" && status !== "online";
    status = now;
    if (back) softphone.serverBack();
  });
  return () => {
    window.removeEventListener("online", changed);
    network?.removeEventListener("change", other);
    leave();
  };
}
