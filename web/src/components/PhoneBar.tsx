import { Button } from "@mantine/core";
import { IconHeadset, IconPhone, IconPhoneIncoming, IconTicket, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useNavigate } from "react-router";
import { useDesk } from "../hooks/desk";
import { useOffer } from "../hooks/offer";
import { useCallerName } from "../hooks/words";
import { ANSWER } from "../theme";
import styles from "./frame.module.css";
import { Ticking } from "./Times";

/** An offer or a call while another page is in front. */
export function PhoneBar() {
  const { t } = useTranslation();
  const desk = useDesk();
  const away = useLocation().pathname !== "/workspace";
  const name = useCallerName();
  const navigate = useNavigate();
  const { accept, take, decline, busy } = useOffer();
  if (!desk || !away) return null;
  const offer = desk.offers[0];
  const ticket = offer?.ticket;
  if (offer)
    return (
      <section className={styles.phone} aria-label={t("phone.bar")}>
        {ticket ? <IconTicket size={18} aria-hidden /> : <IconPhoneIncoming size={18} aria-hidden />}
        <span className="truncate grow">
          {ticket ? t("ticketOffer.incoming", { number: ticket.number, subject: ticket.subject }) : t("phone.incoming", { name: name(offer.caller) })}
        </span>
        {offer.device === "browser" && (
          <Button
            size="xs"
            color={ANSWER}
            loading={busy === offer.id}
            leftSection={ticket ? <IconTicket size={16} aria-hidden /> : <IconPhone size={16} aria-hidden />}
            onClick={() =>
              void (ticket ? take(ticket) : accept(offer.id)).then((accepted) => accepted && navigate(ticket ? `/tickets/${ticket.number}` : "/workspace"))
            }
          >
            {t("offer.accept")}
          </Button>
        )}
        <Button size="xs" variant="default" leftSection={<IconX size={16} />} onClick={() => void decline(offer.id)}>
          {t("offer.decline")}
        </Button>
      </section>
    );
  const work = desk.call ?? desk.work[0];
  if (!work) return null;
  return (
    <section className={styles.phone} aria-label={t("phone.bar")}>
      <IconHeadset size={18} aria-hidden />
      <span className="truncate grow">
        {work.phase === "wrap_up" ? t("wrapup.title") : t("phone.onCall", { name: name(work.caller) })}
      </span>
      <Ticking since={work.phase === "wrap_up" ? work.ended_at : work.answered_at} />
      <Button size="xs" component={Link} to="/workspace">
        {t("phone.open")}
      </Button>
    </section>
  );
}
