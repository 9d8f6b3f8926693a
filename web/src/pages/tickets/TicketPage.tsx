import { Button, SegmentedControl } from "@mantine/core";
import { IconArrowLeft, IconTicketOff } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useParams } from "react-router";
import { NotLoaded } from "../../components/NotLoaded";
import { PageSkeleton } from "../../components/PageSkeleton";
import { Empty } from "../../components/Sentence";
import { useKeys } from "../../hooks/keys";
import { may, useMe } from "../../hooks/session";
import { useCompany, usePatch, useTicket } from "../../hooks/tickets";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { Problem } from "../../lib/api";
import { openBelow } from "../../lib/tickets/children";
import type { MessageKind, Ticket } from "../../lib/tickets/types";
import { Composer, type Opening } from "./Composer";
import { MergedHere } from "./Acts";
import { HereContext, type Here } from "./context";
import { Header } from "./Header";
import { HistoryTab } from "./HistoryTab";
import { KeysHelp } from "./KeysHelp";
import { Properties } from "./Properties";
import { Stale } from "./Stale";
import { Thread } from "./Thread";
import styles from "./ticket.module.css";
import { WhyTab } from "./WhyTab";

export function TicketPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const problemText = useProblemText();
  const query = useTicket(id);
  useTitle(query.data ? `${query.data.number} ${query.data.subject}` : t("tickets.title"));
  if (query.data && !(query.error instanceof Problem && query.error.status === 404)) return <Whole key={query.data.id} ticket={query.data} />;
  if (query.isPending) return <PageSkeleton />;
  if (query.error instanceof Problem && query.error.status === 404)
    return (
      <Empty icon={<IconTicketOff size={32} stroke={1.5} aria-hidden />} title={t("error.notFound")}>
        <p>{t("tickets.missing")}</p>
        <Button component={Link} to="/tickets" variant="default">
          {t("tickets.back")}
        </Button>
      </Empty>
    );
  return (
    <div className={styles.page}>
      <NotLoaded query={query}>
        {t("tickets.oneFailed", { detail: query.error ? problemText(query.error) : "" })}
      </NotLoaded>
    </div>
  );
}

type Tab = "thread" | "history" | "why";

function Whole({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const me = useMe();
  const location = useLocation();
  const wantsReply = (location.state as { reply?: boolean } | null)?.reply === true;
  const [tab, setTab] = useState<Tab>("thread");
  const [help, setHelp] = useState(false);
  const [opening, setOpening] = useState<Opening | null>(wantsReply ? { kind: "public", at: 0 } : null);
  const patch = usePatch(ticket);
  const company = useCompany(ticket.id);
  const works = may(me, "tickets.work") && ticket.merged_into === null;
  const problem = patch.error instanceof Problem ? patch.error : null;
  const stale = problem && isStale(problem) ? problem : null;
  const here = useMemo<Here>(() => {
    const field = problem && typeof problem.extra.field === "string" ? problem.extra.field : "";
    const refusal = problem && !isStale(problem) && !openBelow(problem) ? { field, detail: problem.detail, problem } : null;
    return { ticket, works, merges: may(me, "tickets.merge"), patch, refusal };
  }, [ticket, works, me, patch, problem]);
  const open = (kind: MessageKind, side?: string) => {
    setTab("thread");
    setOpening((before) => ({ kind, at: (before?.at ?? 0) + 1, ...(side === undefined ? {} : { side }) }));
  };
  const write = (kind: "public" | "note") => () => open(kind);
  useKeys({
    r: works ? write("public") : undefined,
    m: works ? write("note") : undefined,
    a: works && ticket.assignee?.id !== me.id ? () => patch.mutate({ assignee: me.id }) : undefined,
    "?": () => setHelp(true),
  });
  return (
    <HereContext.Provider value={here}>
      <div className={styles.page}>
        <Link className={styles.back ?? ""} to="/tickets">
          <IconArrowLeft size={16} aria-hidden />
          {t("tickets.back")}
        </Link>
        <MergedHere />
        <Header others={company.others} onHelp={() => setHelp(true)} />
        {stale && <Stale problem={stale} />}
        <div className={styles.columns}>
          <div className={styles.work}>
            <SegmentedControl
              size="xs"
              className={styles.tabs ?? ""}
              aria-label={t("tickets.page.thread")}
              data={(["thread", "history", "why"] as const).map((value) => ({ value, label: t(`tickets.page.${value}`) }))}
              value={tab}
              onChange={(value) => setTab(value)}
            />
            {tab === "thread" && <Thread onSide={(side) => open("side", side)} />}
            {/* What it sends and uploads goes on while one looks elsewhere. */}
            <div hidden={tab !== "thread"}>
              <Composer company={company} opening={opening} />
            </div>
            {tab === "history" && <HistoryTab />}
            {tab === "why" && <WhyTab />}
          </div>
          <Properties />
        </div>
      </div>
      <KeysHelp page opened={help} onClose={() => setHelp(false)} />
    </HereContext.Provider>
  );
}

const isStale = (problem: Problem): boolean => problem.status === 409 && problem.type.endsWith("stale");
