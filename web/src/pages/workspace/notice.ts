import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCallerName } from "../../hooks/words";
import type { OfferRow } from "../../lib/contract";
import { kept } from "../../lib/store";

const ASKED = "cc-notices-asked";

function permission(): NotificationPermission | "unsupported" {
  return "Notification" in window ? Notification.permission : "unsupported";
}

/** Whether to ask for browser notices, and the two answers. Asked once, in the page, before the browser asks. */
export function useAskForNotices() {
  const [asked, setAsked] = useState(() => permission() !== "default" || kept.get(ASKED) !== null);
  const answer = (yes: boolean) => {
    kept.set(ASKED, "yes");
    setAsked(true);
    if (yes) void Notification.requestPermission();
  };
  return { ask: !asked, answer };
}

/** A browser notice for an offer that rings while another window is in front. */
export function useOfferNotice(offers: readonly OfferRow[]): void {
  const { t } = useTranslation();
  const name = useCallerName();
  const offer = offers[0];
  const id = offer?.id;
  const ticket = offer?.ticket?.subject ?? null;
  const who = offer ? (ticket ?? name(offer.caller)) : "";
  const queue = offer?.queue.name ?? "";
  useEffect(() => {
    if (!id || document.hasFocus() || permission() !== "granted") return;
    const notice = new Notification(t(ticket === null ? "offer.notifyTitle" : "ticketOffer.notifyTitle", { name: who }), {
      body: t("offer.notifyBody", { queue }),
      tag: id,
      requireInteraction: true,
    });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
    return () => notice.close();
  }, [id, who, ticket, queue, t]);
}
