import {
  IconArrowBarToUp,
  IconBan,
  IconCheck,
  IconMail,
  IconMessage,
  IconMessages,
  IconPhone,
  IconStack2,
  IconTicket,
  IconVideo,
  type Icon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLocale } from "../../../hooks/words";
import { beside, fits, taken, type Beside } from "../../../lib/admin/capacity";
import { list } from "../../../lib/admin/sentences";
import type { RoutingProfile } from "../../../lib/admin/types";
import { useChannelName, useFitText } from "./fit";
import styles from "./profile.module.css";

const SIGNS: Record<string, Icon> = {
  voice: IconPhone,
  video: IconVideo,
  chat: IconMessages,
  message: IconMessage,
  email: IconMail,
  ticket: IconTicket,
};

const BESIDE: Record<Beside, { icon: Icon; tone: string }> = {
  fits: { icon: IconCheck, tone: "green" },
  interrupts: { icon: IconArrowBarToUp, tone: "blue" },
  blocked: { icon: IconBan, tone: "red" },
  full: { icon: IconStack2, tone: "grey" },
};
const KINDS = ["fits", "interrupts", "full", "blocked"] as const;

type PictureProps = Pick<RoutingProfile, "units" | "channels">;

/** A profile drawn: the agent's units filled by each channel, and what may come beside what. */
export function ProfilePicture({ units, channels }: PictureProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const fitText = useFitText();
  const all = taken(channels);
  const drawable = Number.isInteger(units) && units > 0 && units <= 100;
  if (all.length === 0 || !drawable) return <p className="dim">{t("admin.profiles.noPicture")}</p>;
  return (
    <div className="stack">
      <p className={styles.says}>{t("admin.profiles.says", { what: list(locale, fitText({ units, channels }), "disjunction") })}</p>
      <Units units={units} channels={channels} />
      {all.length > 1 && <Matrix units={units} channels={channels} />}
    </div>
  );
}

function Units({ units, channels }: PictureProps) {
  const nameOf = useChannelName();
  const fitText = useFitText();
  return (
    <ul className={styles.units}>
      {taken(channels).map(({ channel, capacity }) => {
        const Sign = SIGNS[channel] ?? IconMessage;
        const count = Math.max(0, Math.min(fits(units, capacity), 50));
        return (
          <li key={channel}>
            <span className="row">
              <Sign size={16} aria-hidden />
              <span className="truncate">{nameOf(channel)}</span>
            </span>
            <div
              className={styles.track}
              style={{ gridTemplateColumns: `repeat(${units}, minmax(0, 1fr))` }}
              role="img"
              aria-label={fitText({ units, channels: { [channel]: capacity } }).join("")}
            >
              {Array.from({ length: count }, (_, index) => (
                <span key={index} className={styles.contact} style={{ gridColumn: `span ${Math.max(1, capacity.units)}` }}>
                  <Sign size={14} aria-hidden />
                </span>
              ))}
            </div>
            <span className="num">{count}</span>
          </li>
        );
      })}
    </ul>
  );
}

function Matrix({ units, channels }: PictureProps) {
  const { t } = useTranslation();
  const nameOf = useChannelName();
  const all = taken(channels).map((entry) => entry.channel);
  return (
    <>
      <div className={styles.matrix} tabIndex={0} role="group" aria-label={t("admin.profiles.matrix")}>
        <table>
          <caption>{t("admin.profiles.matrix")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("admin.profiles.inHand")}</th>
              {all.map((channel) => (
                <Channel key={channel} channel={channel} scope="col" />
              ))}
            </tr>
          </thead>
          <tbody>
            {all.map((inHand) => (
              <tr key={inHand}>
                <Channel channel={inHand} scope="row" />
                {all.map((comes) => {
                  const kind = beside({ units, channels }, inHand, comes);
                  const { icon: Sign, tone } = BESIDE[kind];
                  const words = t(`admin.beside.says.${kind}`, { inHand: nameOf(inHand), comes: nameOf(comes) });
                  return (
                    <td key={comes} data-tone={tone} title={words}>
                      <Sign size={16} role="img" aria-label={words} />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul className={styles.legend}>
        {KINDS.map((kind) => {
          const { icon: Sign, tone } = BESIDE[kind];
          return (
            <li key={kind} className="mark" data-tone={tone}>
              <Sign size={14} aria-hidden />
              {t(`admin.beside.${kind}`)}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Channel({ channel, scope }: { channel: string; scope: "col" | "row" }) {
  const nameOf = useChannelName();
  const Sign = SIGNS[channel] ?? IconMessage;
  return (
    <th scope={scope}>
      <Sign size={16} aria-hidden />
      <span>{nameOf(channel)}</span>
    </th>
  );
}
