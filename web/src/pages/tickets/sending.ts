import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAsk, useSay } from "../../hooks/tickets";
import { Problem } from "../../lib/api";
import { newId } from "../../lib/ids";
import type { ChildrenChoice } from "../../lib/tickets/children";
import type { ReplyDraft } from "../../lib/tickets/draft";
import { useHere } from "./context";
import { useSideCheck, type SideWrong } from "./SideFields";

interface How {
  /** Files are still on their way. */
  uploading: boolean;
  /** The state that the ticket comes to in the same step. */
  state: string | undefined;
  /** What becomes then of open tickets below it. */
  children: ChildrenChoice | undefined;
  /** It is sent; with the side conversation it belongs to. */
  done: (side: string | null) => void;
}

export interface Sending {
  busy: boolean;
  error: Error | null;
  /** Which attachment the server refused, and why. */
  refused: { place: number; why: string } | null;
  /** What is missing before it can be sent. */
  missing: string | null;
  sideWrong: SideWrong;
  /** False: not sent, something is missing in the text. */
  send: (draft: ReplyDraft, how: How) => boolean;
  /** Something else is to be sent now. */
  changed: () => void;
}

function refusedFile(error: Error | null): Sending["refused"] {
  const field = error instanceof Problem && typeof error.extra.field === "string" ? error.extra.field : "";
  const place = /^attachments\.(\d+)$/.exec(field)?.[1];
  return place === undefined ? null : { place: Number(place), why: (error as Problem).detail.replace(/^attachments\.\d+: /, "") };
}

/** Sends a draft where its kind belongs, the same one once however often it is tried. */
export function useSending(kind: ReplyDraft["kind"]): Sending {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const [missing, setMissing] = useState<string | null>(null);
  const [sideWrong, setSideWrong] = useState<SideWrong>({});
  const key = useRef(newId());
  const said = useSay(ticket.id);
  const asked = useAsk(ticket.id);
  const checkSide = useSideCheck();
  const way = kind === "side" ? asked : said;
  const lackOf = ({ text }: ReplyDraft, uploading: boolean): string | null => {
    if (uploading) return t("tickets.files.wait");
    return text.trim() === "" ? t("tickets.composer.empty") : null;
  };
  const send = (draft: ReplyDraft, { uploading, state, children, done }: How): boolean => {
    if (way.isPending) return true;
    const lack = lackOf(draft, uploading);
    const wrong = kind === "side" ? checkSide(draft) : {};
    setMissing(lack);
    setSideWrong(wrong);
    if (lack !== null || Object.keys(wrong).length > 0) return lack === null;
    const sent = (into: string | null) => {
      key.current = newId();
      done(into);
    };
    const { text, mentions, fresh, side } = draft;
    const attachments = draft.attachments.map((file) => file.id);
    if (kind === "side") {
      const begun = { subject: fresh.subject.trim(), email: fresh.team === null ? fresh.email.trim() : null, team: fresh.team };
      asked.mutate({ side: side ?? begun, text, attachments, key: key.current }, { onSuccess: sent });
    } else said.mutate({ kind, text, mentions, attachments, key: key.current, ...(state ? { change: { state, seen: ticket.sequence, ...(children ? { children } : {}) } } : {}) }, { onSuccess: () => sent(side) });
    return true;
  };
  const changed = () => {
    setMissing(null);
    setSideWrong({});
    // Something else to be sent is another message.
    if (!way.isError) return;
    key.current = newId();
    way.reset();
  };
  return { busy: way.isPending, error: way.error, refused: refusedFile(way.error), missing, sideWrong, send, changed };
}
