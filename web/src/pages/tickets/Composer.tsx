import { Button, Menu, SegmentedControl, Textarea } from "@mantine/core";
import { IconChevronDown, IconEyeOff, IconSend, IconWorld } from "@tabler/icons-react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { useMe } from "../../hooks/session";
import { useChoices, useSay, useTicketSetUp, type Company } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import type { Named } from "../../lib/contract";
import { mentionAt, readDraft, withMention, writeDraft, type ReplyDraft, type Typed } from "../../lib/tickets/draft";
import { useHere } from "./context";
import { StateMark } from "./parts";
import styles from "./ticket.module.css";

/** A key that was pressed: what is to be written; `at` grows with each press. */
export interface Opening {
  kind: "public" | "note";
  at: number;
}

interface ComposerProps {
  company: Company;
  opening: Opening | null;
}

const MOST_NAMES = 6;

/** Writes to the customer or to colleagues; what is typed stays on this machine until it is sent. */
export function Composer({ company, opening }: ComposerProps) {
  const { t } = useTranslation();
  const me = useMe();
  const { ticket, works } = useHere();
  const problemText = useProblemText();
  const [draft, setDraft] = useState<ReplyDraft>(() => readDraft(me.id, ticket.id));
  const [tried, setTried] = useState(false);
  const key = useRef(crypto.randomUUID());
  const box = useRef<HTMLTextAreaElement>(null);
  const say = useSay(ticket.id);
  const change = (part: Partial<ReplyDraft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    setTried(false);
    // Something else to be sent is another message.
    if (say.isError) {
      key.current = crypto.randomUUID();
      say.reset();
    }
    writeDraft(me.id, ticket.id, next);
  };
  const [taken, setTaken] = useState<Opening | null>(null);
  if (opening !== taken) {
    setTaken(opening);
    if (opening) setDraft({ ...draft, kind: opening.kind });
  }
  useEffect(() => {
    if (opening) box.current?.focus();
  }, [opening]);
  if (!works) return <p className="dim">{ticket.merged_into ? "" : t("tickets.composer.readOnly")}</p>;
  const note = draft.kind === "note";
  const send = (state?: string) => {
    if (draft.text.trim() === "") {
      setTried(true);
      box.current?.focus();
      return;
    }
    const mentioned = draft.mentions;
    say.mutate(
      { kind: draft.kind, text: draft.text, mentions: mentioned, key: key.current, ...(state ? { change: { state, seen: ticket.sequence } } : {}) },
      {
        onSuccess: () => {
          key.current = crypto.randomUUID();
          company.stopped();
          const empty = { ...draft, text: "", mentions: [] };
          setDraft(empty);
          writeDraft(me.id, ticket.id, empty);
          box.current?.focus();
        },
      },
    );
  };
  return (
    <section className={styles.composer} data-kind={draft.kind} aria-label={t("tickets.composer.label")}>
      <div className="row wrap">
        <SegmentedControl
          size="xs"
          aria-label={t("tickets.composer.label")}
          value={draft.kind}
          onChange={(kind) => change({ kind: kind })}
          data={[
            { value: "public", label: <KindWord icon={<IconWorld size={14} aria-hidden />} word={t("tickets.composer.public")} /> },
            { value: "note", label: <KindWord icon={<IconEyeOff size={14} aria-hidden />} word={t("tickets.composer.note")} /> },
          ]}
        />
        <span className="dim small grow">
          {note ? t("tickets.composer.noteHint") : ticket.requester ? t("tickets.composer.publicHint") : t("tickets.composer.noRequester")}
        </span>
      </div>
      <Words
        box={box}
        draft={draft}
        error={tried ? t("tickets.composer.empty") : undefined}
        onChange={(part) => {
          change(part);
          company.typing();
        }}
        onLeft={company.stopped}
        onSend={() => send()}
      />
      {say.error && <Sentence tone="red">{t("tickets.composer.notSent", { detail: problemText(say.error) })}</Sentence>}
      <div className="row wrap">
        <span className="dim small grow" role="status">
          {draft.text.trim() !== "" && t("tickets.composer.draft")}
        </span>
        <SendAnd note={note} busy={say.isPending} onSend={send} />
        <Button loading={say.isPending} leftSection={<IconSend size={16} aria-hidden />} onClick={() => send()}>
          {note ? t("tickets.composer.sendNote") : t("tickets.composer.send")}
        </Button>
      </div>
    </section>
  );
}

function KindWord({ icon, word }: { icon: React.ReactNode; word: string }) {
  return (
    <span className="row" style={{ gap: 4 }}>
      {icon}
      {word}
    </span>
  );
}

function SendAnd({ note, busy, onSend }: { note: boolean; busy: boolean; onSend: (state: string) => void }) {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const setUp = useTicketSetUp().data;
  if (ticket.states.length === 0) return null;
  return (
    <Menu withinPortal position="top-end">
      <Menu.Target>
        <Button variant="default" disabled={busy} rightSection={<IconChevronDown size={14} aria-hidden />}>
          {t("tickets.composer.more")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {ticket.states.map((state) => (
          <Menu.Item key={state.id} onClick={() => onSend(state.id)} rightSection={<StateMark plain state={state} of={setUp?.states.find((each) => each.id === state.id)?.state_class ?? "open"} />}>
            {note ? t("tickets.composer.noteAnd", { state: state.name }) : t("tickets.composer.sendAnd", { state: state.name })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface WordsProps {
  box: React.RefObject<HTMLTextAreaElement | null>;
  draft: ReplyDraft;
  error: string | undefined;
  onChange: (part: Partial<ReplyDraft>) => void;
  onLeft: () => void;
  onSend: () => void;
}

/** The text, with names offered after an @. */
function Words({ box, draft, error, onChange, onLeft, onSend }: WordsProps) {
  const { t } = useTranslation();
  const people = useChoices().data?.assignees ?? [];
  const [typed, setTyped] = useState<Typed | null>(null);
  const [at, setAt] = useState(0);
  const note = draft.kind === "note";
  const names = typed && note ? people.filter((each) => each.name.toLowerCase().includes(typed.word.toLowerCase())).slice(0, MOST_NAMES) : [];
  const mention = (person: Named) => {
    const area = box.current;
    if (!area || !typed) return;
    const next = withMention(draft.text, typed, area.selectionStart, person.name);
    setTyped(null);
    onChange({ text: next.text, mentions: [...new Set([...draft.mentions, person.id])] });
    setTimeout(() => {
      area.focus();
      area.setSelectionRange(next.cursor, next.cursor);
    }, 0);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSend();
      return;
    }
    if (names.length === 0) return;
    const chosen = names[at];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setAt((at + (event.key === "ArrowDown" ? 1 : names.length - 1)) % names.length);
    } else if ((event.key === "Enter" || event.key === "Tab") && chosen) {
      event.preventDefault();
      mention(chosen);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      setTyped(null);
    }
  };
  const told = people.filter((each) => draft.mentions.includes(each.id) && draft.text.includes(`@${each.name}`));
  return (
    <div style={{ position: "relative" }}>
      <Textarea
        ref={box}
        autosize
        minRows={3}
        maxRows={16}
        aria-label={note ? t("tickets.composer.note") : t("tickets.composer.public")}
        placeholder={note ? t("tickets.composer.notePlaceholder") : t("tickets.composer.publicPlaceholder")}
        value={draft.text}
        error={error}
        role={note ? "combobox" : undefined}
        aria-expanded={note ? names.length > 0 : undefined}
        aria-controls={note ? "mention-names" : undefined}
        aria-activedescendant={names[at] ? `mention-${names[at].id}` : undefined}
        onChange={(event) => {
          const text = event.currentTarget.value;
          setTyped(mentionAt(text, event.currentTarget.selectionStart));
          setAt(0);
          onChange({ text, mentions: people.filter((each) => draft.mentions.includes(each.id) && text.includes(`@${each.name}`)).map((each) => each.id) });
        }}
        onKeyDown={keys}
        onBlur={() => {
          setTyped(null);
          onLeft();
        }}
      />
      {note && (
        <ul id="mention-names" role="listbox" aria-label={t("tickets.composer.mention")} className={styles.names} hidden={names.length === 0}>
          {names.map((each, place) => (
            <li
              key={each.id}
              id={`mention-${each.id}`}
              role="option"
              aria-selected={place === at}
              onMouseDown={(event) => {
                event.preventDefault();
                mention(each);
              }}
            >
              {each.name}
            </li>
          ))}
        </ul>
      )}
      {told.length > 0 && <p className="dim small">{t("tickets.composer.mentions", { names: told.map((each) => each.name).join(", ") })}</p>}
    </div>
  );
}
