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
  return useCallback((caller) => caller.name ?? (caller.address || t("common.unknownCaller")), [t]);
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
