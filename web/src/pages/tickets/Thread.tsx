import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconArrowFork, IconCircleOff, IconExternalLink, IconEyeOff, IconMessages, IconRobot, IconUser, IconUsers, IconWorld, type Icon } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "../../components/Loading";
import { Mark, type Tone } from "../../components/Mark";
import { NotLoaded } from "../../components/NotLoaded";
import { Empty } from "../../components/Sentence";
import { Ago } from "../../components/Times";
import { useMessages, useSides } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import type { Message } from "../../lib/tickets/types";
import { SplitDialog } from "./Acts";
import { useHere } from "./context";
import { EndSide } from "./EndSide";
import { MessageFiles } from "./MessageFiles";
import { isGone, useSideWords } from "./SideFields";
import ticketStyles from "./ticket.module.css";
import styles from "./thread.module.css";

type Sort = "customer" | "public" | "note" | "side" | "partner" | "rule";
const SORT: Record<Sort, { icon: Icon; tone: Tone }> = {
  customer: { icon: IconUser, tone: "blue" },
  public: { icon: IconWorld, tone: "green" },
  note: { icon: IconEyeOff, tone: "amber" },
  side: { icon: IconUsers, tone: "violet" },
  partner: { icon: IconExternalLink, tone: "blue" },
  rule: { icon: IconRobot, tone: "grey" },
};

function sortOf(message: Message): Sort {
  if (message.author === "partner") return "partner";
  if (message.kind !== "public") return message.kind;
  if (message.author === "customer") return "customer";
  return message.author === "rule" || message.author === "system" ? "rule" : "public";
}

/** Of more messages than these the last ones are shown first. */
const LONG = 5;

/** A message, or a side conversation with all of its messages where the first of them stands. */
type Part = { message: Message } | { side: string; messages: Message[] };

function partsOf(messages: readonly Message[]): Part[] {
  const sides = new Map<string, Message[]>();
  const parts: Part[] = [];
  for (const message of messages) {
    const held = message.side_id === null ? undefined : sides.get(message.side_id);
    if (message.side_id === null) parts.push({ message });
    else if (held) held.push(message);
    else {
      const begun = [message];
      sides.set(message.side_id, begun);
      parts.push({ side: message.side_id, messages: begun });
    }
  }
  return parts;
}

/** `onSide`: somebody wants to go on in a side conversation. */
export function Thread({ onSide }: { onSide: (side: string) => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { ticket } = useHere();
  const messages = useMessages(ticket.id);
  const end = useRef<HTMLDivElement>(null);
  const last = messages.data?.at(-1)?.id;
  const seen = useRef<number | undefined>(undefined);
  const long = (messages.data?.length ?? 0) > LONG;
  useEffect(() => {
    // What comes in while somebody reads moves nothing; what is there at first is read from its end.
    if (last !== undefined && seen.current === undefined && long) end.current?.scrollIntoView({ block: "nearest" });
    seen.current = last;
  }, [last, long]);
  if (messages.isPending)
    return <Loading bars={[90, 70]} />;
  return (
    <section className="stack" aria-label={t("tickets.page.thread")}>
      {messages.error && (
        <NotLoaded query={messages}>{t("tickets.oneFailed", { detail: problemText(messages.error) })}</NotLoaded>
      )}
      {messages.data?.length === 0 && (
        <Empty icon={<IconMessages size={32} stroke={1.5} aria-hidden />} title={t("tickets.page.noThread")}>
          <p>{t("tickets.page.noThreadText")}</p>
        </Empty>
      )}
      <ol className={styles.thread}>
        {partsOf(messages.data ?? []).map((part) =>
          "side" in part ? <Aside key={part.side} id={part.side} messages={part.messages} onGoOn={() => onSide(part.side)} /> : <One key={part.message.id} message={part.message} />,
        )}
      </ol>
      <div ref={end} />
    </section>
  );
}

/** A side conversation stands apart, with its own subject. */
function Aside({ id, messages, onGoOn }: { id: string; messages: readonly Message[]; onGoOn: () => void }) {
  const { t } = useTranslation();
  const { ticket, works } = useHere();
  const words = useSideWords();
  const side = useSides(ticket.id).data?.items.find((each) => each.id === id);
  return (
    <li className={styles.aside}>
      <div className={styles.asideHead}>
        <IconUsers size={16} aria-hidden />
        <span className={styles.asideAbout}>
          <strong>{t("tickets.side.title", { subject: side?.subject ?? "…" })}</strong>{" "}
          <span className="dim small">
            {side && t("tickets.side.about", { who: words(side) })} · {t("tickets.side.messages", { count: messages.length })}
          </span>
        </span>
        {side?.ended_at && (
          <Mark icon={IconCircleOff} tone="grey">
            {t("tickets.side.ended")}
          </Mark>
        )}
        {works && side && !isGone(side) && (
          <>
            {side.team === null && side.ended_at === null && <EndSide side={side} />}
            <Button size="compact-xs" variant="default" onClick={onGoOn}>
              {t("tickets.side.goOn")}
            </Button>
          </>
        )}
      </div>
      <ol className={styles.thread}>
        {messages.map((message) => (
          <One key={message.id} message={message} />
        ))}
      </ol>
    </li>
  );
}

function One({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { ticket, merges, works } = useHere();
  const [split, setSplit] = useState(false);
  const sort = sortOf(message);
  const { icon, tone } = SORT[sort];
  const name = message.author_name || (message.author === "customer" ? (ticket.requester?.name ?? t("tickets.history.customer")) : t("tickets.message.unnamed"));
  return (
    <li className={styles.message} data-sort={sort}>
      <div className="row wrap">
        <strong>{name}</strong>
        <Mark icon={icon} tone={tone}>
          {t(`tickets.message.${sort}`)}
        </Mark>
        <span className="grow" />
        <span className="dim small">
          <Ago at={message.at} />
        </span>
        {merges && works && (
          <Tooltip label={t("tickets.message.split")}>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("tickets.message.split")} onClick={() => setSplit(true)}>
              <IconArrowFork size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      <div className={ticketStyles.text}>{message.text}</div>
      {message.attachments.length > 0 && <MessageFiles files={message.attachments} />}
      {split && <SplitDialog message={message} onClose={() => setSplit(false)} />}
    </li>
  );
}
