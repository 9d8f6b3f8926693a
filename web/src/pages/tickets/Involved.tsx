import { Button, CloseButton, Select, TextInput } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { IconEye, IconEyeOff, IconPhone } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Sentence } from "../../components/Sentence";
import { Ago } from "../../components/Times";
import { may, useMe } from "../../hooks/session";
import { ticketPath, useAct, useChoices } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import { get, request } from "../../lib/api";
import type { InteractionDetail } from "../../lib/contract";
import { openBelow, type ChildrenChoice } from "../../lib/tickets/children";
import type { Approval, Ticket, TicketLink } from "../../lib/tickets/types";
import { useHere } from "./context";
import { OpenBelow } from "./OpenBelow";
import { StateMark } from "./parts";
import styles from "./ticket.module.css";

export function Watchers() {
  const { t } = useTranslation();
  const me = useMe();
  const problemText = useProblemText();
  const { ticket, works } = useHere();
  const choices = useChoices().data;
  const watch = useAct((body: { user?: string; watch: boolean }) => request<Ticket>("PUT", `${ticketPath(ticket.id)}/watching`, { body }));
  const mine = ticket.watchers.some((each) => each.id === me.id);
  const others = choices?.assignees.filter((each) => !ticket.watchers.some((held) => held.id === each.id)) ?? [];
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={t("tickets.props.watchers")}>
      <div className="row">
        <h2 className="grow">{t("tickets.props.watchers")}</h2>
        {ticket.merged_into === null && (
          <Button
            size="compact-sm"
            variant="default"
            loading={watch.isPending}
            leftSection={mine ? <IconEyeOff size={14} aria-hidden /> : <IconEye size={14} aria-hidden />}
            onClick={() => watch.mutate({ watch: !mine })}
          >
            {mine ? t("tickets.props.unwatch") : t("tickets.props.watch")}
          </Button>
        )}
      </div>
      {watch.error && <Sentence tone="red">{t("tickets.notChanged", { detail: problemText(watch.error) })}</Sentence>}
      {ticket.watchers.length === 0 && <p className="dim">{t("tickets.props.noWatchers")}</p>}
      <ul className={styles.list}>
        {ticket.watchers.map((each) => (
          <li key={each.id} className="row">
            <span className="grow">{each.name}</span>
            {works && (
              <CloseButton size="sm" aria-label={t("tickets.props.removeWatcher", { name: each.name })} onClick={() => watch.mutate({ user: each.id, watch: false })} />
            )}
          </li>
        ))}
      </ul>
      {works && (
        <Select
          size="xs"
          aria-label={t("tickets.props.addWatcher")}
          placeholder={t("tickets.props.addWatcher")}
          data={others.map(({ id, name }) => ({ value: id, label: name }))}
          value={null}
          searchable
          onChange={(user) => user && watch.mutate({ user, watch: true })}
        />
      )}
    </section>
  );
}

/** All but those below it, which have a place of their own. */
export function Links() {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const links = ticket.links.filter((link) => link.kind !== "parent");
  if (links.length === 0) return null;
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={t("tickets.props.links")}>
      <h2>{t("tickets.props.links")}</h2>
      <Linked links={links} named />
    </section>
  );
}

/** `named`: how they are linked stands beside them. */
export function Linked({ links, named = false }: { links: readonly TicketLink[]; named?: boolean }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { ticket, merges } = useHere();
  const unlink = useAct((other: string) => request<Ticket>("DELETE", `${ticketPath(ticket.id)}/links/${encodeURIComponent(other)}`));
  return (
    <>
      {unlink.error && <Sentence tone="red">{t("tickets.notChanged", { detail: problemText(unlink.error) })}</Sentence>}
      <ul className={styles.list}>
        {links.map((link) => (
          <li key={link.ticket.id}>
            <div className="row">
              <span className="dim small grow">{named && t(`tickets.linkKind.${link.kind}`)}</span>
              <StateMark plain state={link.state} of={link.state_class} />
              {merges && (
                <CloseButton size="sm" aria-label={t("tickets.props.unlink", { number: link.ticket.name })} onClick={() => unlink.mutate(link.ticket.id)} />
              )}
            </div>
            <Link to={`/tickets/${link.ticket.name}`}>
              {link.ticket.name} {link.subject}
            </Link>
            {link.waits_for && <p className="dim small">{t("tickets.children.waitsFor", { state: link.waits_for.name })}</p>}
          </li>
        ))}
      </ul>
    </>
  );
}

export function Interactions() {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const allowed = may(useMe(), "interactions.view", "interactions.view_own");
  const found = useQueries({
    queries: ticket.interactions.map((id) => ({
      queryKey: ["interaction", id],
      queryFn: ({ signal }: { signal: AbortSignal }) => get<InteractionDetail>(`/interactions/${encodeURIComponent(id)}`, {}, signal),
      enabled: allowed,
      staleTime: 60_000,
    })),
  });
  if (ticket.interactions.length === 0) return null;
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={t("tickets.props.interactions")}>
      <h2>{t("tickets.props.interactions")}</h2>
      <ul className={styles.list}>
        {ticket.interactions.map((id, place) => {
          const detail = found[place]?.data;
          return (
            <li key={id} className="row">
              <IconPhone size={16} aria-hidden />
              {detail ? (
                <Link to={`/interactions/${id}`}>
                  {detail.caller.name ?? detail.caller.address} · <Ago at={detail.started_at} />
                </Link>
              ) : (
                <span className="dim">{t("tickets.props.hiddenInteraction")}</span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function Approvals() {
  const { t } = useTranslation();
  const { ticket } = useHere();
  if (ticket.approvals.length === 0) return null;
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={t("tickets.props.approvals")}>
      <h2>{t("tickets.props.approvals")}</h2>
      <ul className={styles.list}>
        {ticket.approvals.map((approval) => (
          <li key={approval.id}>
            <OneApproval approval={approval} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function OneApproval({ approval }: { approval: Approval }) {
  const { t } = useTranslation();
  const me = useMe();
  const problemText = useProblemText();
  const { ticket } = useHere();
  const [reason, setReason] = useState("");
  const decide = useAct((how: { agreed: boolean; children?: ChildrenChoice }) =>
    request<Ticket>("PUT", `${ticketPath(ticket.id)}/approvals/${approval.id}`, { body: { ...how, reason: reason.trim() } }),
  );
  const asked = t("tickets.approval.asked", { name: approval.asked_by, target: approval.target.name });
  if (approval.agreed !== null)
    return (
      <>
        <p className="dim small">{asked}</p>
        <p>
          {t(approval.agreed ? "tickets.approval.agreed" : "tickets.approval.denied", { name: approval.decided_by })}
          {approval.decided_at && (
            <span className="dim small">
              {" "}
              <Ago at={approval.decided_at} />
            </span>
          )}
        </p>
        {approval.reason && <p className={`small ${styles.text ?? ""}`}>{approval.reason}</p>}
      </>
    );
  const decides = me.roles.includes(approval.approver);
  return (
    <div className="stack" style={{ gap: 8 }}>
      <p>
        {asked} <span className="dim small"><Ago at={approval.asked_at} /></span>
      </p>
      {approval.children && <p className="small">{t(`tickets.approval.below.${approval.children}`)}</p>}
      {!decides && <p className="dim small">{t("tickets.approval.waits", { role: approval.approver })}</p>}
      {decides && (
        <>
          <TextInput size="xs" label={t("tickets.approval.reason")} value={reason} maxLength={2000} onChange={(event) => setReason(event.currentTarget.value)} />
          <div className="row wrap">
            <Button size="compact-sm" loading={decide.isPending} onClick={() => decide.mutate({ agreed: true })}>
              {t("tickets.approval.agree")}
            </Button>
            <Button size="compact-sm" variant="default" loading={decide.isPending} onClick={() => decide.mutate({ agreed: false })}>
              {t("tickets.approval.deny")}
            </Button>
          </div>
        </>
      )}
      <OpenBelow error={decide.error} busy={decide.isPending} onChoose={(children) => decide.mutate({ agreed: true, children })} onClose={decide.reset} />
      {decide.error && !openBelow(decide.error) && <Sentence tone="red">{t("tickets.act.failed", { detail: problemText(decide.error) })}</Sentence>}
    </div>
  );
}
