import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useLocale } from "../../hooks/words";
import type { Summary } from "../../lib/explain";
import { timeOfDay } from "../../lib/time";

/** "45 s", "2 min 10 s", "1 h 5 min" */
export function useDuration(): (seconds: number) => string {
  const { t } = useTranslation();
  return useCallback(
    (seconds) => {
      const whole = Math.floor(seconds);
      const parts = [
        [Math.floor(whole / 3600), "hours"],
        [Math.floor((whole % 3600) / 60), "minutes"],
        [whole % 60, "seconds"],
      ] as const;
      const told = parts.filter(([value]) => value > 0).map(([value, unit]) => t(`why.${unit}`, { value }));
      return told.length > 0 ? told.slice(0, 2).join(" ") : t("why.seconds", { value: 0 });
    },
    [t],
  );
}

/** The whole story in one or two sentences. */
export function useSummary(): (summary: Summary) => string {
  const { t } = useTranslation();
  const locale = useLocale();
  const duration = useDuration();
  return useCallback(
    (told) => {
      const waited = t(`why.waited.${told.ending}`, { time: duration(told.waited) });
      const asks = told.asks ? ` ${told.asks}` : "";
      const at = told.freeAt ? timeOfDay(told.freeAt, locale, true) : "";
      const late = () => {
        if (told.freeAt === null) return t(told.cause === "nobody-fits" ? "why.cause.neverFits" : "why.cause.neverFree", { asks });
        const who = told.freeFor ?? t("event.someone");
        if (told.relaxed) return t("why.cause.relaxed", { asks, agent: who, at });
        return t(told.cause === "nobody-fits" ? "why.cause.fits" : "why.cause.free", { asks, agent: who, at });
      };
      const cause =
        told.cause === "unknown"
          ? t("why.cause.unknown")
          : told.cause === "nobody-fits" || told.cause === "nobody-free"
            ? late()
            : told.cause === "offers"
              ? t("why.cause.offers", { count: told.offers })
              : t("why.cause.atOnce", { agent: told.freeFor ?? t("event.someone") });
      const again = told.offers > 1 && told.cause !== "offers" ? ` ${t("why.rang", { count: told.offers })}` : "";
      const chosen =
        told.agent && told.choice > 1
          ? ` ${t("why.chosen", { agent: told.agent, count: told.choice })}`
          : told.agent && told.choice === 1
            ? ` ${t("why.only", { agent: told.agent })}`
            : "";
      return t("why.sentence", { waited, cause }) + again + chosen;
    },
    [t, locale, duration],
  );
}
