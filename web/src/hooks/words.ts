import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Problem } from "../lib/api";
import type { Party, Presence } from "../lib/contract";

/** Any failure as a sentence. */
export function useProblemText(): (problem: Problem | Error) => string {
  const { t } = useTranslation();
  return useCallback(
    (problem) => {
      const { status, type, title, detail } = problem as Partial<Problem>;
      if (status === 0) return type === "no-answer" ? t("error.noAnswer") : t("error.unreachable");
      return detail ?? title ?? t("error.unexpected");
    },
    [t],
  );
}

export function useCallerName(): (caller: Party) => string {
  const { t } = useTranslation();
  return useCallback((caller) => caller.name ?? (withheld(caller) ? t("common.unknownCaller") : caller.address), [t]);
}

/** What kind of contact it is, and for a call who called. */
export function useChannelName(): (contact: { channel: string; direction: string }) => string {
  const { t } = useTranslation();
  return useCallback(
    ({ channel, direction }) => {
      if (channel === "callback" || channel === "voicemail") return t(`owed.${channel}`);
      if (channel === "message") return t("interaction.messageIn");
      return t(direction === "out" ? "interaction.voiceOut" : "interaction.voiceIn");
    },
    [t],
  );
}

/** What telephone networks put in place of a number that is not shown. */
const WITHHELD = new Set(["", "anonymous", "unknown", "unavailable"]);

export function withheld(caller: Party): boolean {
  return WITHHELD.has(caller.address.toLowerCase());
}

/** A presence in words, with the reason of a pause. */
export function usePresenceText(): (presence: Presence, reason: string | null) => string {
  const { t } = useTranslation();
  return useCallback(
    (presence, reason) =>
      presence === "paused" && reason ? t("state.pausedFor", { reason }) : t(`state.${presence}`),
    [t],
  );
}

/** The viewer's own way to write times and numbers, as long as it is of the page's language. */
export function useLocale(): string {
  const { i18n } = useTranslation();
  return navigator.languages.find((tag) => tag.split("-")[0] === i18n.language.split("-")[0]) ?? i18n.language;
}
