import { ActionIcon, Button, Menu, TextInput } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconAlarm, IconArrowMerge, IconChevronDown, IconDots, IconEye, IconKeyboard, IconLink, IconLinkOff, IconPencil, IconPencilMinus, IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Mark } from "../../components/Mark";
import { Sentence } from "../../components/Sentence";
import { Ago } from "../../components/Times";
import { useMe } from "../../hooks/session";
import { ticketPath, useAct, useTicketSetUp } from "../../hooks/tickets";
import { useLocale, useProblemText } from "../../hooks/words";
import { request } from "../../lib/api";
import { useNow } from "../../hooks/now";
import { relative } from "../../lib/time";
import { PRIORITIES, type LookerRow, type Ticket } from "../../lib/tickets/types";
import { LinkDialog, MergeDialog } from "./Acts";
import { ReminderDialog, RemindersNote } from "./Reminders";
import { WithdrawDialog } from "./Withdraw";
import { useHere } from "./context";
import { ClockPicture, PriorityMark, StateMark } from "./parts";
import styles from "./ticket.module.css";

export function Header({ others, onHelp }: { others: readonly LookerRow[]; onHelp: () => void }) {
  const { t } = useTranslation();
  const { ticket, patch, refusal, works } = useHere();
  const problemText = useProblemText();
  const clocks = ticket.clocks.filter((clock) => clock.state !== "idle");
  return (
    <header className={`panel ${styles.header ?? ""}`}>
      <div className="row wrap">
        <span className="dim">{ticket.number}</span>
        <StateMenu />
        <PriorityMenu />
        {ticket.reopened > 0 && <span className="dim small">{t("tickets.page.reopened", { count: ticket.reopened })}</span>}
        <span className="grow" />
        <Company others={others} />
        {works && <AssignMe />}
        <More onHelp={onHelp} />
      </div>
      <Subject key={ticket.subject} />
      {ticket.merged_into && <MergedNote into={ticket.merged_into} />}
      {ticket.close_at && <Closes at={ticket.close_at} />}
      <RemindersNote />
      {refusal && (
        <Sentence tone="red" onDismiss={patch.reset}>
          {t("tickets.notChanged", { detail: refusal.detail || problemText(refusal.problem) })}
        </Sentence>
      )}
      {clocks.length > 0 && (
        <div className={styles.clocks}>
          {clocks.map((clock) => (
            <ClockPicture key={clock.kind} clock={clock} />
          ))}
        </div>
      )}
      <span className="dim small">
        {t("tickets.props.made")} <Ago at={ticket.made_at} /> · {t("tickets.props.changed")} <Ago at={ticket.changed_at} />
        {ticket.policy && ` · ${t("tickets.props.policy")}: ${ticket.policy.name}`}
      </span>
    </header>
  );
}

function Closes({ at }: { at: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  return (
    <Sentence tone="grey" quiet>
      {t("tickets.page.closes", { time: relative(at, now, locale) })}
    </Sentence>
  );
}

function Company({ others }: { others: readonly LookerRow[] }) {
  const { t } = useTranslation();
  const writing = others.filter((each) => each.typing);
  const names = (rows: readonly LookerRow[]) => rows.map((row) => row.name).join(", ");
  return (
    <span role="status">
      {writing.length > 0 ? (
        <Mark icon={IconPencil} tone="red">
          {t("tickets.page.typing", { count: writing.length, names: names(writing) })}
        </Mark>
      ) : (
        others.length > 0 && (
          <Mark icon={IconEye} tone="amber">
            {t("tickets.page.looking", { count: others.length, names: names(others) })}
          </Mark>
        )
      )}
    </span>
  );
}

function AssignMe() {
  const { t } = useTranslation();
  const me = useMe();
  const { ticket, patch } = useHere();
  if (ticket.assignee?.id === me.id) return null;
  return (
    <Button size="compact-sm" variant="default" leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => patch.mutate({ assignee: me.id })}>
      {t("tickets.page.assignMe")}
    </Button>
  );
}

function Subject() {
  const { t } = useTranslation();
  const { ticket, works, patch } = useHere();
  const [text, setText] = useState<string | null>(null);
  if (text === null)
    return (
      <div className="row">
        <h1 className={styles.subject}>{ticket.subject}</h1>
        {works && (
          <ActionIcon variant="subtle" color="gray" aria-label={t("tickets.page.editSubject")} onClick={() => setText(ticket.subject)}>
            <IconPencil size={18} aria-hidden />
          </ActionIcon>
        )}
      </div>
    );
  const empty = text.trim() === "";
  return (
    <form
      className="row wrap"
      onSubmit={(event) => {
        event.preventDefault();
        if (empty) return;
        if (text.trim() === ticket.subject) setText(null);
        else patch.mutate({ subject: text.trim() }, { onSuccess: () => setText(null) });
      }}
    >
      <TextInput
        className="grow"
        aria-label={t("tickets.field.subject")}
        value={text}
        maxLength={300}
        autoFocus
        error={empty ? t("tickets.page.subjectMissing") : undefined}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") setText(null);
        }}
      />
      <Button type="submit" loading={patch.isPending}>
        {t("tickets.page.saveSubject")}
      </Button>
      <Button variant="default" onClick={() => setText(null)}>
        {t("common.cancel")}
      </Button>
    </form>
  );
}

function StateMenu() {
  const { t } = useTranslation();
  const { ticket, works, patch } = useHere();
  const setUp = useTicketSetUp().data;
  if (!works) return <StateMark state={ticket.state} of={ticket.state_class} />;
  return (
    <Menu withinPortal position="bottom-start">
      <Menu.Target>
        <button type="button" className={styles.pick} aria-label={t("tickets.page.state", { name: ticket.state.name })}>
          <StateMark state={ticket.state} of={ticket.state_class} />
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("tickets.page.changeState")}</Menu.Label>
        {ticket.states.length === 0 && <Menu.Item disabled>{t("tickets.page.noStates")}</Menu.Item>}
        {ticket.states.map((state) => (
          <Menu.Item key={state.id} onClick={() => patch.mutate({ state: state.id })}>
            <StateMark plain state={state} of={setUp?.states.find((each) => each.id === state.id)?.state_class ?? "open"} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function PriorityMenu() {
  const { t } = useTranslation();
  const { ticket, works, patch } = useHere();
  if (!works) return <PriorityMark priority={ticket.priority} plain={false} />;
  return (
    <Menu withinPortal position="bottom-start">
      <Menu.Target>
        <button type="button" className={styles.pick} aria-label={t("tickets.page.priority", { name: t(`tickets.priorityOf.${ticket.priority}`) })}>
          <PriorityMark priority={ticket.priority} plain={false} />
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {[...PRIORITIES].reverse().map((priority) => (
          <Menu.Item key={priority} disabled={priority === ticket.priority} onClick={() => patch.mutate({ priority })}>
            <PriorityMark priority={priority} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function More({ onHelp }: { onHelp: () => void }) {
  const { t } = useTranslation();
  const { merges, ticket, works } = useHere();
  const clipboard = useClipboard();
  const [open, setOpen] = useState<"link" | "merge" | "withdraw" | "remind" | null>(null);
  const acts = merges && ticket.merged_into === null;
  return (
    <>
      <Menu withinPortal position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={t("tickets.page.more")}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconAlarm size={16} aria-hidden />} onClick={() => setOpen("remind")}>
            {t("tickets.reminders.act")}
          </Menu.Item>
          {acts && (
            <Menu.Item leftSection={<IconLink size={16} aria-hidden />} onClick={() => setOpen("link")}>
              {t("tickets.act.link")}
            </Menu.Item>
          )}
          {acts && (
            <Menu.Item leftSection={<IconArrowMerge size={16} aria-hidden />} onClick={() => setOpen("merge")}>
              {t("tickets.act.merge")}
            </Menu.Item>
          )}
          {works && ticket.requester !== null && ticket.merged_into === null && (
            <Menu.Item leftSection={<IconLinkOff size={16} aria-hidden />} onClick={() => setOpen("withdraw")}>
              {t("tickets.withdraw.act")}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconPencilMinus size={16} aria-hidden />} onClick={() => clipboard.copy(window.location.href)}>
            {t("tickets.page.copyLink")}
          </Menu.Item>
          <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden />} onClick={onHelp}>
            {t("tickets.list.keys")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <span role="status" className="small dim">
        {clipboard.copied && t("tickets.page.copied")}
      </span>
      {open === "link" && <LinkDialog onClose={() => setOpen(null)} />}
      {open === "merge" && <MergeDialog onClose={() => setOpen(null)} />}
      {open === "remind" && <ReminderDialog onClose={() => setOpen(null)} />}
      {open === "withdraw" && <WithdrawDialog onClose={() => setOpen(null)} />}
    </>
  );
}

function MergedNote({ into }: { into: { id: string; name: string } }) {
  const { t } = useTranslation();
  const { ticket, merges } = useHere();
  const problemText = useProblemText();
  const undo = useAct(() => request<Ticket>("DELETE", `${ticketPath(ticket.id)}/merge`));
  return (
    <>
      <Sentence
        tone="amber"
        action={
          <span className="row wrap">
            <Button component={Link} size="compact-sm" variant="default" to={`/tickets/${into.name}`}>
              {t("tickets.page.openMerged", { number: into.name })}
            </Button>
            {merges && (
              <Button size="compact-sm" variant="default" loading={undo.isPending} onClick={() => undo.mutate(undefined)}>
                {t("tickets.page.unmerge")}
              </Button>
            )}
          </span>
        }
      >
        {t("tickets.page.merged", { number: into.name })}
      </Sentence>
      {undo.error && <Sentence tone="red">{t("tickets.act.failed", { detail: problemText(undo.error) })}</Sentence>}
    </>
  );
}
