import { Button, VisuallyHidden } from "@mantine/core";
import { IconInbox, IconMessage, IconPhone, IconPhoneOutgoing, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { later } from "../../components/later";
import { Mark, PhaseMark } from "../../components/Mark";
import { Empty, Sentence } from "../../components/Sentence";
import { useSetPresence } from "../../components/StateSelector";
import { CountdownRing, Ticking } from "../../components/Times";
import type { Desk } from "../../hooks/desk";
import { useKeys } from "../../hooks/keys";
import { useStore } from "../../hooks/live";
import { useNow } from "../../hooks/now";
import { offerTrouble, useOffer } from "../../hooks/offer";
import { useCallerName, useLocale } from "../../hooks/words";
import type { OfferRow, WorkRow } from "../../lib/contract";
import { ringBlocked } from "../../lib/sound";
import { clock, relative, secondsUntil } from "../../lib/time";
import { ANSWER } from "../../theme";
import { Facts } from "./Context";
import { useAskForNotices } from "./notice";
import { PhoneTrouble } from "./PhoneTrouble";
import styles from "./workspace.module.css";

const TicketOffer = later(() => import("./Tickets").then((file) => file.TicketOffer));
const HeldTickets = later(() => import("./Tickets").then((file) => file.HeldTickets));

interface InboxProps {
  desk: Desk;
  selected: WorkRow | null;
  onSelect: (id: string) => void;
}

export function Inbox({ desk, selected, onSelect }: InboxProps) {
  const { t } = useTranslation();
  const trouble = useStore(offerTrouble);
  const blocked = useStore(ringBlocked);
  const empty = desk.offers.length === 0 && desk.work.length === 0 && desk.tickets.length === 0;
  return (
    <div className={styles.section}>
      {blocked && <Sentence tone="amber">{t("phone.ringBlocked")}</Sentence>}
      {trouble && <PhoneTrouble problem={trouble} onDismiss={() => offerTrouble.set(null)} />}
      <Announcer offers={desk.offers} />
      {desk.offers.map((offer, index) =>
        offer.ticket ? (
          <TicketOffer key={offer.id} offer={offer} ticket={offer.ticket} first={index === 0} />
        ) : (
          <Offer key={offer.id} offer={offer} first={index === 0} />
        ),
      )}
      {desk.work.length > 0 && (
        <>
          <h2 className={styles.heading}>{t("workspace.work")}</h2>
          {desk.work.map((row) => (
            <WorkItem key={row.id} row={row} selected={row.id === selected?.id} onSelect={onSelect} />
          ))}
        </>
      )}
      {desk.tickets.length > 0 && <HeldTickets tickets={desk.tickets} />}
      {empty && <NothingYet desk={desk} />}
      <AskForNotices />
      {desk.today && <Today handled={desk.today.handled} talk={desk.today.talk_s} missed={desk.today.missed} />}
    </div>
  );
}

function Announcer({ offers }: { offers: readonly OfferRow[] }) {
  const { t } = useTranslation();
  const name = useCallerName();
  const offer = offers[0];
  return (
    <VisuallyHidden role="alert">
      {offer && t(announced(offer), { name: offer.ticket?.subject ?? name(offer.caller), queue: offer.queue.name })}
    </VisuallyHidden>
  );
}

function announced(offer: OfferRow) {
  if (offer.ticket) return "ticketOffer.announce";
  if (offer.channel === "callback") return "owed.callbackAnnounce";
  return offer.channel === "voicemail" ? "owed.voicemailAnnounce" : "offer.announce";
}

/** What kind of work it is, and what is known of it, where it is no call that comes in. */
function OwedLine({ offer }: { offer: OfferRow }) {
  const { t } = useTranslation();
  const { owed } = offer;
  if (!owed) return null;
  const voicemail = offer.channel === "voicemail";
  const more = voicemail
    ? owed.speech_s !== null && t("owed.length", { time: clock(owed.speech_s) })
    : owed.tries > 1 && t("owed.attempt", { number: owed.tried + 1, tries: owed.tries });
  return (
    <div className="row wrap">
      <Mark icon={voicemail ? IconMessage : IconPhoneOutgoing} tone="violet">
        {t(voicemail ? "owed.voicemail" : "owed.callback")}
      </Mark>
      {more && <span className="dim small">{more}</span>}
    </div>
  );
}

function Offer({ offer, first }: { offer: OfferRow; first: boolean }) {
  const { t } = useTranslation();
  const name = useCallerName();
  const now = useNow();
  const { accept, open, decline, busy, declining } = useOffer();
  const here = offer.device === "browser";
  const silent = offer.channel === "voicemail";
  const take = () => void (busy || (silent ? open(offer.id) : accept(offer.id)));
  const refuse = () => void (busy || decline(offer.id));
  useKeys(first ? { Enter: here ? take : undefined, Escape: refuse } : {});
  const left = secondsUntil(offer.expires_at, now);
  return (
    <section className={styles.offer} aria-label={t("offer.title")}>
      <div className="row" style={{ alignItems: "flex-start" }}>
        <div className="grow">
          <div className="dim small">{t("offer.for", { queue: offer.queue.name })}</div>
          <div className={styles.name}>{name(offer.caller)}</div>
          {offer.caller.name && <div className="dim">{offer.caller.address}</div>}
          <div className="dim small">
            {t("offer.waited", { time: clock((now - Date.parse(offer.queued_at)) / 1000) })}
          </div>
        </div>
        <div title={t("offer.expires", { count: left })}>
          <CountdownRing from={offer.offered_at} until={offer.expires_at} />
        </div>
      </div>
      <OwedLine offer={offer} />
      <Facts items={offer.data} />
      <LastContact offer={offer} now={now} />
      {!here && <Sentence tone="grey">{t("offer.onPhone")}</Sentence>}
      <div className={here ? styles.answer : "stack"}>
        {here && (
          <Button
            color={ANSWER}
            px="xs"
            h={40}
            leftSection={silent ? <IconMessage size={18} aria-hidden /> : <IconPhone size={18} aria-hidden />}
            loading={busy === offer.id}
            onClick={take}
            aria-keyshortcuts="Enter"
          >
            {t(silent ? "owed.listen" : offer.owed ? "owed.callThem" : "offer.accept")}
          </Button>
        )}
        <Button
          variant="default"
          px="xs"
          h={40}
          leftSection={<IconX size={18} aria-hidden />}
          loading={declining}
          disabled={busy !== null}
          onClick={refuse}
          aria-keyshortcuts="Escape"
        >
          {t("offer.decline")}
        </Button>
      </div>
    </section>
  );
}

function LastContact({ offer, now }: { offer: OfferRow; now: number }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const last = offer.history[0];
  return (
    <div className="dim small">
      {last ? t("offer.lastContact", { time: relative(last.started_at, now, locale) }) : t("offer.firstContact")}
    </div>
  );
}

function WorkItem({ row, selected, onSelect }: { row: WorkRow; selected: boolean; onSelect: (id: string) => void }) {
  const name = useCallerName();
  return (
    <button type="button" className={styles.workItem} aria-pressed={selected} onClick={() => onSelect(row.id)}>
      <span className="row">
        <strong className="truncate grow">{name(row.caller)}</strong>
        <Ticking since={row.phase === "wrap_up" ? row.ended_at : row.answered_at} />
      </span>
      <span className="row">
        <PhaseMark phase={row.phase} />
        <span className="dim small truncate">{row.queue.name}</span>
      </span>
    </button>
  );
}

function NothingYet({ desk }: { desk: Desk }) {
  const { t } = useTranslation();
  const { set, busy } = useSetPresence();
  if (!desk.state)
    return (
      <Empty icon={<IconInbox size={32} stroke={1.5} aria-hidden />} title={t("workspace.noAgent")}>
        <p>{t("workspace.noAgentText")}</p>
      </Empty>
    );
  const { presence } = desk.state;
  const text =
    presence === "available"
      ? t("workspace.emptyAvailable")
      : presence === "not_responding"
        ? t("state.notRespondingHint")
        : t("workspace.emptyOff");
  return (
    <Empty icon={<IconInbox size={32} stroke={1.5} aria-hidden />} title={t("workspace.emptyInbox")}>
      <p>{text}</p>
      {presence !== "available" && (
        <Button loading={busy} onClick={() => void set("available")}>
          {t("workspace.goAvailable")}
        </Button>
      )}
    </Empty>
  );
}

function AskForNotices() {
  const { t } = useTranslation();
  const { ask, answer } = useAskForNotices();
  if (!ask) return null;
  return (
    <Sentence tone="grey" quiet>
      <p>{t("phone.askNotify")}</p>
      <div className="row" style={{ marginTop: 8 }}>
        <Button size="compact-sm" onClick={() => answer(true)}>
          {t("phone.allowNotify")}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => answer(false)}>
          {t("phone.notNow")}
        </Button>
      </div>
    </Sentence>
  );
}

function Today({ handled, talk, missed }: { handled: number; talk: number; missed: number }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("workspace.today")} className="stack">
      <h2 className={styles.heading}>{t("workspace.today")}</h2>
      <div className={`panel ${styles.card ?? ""} ${styles.today ?? ""}`}>
        <div>
          <b>{handled}</b>
          <span className="dim small">{t("workspace.handled")}</span>
        </div>
        <div>
          <b>{clock(talk)}</b>
          <span className="dim small">{t("workspace.talk")}</span>
        </div>
        <div>
          <b>{missed}</b>
          <span className="dim small">{t("workspace.missed")}</span>
        </div>
      </div>
    </section>
  );
}
