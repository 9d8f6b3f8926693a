import "../../i18n/tickets";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Sentence } from "../../components/Sentence";
import { may, useMe } from "../../hooks/session";
import { TICKETS } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import { get, withQuery } from "../../lib/api";
import type { TicketPage, TicketRow } from "../../lib/tickets/types";
import { StateMark, TimeLeft } from "./parts";

interface TicketsOfProps {
  interaction: string;
  customer: string | null;
  className: string | undefined;
}

const SHOWN = 5;

/** The tickets of a call or chat and the open ones of its customer, and the way to a new one that knows both. */
export function TicketsOf({ interaction, customer, className }: TicketsOfProps) {
  const { t } = useTranslation();
  const me = useMe();
  const problemText = useProblemText();
  const sees = may(me, "tickets.view");
  const linked = useQuery({
    queryKey: [TICKETS, "of", "interaction", interaction],
    queryFn: ({ signal }) => get<TicketPage>("/tickets", { interaction, limit: SHOWN }, signal),
    enabled: sees,
  });
  const open = useQuery({
    queryKey: [TICKETS, "of", "customer", customer],
    queryFn: ({ signal }) => get<TicketPage>("/tickets", { requester: customer, open: "true", limit: SHOWN }, signal),
    enabled: sees && customer !== null,
  });
  if (!sees) return null;
  const own = linked.data?.items ?? [];
  const others = open.data?.items.filter((row) => !own.some((each) => each.id === row.id)) ?? [];
  const error = linked.error ?? open.error;
  return (
    <section className={`panel ${className ?? ""}`} aria-label={t("tickets.of.title")}>
      <div className="row">
        <h2 className="grow">{t("tickets.of.title")}</h2>
        {may(me, "tickets.work") && (
          <Button
            component={Link}
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            to={withQuery("/tickets/new", { interaction, customer, channel: "voice" })}
          >
            {t("tickets.of.new")}
          </Button>
        )}
      </div>
      {error && <Sentence tone="red">{t("tickets.failed", { detail: problemText(error) })}</Sentence>}
      {linked.data && own.length === 0 && <p className="dim">{t("tickets.of.none")}</p>}
      <Rows rows={own} />
      {others.length > 0 && <p className="dim small">{t("tickets.of.customer")}</p>}
      <Rows rows={others} />
    </section>
  );
}

function Rows({ rows }: { rows: readonly TicketRow[] }) {
  if (rows.length === 0) return null;
  return (
    <ul className="stack" style={{ gap: 8, margin: "8px 0", padding: 0, listStyle: "none" }}>
      {rows.map((row) => (
        <li key={row.id}>
          <Link to={`/tickets/${row.number}`}>
            {row.number} {row.subject}
          </Link>
          <div className="row wrap">
            <StateMark state={row.state} of={row.state_class} />
            {row.due && <TimeLeft clock={row.due} />}
          </div>
        </li>
      ))}
    </ul>
  );
}
