import { Button, Combobox, Modal, Select, TextInput, useCombobox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { Sentence } from "../../components/Sentence";
import { TICKETS, ticketPath, useAct, useTicketSetUp } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import { get, request } from "../../lib/api";
import type { Found, Message, Ticket, TicketRow } from "../../lib/tickets/types";
import { useHere } from "./context";
import { StateMark } from "./parts";

const PAUSE_MS = 200;

/** Another ticket, by number or words. */
function TicketChoice({ value, onChange, error }: { value: TicketRow | null; onChange: (row: TicketRow | null) => void; error: string | undefined }) {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const box = useCombobox();
  const [text, setText] = useState("");
  const [q, setQ] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setQ(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useQuery({
    queryKey: [TICKETS, "choice", q],
    queryFn: ({ signal }) => get<Found>("/tickets/search", { q, limit: 8 }, signal),
    enabled: q !== "" && value === null,
  });
  const rows = found.data?.items.map((hit) => hit.ticket).filter((row) => row.id !== ticket.id) ?? [];
  return (
    <Combobox
      store={box}
      withinPortal={false}
      onOptionSubmit={(id) => {
        const row = rows.find((each) => each.id === id);
        if (row) {
          onChange(row);
          setText(`${row.number} ${row.subject}`);
        }
        box.closeDropdown();
      }}
    >
      <Combobox.Target>
        <TextInput
          label={t("tickets.act.find")}
          placeholder={t("tickets.act.findPlaceholder")}
          value={text}
          error={error}
          data-autofocus
          onChange={(event) => {
            setText(event.currentTarget.value);
            onChange(null);
            box.openDropdown();
          }}
          onFocus={() => box.openDropdown()}
          onBlur={() => box.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={q === "" || value !== null || !found.data}>
        <Combobox.Options aria-label={t("tickets.act.find")}>
          {rows.length === 0 && <Combobox.Empty>{t("tickets.act.notFound")}</Combobox.Empty>}
          {rows.map((row) => (
            <Combobox.Option key={row.id} value={row.id}>
              <span className="row">
                <span className="dim">{row.number}</span>
                <span className="grow truncate">{row.subject}</span>
                <StateMark state={row.state} of={row.state_class} plain />
              </span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

const KINDS = ["related", "duplicate", "parent", "child"] as const;

export function LinkDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const problemText = useProblemText();
  const [other, setOther] = useState<TicketRow | null>(null);
  const [kind, setKind] = useState<(typeof KINDS)[number]>("related");
  const [tried, setTried] = useState(false);
  const link = useAct(() => request<Ticket>("POST", `${ticketPath(ticket.id)}/links`, { body: { ticket: other?.id, kind } }));
  return (
    <Modal opened onClose={onClose} title={t("tickets.act.link")} closeButtonProps={{ "aria-label": t("common.close") }}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (other) link.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <TicketChoice value={other} onChange={setOther} error={tried && !other ? t("tickets.act.chooseFirst") : undefined} />
        <Select
          label={t("tickets.act.linkKind")}
          allowDeselect={false}
          data={KINDS.map((value) => ({ value, label: t(`tickets.act.kind.${value}`) }))}
          value={kind}
          onChange={(value) => setKind(value as (typeof KINDS)[number])}
          comboboxProps={{ withinPortal: false }}
        />
        {link.error && <Sentence tone="red">{t("tickets.act.failed", { detail: problemText(link.error) })}</Sentence>}
        <Button type="submit" loading={link.isPending}>
          {t("tickets.act.linkGo")}
        </Button>
      </form>
    </Modal>
  );
}

interface MergedState {
  merged?: string;
}

export function MergeDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const problemText = useProblemText();
  const navigate = useNavigate();
  const [other, setOther] = useState<TicketRow | null>(null);
  const [tried, setTried] = useState(false);
  const merge = useAct(() => request<Ticket>("POST", `${ticketPath(ticket.id)}/merge`, { body: { into: other?.id } }));
  return (
    <Modal opened onClose={onClose} title={t("tickets.act.merge")} closeButtonProps={{ "aria-label": t("common.close") }}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!other) return;
          merge.mutate(undefined, {
            onSuccess: (kept) => void navigate(`/tickets/${kept.number}`, { state: { merged: ticket.number } satisfies MergedState }),
          });
        }}
      >
        <p className="dim">{t("tickets.act.mergeText")}</p>
        <TicketChoice value={other} onChange={setOther} error={tried && !other ? t("tickets.act.chooseFirst") : undefined} />
        {merge.error && <Sentence tone="red">{t("tickets.act.failed", { detail: problemText(merge.error) })}</Sentence>}
        <Button type="submit" loading={merge.isPending}>
          {other ? t("tickets.act.mergeGo", { number: other.number }) : t("tickets.act.mergeGoNone")}
        </Button>
      </form>
    </Modal>
  );
}

/** On the ticket that another one has just become part of: what was done, and the way back. */
export function MergedHere() {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const location = useLocation();
  const navigate = useNavigate();
  const problemText = useProblemText();
  const merged = (location.state as MergedState | null)?.merged;
  const undo = useAct((number: string) => request<Ticket>("DELETE", `${ticketPath(number)}/merge`));
  if (!merged) return null;
  return (
    <Sentence
      tone={undo.error ? "red" : "green"}
      onDismiss={() => void navigate(location.pathname, { replace: true, state: null })}
      action={
        <Button
          size="compact-sm"
          variant="default"
          loading={undo.isPending}
          onClick={() => undo.mutate(merged, { onSuccess: () => void navigate(`/tickets/${merged}`, { replace: true }) })}
        >
          {t("tickets.undo")}
        </Button>
      }
    >
      {undo.error ? t("tickets.act.failed", { detail: problemText(undo.error) }) : t("tickets.act.merged", { number: merged, into: ticket.number })}
    </Sentence>
  );
}

export function SplitDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const problemText = useProblemText();
  const navigate = useNavigate();
  const types = useTicketSetUp().data?.types.filter((each) => !each.retired) ?? [];
  const [subject, setSubject] = useState(ticket.subject);
  const [type, setType] = useState(ticket.type.id);
  const split = useAct(() =>
    request<Ticket>("POST", `${ticketPath(ticket.id)}/split`, { body: { message: message.id, subject: subject.trim(), type } }),
  );
  const empty = subject.trim() === "";
  return (
    <Modal opened onClose={onClose} title={t("tickets.message.split")} closeButtonProps={{ "aria-label": t("common.close") }}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!empty) split.mutate(undefined, { onSuccess: (made) => void navigate(`/tickets/${made.number}`) });
        }}
      >
        <p className="dim">{t("tickets.act.splitText")}</p>
        <TextInput
          label={t("tickets.act.splitSubject")}
          value={subject}
          maxLength={300}
          error={empty ? t("tickets.page.subjectMissing") : undefined}
          onChange={(event) => setSubject(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          label={t("tickets.act.splitType")}
          allowDeselect={false}
          data={types.map(({ id, name }) => ({ value: id, label: name }))}
          value={type}
          onChange={(value) => value && setType(value)}
          comboboxProps={{ withinPortal: false }}
        />
        {split.error && <Sentence tone="red">{t("tickets.act.failed", { detail: problemText(split.error) })}</Sentence>}
        <Button type="submit" loading={split.isPending}>
          {t("tickets.act.splitGo")}
        </Button>
      </form>
    </Modal>
  );
}
