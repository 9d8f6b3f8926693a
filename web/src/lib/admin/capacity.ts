/** What a routing profile means: how many contacts fit, and what may come beside what. */
import { isTaken } from "./hours";
import { CHANNELS, EVERY_CHANNEL, type ChannelCapacity, type RoutingProfile, type Troubles } from "./types";

const MAX_UNITS = 1000;

type Channels = RoutingProfile["channels"];

/** The channels a profile takes, in the usual order. */
export function taken(channels: Channels): { channel: string; capacity: ChannelCapacity }[] {
  const known: readonly string[] = CHANNELS;
  const all = [...known, ...Object.keys(channels).filter((channel) => !known.includes(channel))];
  return all.flatMap((channel) => {
    const capacity = channels[channel];
    return capacity ? [{ channel, capacity }] : [];
  });
}

/** How many contacts of one channel an agent has at most when nothing else is in hand. */
export function fits(units: number, capacity: ChannelCapacity): number {
  return capacity.units > 0 ? Math.max(0, Math.min(capacity.max, Math.floor(units / capacity.units))) : capacity.max;
}

export type Beside = "fits" | "interrupts" | "blocked" | "full";

/** Whether a contact of `comes` is offered while one of `inHand` is in hand. */
export function beside(profile: Pick<RoutingProfile, "units" | "channels">, inHand: string, comes: string): Beside {
  const has = profile.channels[inHand];
  const wants = profile.channels[comes];
  if (!has || !wants) return "blocked";
  if (inHand !== comes && has.interrupted_by.includes(comes)) return "interrupts";
  if (has.blocks.includes(EVERY_CHANNEL) || has.blocks.includes(comes)) return "blocked";
  if (has.units + wants.units > profile.units || (inHand === comes && has.max < 2)) return "full";
  return "fits";
}

export function profileTroubles(profile: RoutingProfile, others: readonly string[]): Troubles {
  const troubles: Troubles = {};
  if (!profile.name.trim()) troubles.name = { key: "nameMissing" };
  else if (isTaken(profile.name, others)) troubles.name = { key: "nameTaken" };
  if (!Number.isInteger(profile.units) || profile.units < 1 || profile.units > MAX_UNITS)
    troubles.units = { key: "between", values: { least: 1, most: MAX_UNITS } };
  const channels = taken(profile.channels);
  if (channels.length === 0) troubles.channels = { key: "channelNone" };
  for (const { channel, capacity } of channels) {
    const at = `channels.${channel}`;
    if (!Number.isInteger(capacity.max) || capacity.max < 1) troubles[`${at}.max`] = { key: "atLeast", values: { least: 1 } };
    if (!Number.isInteger(capacity.units) || capacity.units < 0)
      troubles[`${at}.units`] = { key: "atLeast", values: { least: 0 } };
    else if (capacity.units > profile.units)
      troubles[`${at}.units`] = { key: "unitsOver", values: { units: profile.units } };
    if (capacity.interrupted_by.includes(channel)) troubles[`${at}.interrupted_by`] = { key: "interruptSelf" };
  }
  return troubles;
}

/** The channels without one of them, which no other may block or be interrupted by any more. */
export function withoutChannel(channels: Channels, gone: string): Channels {
  return Object.fromEntries(
    taken(channels)
      .filter(({ channel }) => channel !== gone)
      .map(({ channel, capacity }) => [
        channel,
        {
          ...capacity,
          blocks: capacity.blocks.filter((other) => other !== gone),
          interrupted_by: capacity.interrupted_by.filter((other) => other !== gone),
        },
      ]),
  );
}

/** The engine's own profile: one call, or three chats, or two e-mails that calls and chats may interrupt. */
export function usualChannels(): Channels {
  const aside = ["voice", "video", "chat", "message"];
  const single = () => ({ max: 1, units: 6, blocks: [EVERY_CHANNEL], interrupted_by: [] });
  const several = () => ({ max: 3, units: 2, blocks: [], interrupted_by: [] });
  const written = () => ({ max: 2, units: 3, blocks: [], interrupted_by: [...aside] });
  return { voice: single(), video: single(), chat: several(), message: several(), email: written(), ticket: written() };
}
