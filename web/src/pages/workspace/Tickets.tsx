import "../../i18n/tickets";
import { Button } from "@mantine/core";
import { IconPlayerPause, IconTicket, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { Mark } from "../../components/Mark";
import { CountdownRing } from "../../components/Times";
import { useKeys } from "../../hooks/keys";
import { useNow } from "../../hooks/now";
import { useOffer } from "../../hooks/offer";
import type { HeldTicket, OfferRow, TicketCard } from "../../lib/contract";
import { secondsUntil } from "../../lib/time";
import { ANSWER } from "../../theme";
import { PriorityMark, TimeLeft } from "../tickets/parts";
import styles from "./workspace.module.css";

export function TicketOffer({ offer, ticket, first }: { offer: OfferRow; ticket: TicketCard; first: boolean }) {
  const { t } = useTranslation();
  const now = useNow();
  const navigate = useNavigate();
  const { take, decline, busy, declining } = useOffer();
  const accept = () => {
    if (!busy) void take(ticket).then((taken) => taken && navigate(`/tickets/${ticket.number}`));
  };
  const refuse = () => void (busy || decline(offer.id));
  useKeys(first ? { Enter: accept, Escape: refuse } : {});
  return (
    <section className={styles.offer} aria-label={t("ticketOffer.title")}>
      <div className="row" style={{ alignItems: "flex-start" }}>
        <div className="grow">
          <div className="dim small">{t("ticketOffer.for", { number: ticket.number, queue: offer.queue.name })}</div>
          <div className={styles.name}>{ticket.subject}</div>
          <div className="dim">{[ticket.requester, ticket.type].filter(Boolean).join(" · ")}</div>
        </div>
        <div title={t("offer.expires", { count: secondsUntil(offer.expires_at, now) })}>
          <CountdownRing from={offer.offered_at} until={offer.expires_at} />
        </div>
      </div>
      <div className="row wrap">
        <PriorityMark priority={ticket.priority} plain={false} />
        {ticket.due && <TimeLeft clock={ticket.due} plain={false} />}
      </div>
      <div className={styles.answer}>
        <Button
          color={ANSWER}
          px="xs"
          h={40}
          leftSection={<IconTicket size={18} aria-hidden />}
          loading={busy === ticket.id}
          onClick={accept}
          aria-keyshortcuts="Enter"
        >
          {t("offer.accept")}
        </Button>
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

/** What was accepted and takes a place among those one has at a time. */
export function HeldTickets({ tickets }: { tickets: readonly HeldTicket[] }) {
  const { t } = useTranslation();
  return (
    <section className="stack" aria-label={t("ticketOffer.held")}>
      <h2 className={styles.heading}>{t("ticketOffer.held")}</h2>
      {tickets.map((ticket) => (
        <Link key={ticket.id} to={`/tickets/${ticket.number}`} className={styles.workItem}>
          <span className="row">
            <strong className="truncate grow">{ticket.subject}</strong>
            <PriorityMark priority={ticket.priority} />
          </span>
          <span className="row wrap">
            <span className="dim small grow truncate">{[ticket.number, ticket.requester].filter(Boolean).join(" · ")}</span>
            {ticket.interrupted ? (
              <Mark icon={IconPlayerPause} tone="grey" plain>
                {t("ticketOffer.rests")}
              </Mark>
            ) : (
              ticket.due && <TimeLeft clock={ticket.due} />
            )}
          </span>
        </Link>
      ))}
    </section>
  );
}
