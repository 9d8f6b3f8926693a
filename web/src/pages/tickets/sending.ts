import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAsk, useSay } from "../../hooks/tickets";
import { useHolding, type Held, type Uploads } from "../../hooks/uploads";
import { Problem } from "../../lib/api";
import { OnceKeys } from "../../lib/once";
import type { ChildrenChoice } from "../../lib/tickets/children";
import type { ReplyDraft } from "../../lib/tickets/draft";
import type { Attachment } from "../../lib/tickets/types";
import { useHere } from "./context";
import { useSideCheck, type SideWrong } from "./SideFields";

interface How {
  /** The state that the ticket comes to in the same step. */
  state: string | undefined;
  /** What becomes then of open tickets below it. */
  children: ChildrenChoice | undefined;
}

export interface Sending extends Held {
  busy: boolean;
  error: Error | null;
  /** Which attachment the server refused, and why. */
  refused: { place: number; why: string } | null;
  /** What is missing before it can be sent. */
  missing: string | null;
  sideWrong: SideWrong;
  /** Once its files are there. False: not sent, something is missing in the text. */
  send: (how: How) => boolean;
  /** Something else is to be sent now. */
  changed: () => void;
}

function refusedFile(error: Error | null): Sending["refused"] {
  const field = error instanceof Problem && typeof error.extra.field === "string" ? error.extra.field : "";
  const place = /^attachments\.(\d+)$/.exec(field)?.[1];
  return place === undefined ? null : { place: Number(place), why: (error as Problem).detail.replace(/^attachments\.\d+: /, "") };
}

/** Sends a draft where its kind belongs, the same one once however often it is tried; `done`: with the side conversation. */
export function useSending(draft: ReplyDraft, uploads: Uploads<Attachment>, done: (sent: ReplyDraft, side: string | null) => void): Sending {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const [missing, setMissing] = useState<string | null>(null);
  const [sideWrong, setSideWrong] = useState<SideWrong>({});
  const [keys] = useState(() => new OnceKeys());
  const said = useSay(ticket.id);
  const asked = useAsk(ticket.id);
  const checkSide = useSideCheck();
  const { kind, text, mentions, fresh, side } = draft;
  const way = kind === "side" ? asked : said;
  const out = ({ state, children }: How) => {
    const attachments = draft.attachments.map((file) => file.id);
    const key = keys.of([kind, text, mentions, attachments, side, fresh]);
    const sent = (into: string | null) => {
      keys.done();
      done(draft, into);
    };
    if (kind === "side") {
      const begun = { subject: fresh.subject.trim(), email: fresh.team === null ? fresh.email.trim() : null, team: fresh.team };
      asked.mutate({ side: side ?? begun, text, attachments, key }, { onSuccess: sent });
    } else said.mutate({ kind, text, mentions, attachments, key, ...(state ? { change: { state, seen: ticket.sequence, ...(children ? { children } : {}) } } : {}) }, { onSuccess: () => sent(side) });
  };
  const files = draft.attachments.length + uploads.sending.length;
  const content = JSON.stringify([kind, text, mentions, side, fresh, files]);
  const { held, unsent, send: hold } = useHolding({ content, empty: text.trim() === "" && files === 0, busy: uploads.busy, failed: uploads.failed }, out);
  const send = (how: How): boolean => {
    if (way.isPending) return true;
    const lack = text.trim() === "" ? t("tickets.composer.empty") : null;
    const wrong = kind === "side" ? checkSide(draft) : {};
    setMissing(lack);
    setSideWrong(wrong);
    if (lack === null && Object.keys(wrong).length === 0) hold(how);
    return lack === null;
  };
  const changed = () => {
    setMissing(null);
    setSideWrong({});
    if (way.isError) way.reset();
  };
  return { busy: way.isPending, error: way.error, refused: refusedFile(way.error), missing, sideWrong, held, unsent, send, changed };
}
