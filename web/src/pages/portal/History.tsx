import { useInfiniteQuery } from "@tanstack/react-query";
import { IconMail, IconMessage, IconPhone, IconTicket, type Icon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { get } from "../../lib/api";
import { Page } from "./kit";
import { Listing } from "./Listing";
import { own, useMoment } from "./session";
import type { Contact } from "./types";

interface Contacts {
  items: Contact[];
  next_cursor: string | null;
}

const SIGNS: Record<string, Icon> = { voice: IconPhone, chat: IconMessage, email: IconMail, ticket: IconTicket };
const CHANNELS = ["voice", "chat", "email", "callback", "voicemail", "ticket"] as const;
const OUTCOMES = ["handled", "abandoned", "closed", "overflowed", "self_served", "failed"] as const;

export default function History() {
  const { t } = useTranslation();
  const list = useInfiniteQuery({
    queryKey: own("history"),
    queryFn: ({ pageParam, signal }) => get<Contacts>("/portal/history", { cursor: pageParam, limit: 20 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  return (
    <Page title={t("portal.area.history")} lead={t("portal.history.lead")} back narrow>
      <Listing
        list={list}
        className="p-rows"
        more={t("portal.history.more")}
        empty={
          <>
            <p>{t("portal.history.none")}</p>
            <p className="dim small">
              {t("portal.history.why")} <Link to="/profile">{t("portal.history.numbers")}</Link>
            </p>
          </>
        }
      >
        {(row) => <Row key={row.id} contact={row} />}
      </Listing>
    </Page>
  );
}

function Row({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const moment = useMoment();
  const Sign = SIGNS[contact.channel] ?? IconPhone;
  const channel = CHANNELS.find((each) => each === contact.channel);
  const outcome = OUTCOMES.find((each) => each === contact.outcome);
  return (
    <li>
      <Sign size={20} stroke={1.5} aria-hidden />
      <div className="grow">
        <p className="p-value">{[channel ? t(`portal.channel.${channel}`) : contact.channel, contact.queue].filter(Boolean).join(" · ")}</p>
        <p className="dim small">
          <time dateTime={contact.at}>{moment(contact.at)}</time>
        </p>
      </div>
      <span className="mark" data-tone={contact.outcome === null ? "blue" : contact.outcome === "handled" ? "green" : "grey"}>
        {contact.outcome === null ? t("portal.outcome.active") : outcome ? t(`portal.outcome.${outcome}`) : contact.outcome}
      </span>
    </li>
  );
}
