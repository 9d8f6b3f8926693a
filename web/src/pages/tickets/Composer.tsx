import { Button, Loader, Menu, SegmentedControl } from "@mantine/core";
import { IconChevronDown, IconEyeOff, IconMessageBolt, IconSend, IconUsers, IconWand, IconWorld } from "@tabler/icons-react";
import { useEffect, useRef, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { useUnload } from "../../hooks/draft";
import { useMe } from "../../hooks/session";
import { filledReply, useMacros, useReplies } from "../../hooks/ticket-automation";
import { useSides, useTicketSetUp, type Company } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import { notSent } from "../../lib/holding";
import { openBelow, type ChildrenChoice } from "../../lib/tickets/children";
import type { MessageKind } from "../../lib/tickets/types";
import { NO_SIDE, readDraft, withWords, writeDraft, type ReplyDraft } from "../../lib/tickets/draft";
import { AttachButton, ComposerFiles, HeldBack, useAttachments } from "./ComposerFiles";
import { useHere } from "./context";
import { MacroPanel } from "./MacroPanel";
import { OpenBelow } from "./OpenBelow";
import { StateMark } from "./parts";
import { Pick } from "./Pick";
import { useSending } from "./sending";
import { reachable, SideFields } from "./SideFields";
import styles from "./composer.module.css";
import { putCursor, Words } from "./Words";

/** A key that was pressed: what is to be written; `at` grows with each press. */
export interface Opening {
  kind: MessageKind;
  at: number;
  /** The side conversation to go on with. */
  side?: string;
}

interface ComposerProps {
  company: Company;
  opening: Opening | null;
}

export function Composer(props: ComposerProps) {
  const { t } = useTranslation();
  const { ticket, works } = useHere();
  if (!works) return <p className="dim">{ticket.merged_into ? "" : t("tickets.composer.readOnly")}</p>;
  return <Open {...props} />;
}

/** Writes to the customer or to colleagues; what is typed stays on this machine until it is sent. */
function Open({ company, opening }: ComposerProps) {
  const { t } = useTranslation();
  const me = useMe();
  const { ticket } = useHere();
  const problemText = useProblemText();
  const sides = useSides(ticket.id).data;
  const [typed, setDraft] = useState<ReplyDraft>(() => readDraft(me.id, ticket.id));
  const draft = reachable(typed, sides?.mail);
  const [over, setOver] = useState(0);
  const here = useRef<HTMLElement>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  const uploads = useAttachments((file) => setDraft((before) => ({ ...before, attachments: [...before.attachments, file] })));
  const sending = useSending(draft, uploads, (sent, side) => {
    company.stopped();
    setDraft((before) => ({ ...left(before, sent), side, fresh: side === null ? before.fresh : NO_SIDE }));
    // It may have waited for its files while other work went on.
    if (document.activeElement === document.body || here.current?.contains(document.activeElement)) box.current?.focus();
  });
  const change: Change = (part) => {
    setDraft((before) => ({ ...before, ...(typeof part === "function" ? part(before) : part) }));
    sending.changed();
  };
  useEffect(() => writeDraft(me.id, ticket.id, typed), [me.id, ticket.id, typed]);
  useUnload(sending.held);
  const [state, setState] = useState<string>();
  const send = (to?: string, children?: ChildrenChoice) => {
    setState(to);
    if (!sending.send({ state: to, children })) box.current?.focus();
  };
  const [taken, setTaken] = useState<Opening | null>(null);
  if (opening !== taken) {
    setTaken(opening);
    if (opening) setDraft({ ...typed, kind: opening.kind, ...(opening.side === undefined ? {} : { side: opening.side }) });
  }
  useEffect(() => {
    if (opening) box.current?.focus();
  }, [opening]);
  const replies = useInsertion(draft, change, box);
  const note = draft.kind === "note";
  const aside = draft.kind === "side";
  const dropped = (event: DragEvent) => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    setOver(0);
    uploads.take([...event.dataTransfer.files]);
  };
  return (
    <section
      ref={here}
      className={styles.composer}
      data-kind={draft.kind}
      data-over={over > 0}
      aria-label={t("tickets.composer.label")}
      onDragEnter={(event) => setOver((depth) => (event.dataTransfer.types.includes("Files") ? depth + 1 : depth))}
      onDragLeave={() => setOver((depth) => Math.max(0, depth - 1))}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes("Files")) event.preventDefault();
      }}
      onDrop={dropped}
    >
      <Head draft={draft} onKind={(kind) => change({ kind })} />
      {aside && <SideFields draft={draft} wrong={sending.sideWrong} onChange={change} />}
      <Words
        box={box}
        draft={draft}
        error={sending.missing ?? undefined}
        onChange={(part) => {
          change(part);
          company.typing();
        }}
        onLeft={company.stopped}
        onSend={() => send()}
        onFiles={uploads.take}
        onReply={replies.insert}
      />
      <ComposerFiles
        files={draft.attachments}
        uploads={uploads}
        refused={sending.refused}
        onRemove={(file) => {
          change((before) => ({ attachments: before.attachments.filter((each) => each.id !== file.id) }));
          uploads.forget(file);
        }}
      />
      <HeldBack held={sending.held} unsent={sending.unsent} />
      <OpenBelow error={sending.error} busy={sending.busy} onChoose={(children) => send(state, children)} onClose={sending.changed} />
      {sending.error && !openBelow(sending.error) && <Sentence tone="red">{t("tickets.composer.notSent", { detail: sending.refused?.why ?? problemText(sending.error) })}</Sentence>}
      {replies.error && <Sentence tone="red">{t("tickets.reply.failed", { detail: problemText(replies.error) })}</Sentence>}
      <Tools
        tools={<AttachButton onFiles={uploads.take} disabled={sending.busy} />}
        replies={replies}
        onReply={(reply) => {
          const area = box.current;
          replies.insert(reply, area?.selectionStart ?? draft.text.length, area?.selectionEnd ?? draft.text.length);
        }}
        kept={draft.text.trim() !== "" || draft.attachments.length > 0}
      >
        {!aside && <SendAnd note={note} busy={sending.busy || sending.held} onSend={(to) => send(to)} />}
        <Button
          loading={sending.busy}
          leftSection={sending.held ? <Loader size={16} color="currentColor" aria-hidden /> : <IconSend size={16} aria-hidden />}
          // Not disabled: that would take the focus away for as long as it waits.
          aria-disabled={sending.held}
          aria-busy={sending.held}
          onClick={() => send()}
        >
          {t(aside ? "tickets.composer.sendSide" : note ? "tickets.composer.sendNote" : "tickets.composer.send")}
        </Button>
      </Tools>
    </section>
  );
}

/** What was typed and attached while the message was on its way. */
function left(now: ReplyDraft, sent: ReplyDraft): ReplyDraft {
  const attachments = now.attachments.filter((file) => !sent.attachments.some((each) => each.id === file.id));
  return { ...now, text: notSent(now.text, sent.text), mentions: now.mentions.filter((id) => !sent.mentions.includes(id)), attachments };
}

function Head({ draft, onKind }: { draft: ReplyDraft; onKind: (kind: ReplyDraft["kind"]) => void }) {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const hint = draft.kind !== "public" ? t(`tickets.composer.${draft.kind}Hint`) : ticket.requester ? t("tickets.composer.publicHint") : t("tickets.composer.noRequester");
  return (
    <div className="row wrap">
      <SegmentedControl
        size="xs"
        aria-label={t("tickets.composer.label")}
        value={draft.kind}
        onChange={(kind) => onKind(kind)}
        data={[
          { value: "public", label: <KindWord icon={<IconWorld size={14} aria-hidden />} word={t("tickets.composer.public")} /> },
          { value: "note", label: <KindWord icon={<IconEyeOff size={14} aria-hidden />} word={t("tickets.composer.note")} /> },
          { value: "side", label: <KindWord icon={<IconUsers size={14} aria-hidden />} word={t("tickets.composer.sideTab")} /> },
        ]}
      />
      <span className={`dim small ${styles.hint ?? ""}`}>{hint}</span>
    </div>
  );
}

function KindWord({ icon, word }: { icon: React.ReactNode; word: string }) {
  return (
    <span className={`row ${styles.kind ?? ""}`} style={{ gap: 4 }}>
      {icon}
      {word}
    </span>
  );
}

type Change = (part: Partial<ReplyDraft> | ((before: ReplyDraft) => Partial<ReplyDraft>)) => void;

interface Insertion {
  busy: boolean;
  error: Error | null;
  insert: (reply: string, from: number, to: number) => void;
}

/** Puts a ready answer, filled in for this ticket, where it is wanted. */
function useInsertion(draft: ReplyDraft, change: Change, box: React.RefObject<HTMLTextAreaElement | null>): Insertion {
  const { ticket } = useHere();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const insert = async (reply: string, from: number, to: number) => {
    const meant = draft.text;
    setBusy(true);
    setError(null);
    try {
      const words = await filledReply(ticket.id, reply);
      // Who goes on typing meanwhile has it put behind what was typed.
      const now = box.current?.value ?? meant;
      const next = now === meant ? withWords(now, from, to, words) : withWords(now, now.length, now.length, words);
      change({ text: next.text });
      putCursor(box, next.cursor);
    } catch (failure) {
      setError(failure as Error);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, insert: (reply, from, to) => void insert(reply, from, to) };
}

interface ToolsProps {
  tools: React.ReactNode;
  replies: Insertion;
  onReply: (reply: string) => void;
  kept: boolean;
  children: React.ReactNode;
}

/** What helps to write, below the text; sending stands at its end. */
function Tools({ tools, replies, onReply, kept, children }: ToolsProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [macro, setMacro] = useState<string | null>(null);
  const [applied, setApplied] = useState("");
  const macros = useMacros();
  const answers = useReplies();
  const chosen = macros.data?.find((each) => each.id === macro);
  return (
    <>
      {chosen && (
        <MacroPanel
          key={chosen.id}
          macro={chosen}
          onClose={() => setMacro(null)}
          onDone={(name) => {
            setMacro(null);
            setApplied(t("tickets.macro.applied", { name }));
          }}
        />
      )}
      <div className={styles.tools}>
        {tools}
        <Pick
          word={t("tickets.macro.title")}
          icon={<IconWand size={14} aria-hidden />}
          rows={macros.data?.map((each) => ({ ...each, about: each.description }))}
          failed={macros.error && problemText(macros.error)}
          search={t("tickets.macro.search")}
          empty={t("tickets.macro.none")}
          manage={{ to: "/tickets/macros", word: t("tickets.macro.manage") }}
          onPick={(id) => {
            setApplied("");
            setMacro(id);
          }}
        />
        <Pick
          word={t("tickets.reply.title")}
          icon={<IconMessageBolt size={14} aria-hidden />}
          rows={answers.data?.map((each) => ({ ...each, about: each.language }))}
          failed={answers.error && problemText(answers.error)}
          search={t("tickets.reply.search")}
          empty={t("tickets.reply.none")}
          manage={{ to: "/tickets/replies", word: t("tickets.reply.manage") }}
          busy={replies.busy}
          onPick={onReply}
        />
        <span className={`dim small ${styles.state ?? ""}`} role="status">
          {kept ? t("tickets.composer.draft") : applied}
        </span>
        <span className={styles.sending}>{children}</span>
      </div>
    </>
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
