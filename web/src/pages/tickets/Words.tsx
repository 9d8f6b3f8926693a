import { Textarea, VisuallyHidden } from "@mantine/core";
import { useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useReplies } from "../../hooks/ticket-automation";
import { useChoices } from "../../hooks/tickets";
import { searched } from "../../lib/tickets/automation";
import { mentionAt, replyAt, withMention, type ReplyDraft, type Typed } from "../../lib/tickets/draft";
import styles from "./ticket.module.css";

export type BoxRef = React.RefObject<HTMLTextAreaElement | null>;

interface WordsProps {
  box: BoxRef;
  draft: ReplyDraft;
  error: string | undefined;
  onChange: (part: Partial<ReplyDraft>) => void;
  onLeft: () => void;
  onSend: () => void;
  onFiles: (files: File[]) => void;
  /** A ready answer was chosen in place of what stands from one place to another. */
  onReply: (reply: string, from: number, to: number) => void;
}

type Open = Typed & { sign: "@" | "/" };
const MOST = 6;

/** Colleagues' names after an @, ready answers after a /. */
function useOffers(open: Open | null) {
  const people = useChoices().data?.assignees ?? [];
  const replies = useReplies().data ?? [];
  if (open === null) return { people, offers: [] };
  const found = open.sign === "@" ? people.filter((each) => each.name.toLowerCase().includes(open.word.toLowerCase())) : searched(replies, open.word);
  return { people, offers: found.slice(0, MOST).map(({ id, name }) => ({ id, name })) };
}

/** Puts the cursor where the text goes on, once it stands there. */
export function putCursor(box: BoxRef, cursor: number): void {
  setTimeout(() => {
    box.current?.focus();
    box.current?.setSelectionRange(cursor, cursor);
  }, 0);
}

/** The text, with names offered after an @ and ready answers after a /. */
export function Words({ box, draft, error, onChange, onLeft, onSend, onFiles, onReply }: WordsProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Open | null>(null);
  const [at, setAt] = useState(0);
  const { people, offers } = useOffers(open);
  const note = draft.kind === "note";
  const choose = (offer: { id: string; name: string }) => {
    const area = box.current;
    if (!area || !open) return;
    setOpen(null);
    if (open.sign === "/") {
      onReply(offer.id, open.at, area.selectionStart);
      return;
    }
    const next = withMention(draft.text, open, area.selectionStart, offer.name);
    onChange({ text: next.text, mentions: [...new Set([...draft.mentions, offer.id])] });
    putCursor(box, next.cursor);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSend();
      return;
    }
    if (offers.length === 0) return;
    const chosen = offers[at];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setAt((at + (event.key === "ArrowDown" ? 1 : offers.length - 1)) % offers.length);
    } else if ((event.key === "Enter" || event.key === "Tab") && chosen) {
      event.preventDefault();
      choose(chosen);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      setOpen(null);
    }
  };
  const told = people.filter((each) => draft.mentions.includes(each.id) && draft.text.includes(`@${each.name}`));
  const word = t(`tickets.composer.${draft.kind}`);
  return (
    <div style={{ position: "relative" }}>
      <Textarea
        ref={box}
        autosize
        minRows={3}
        maxRows={16}
        aria-label={word}
        placeholder={t(`tickets.composer.${draft.kind}Placeholder`)}
        value={draft.text}
        error={error}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls="composer-offers"
        role={note ? "combobox" : undefined}
        aria-expanded={note ? offers.length > 0 : undefined}
        aria-activedescendant={offers[at] ? `offer-${offers[at].id}` : undefined}
        onChange={(event) => {
          const area = event.currentTarget;
          const text = area.value;
          const name = note ? mentionAt(text, area.selectionStart) : null;
          const reply = name ? null : replyAt(text, area.selectionStart);
          setOpen(name ? { ...name, sign: "@" } : reply ? { ...reply, sign: "/" } : null);
          setAt(0);
          onChange({ text, mentions: people.filter((each) => draft.mentions.includes(each.id) && text.includes(`@${each.name}`)).map((each) => each.id) });
        }}
        onPaste={(event) => {
          const files = [...event.clipboardData.files];
          if (files.length === 0) return;
          event.preventDefault();
          onFiles(files);
        }}
        onKeyDown={keys}
        onBlur={() => {
          setOpen(null);
          onLeft();
        }}
      />
      <ul id="composer-offers" role="listbox" aria-label={open?.sign === "@" ? t("tickets.composer.mention") : t("tickets.reply.title")} className={styles.names} hidden={offers.length === 0}>
        {offers.map((each, place) => (
          <li
            key={each.id}
            id={`offer-${each.id}`}
            role="option"
            aria-selected={place === at}
            onMouseDown={(event) => {
              event.preventDefault();
              choose(each);
            }}
          >
            {each.name}
          </li>
        ))}
      </ul>
      <VisuallyHidden role="status">{offers.length > 0 ? t("tickets.composer.offered", { count: offers.length, first: offers[at]?.name }) : ""}</VisuallyHidden>
      {told.length > 0 && <p className="dim small">{t("tickets.composer.mentions", { names: told.map((each) => each.name).join(", ") })}</p>}
    </div>
  );
}
