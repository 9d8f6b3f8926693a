import { useTranslation } from "react-i18next";
import { fits, taken } from "../../../lib/admin/capacity";
import { CHANNELS, type Channel, type RoutingProfile } from "../../../lib/admin/types";

/** "1 call", "3 chats", …: what fits when nothing else is in hand. */
export function useFitText(): (profile: Pick<RoutingProfile, "units" | "channels">) => string[] {
  const { t } = useTranslation();
  return (profile) =>
    taken(profile.channels).map(({ channel, capacity }) => {
      const count = fits(profile.units, capacity);
      return isChannel(channel) ? t(`admin.channelCount.${channel}`, { count }) : `${count} ${channel}`;
    });
}

export function isChannel(channel: string): channel is Channel {
  return CHANNELS.some((known) => known === channel);
}

export function useChannelName(): (channel: string) => string {
  const { t } = useTranslation();
  return (channel) => (isChannel(channel) ? t(`admin.channel.${channel}`) : channel);
}
