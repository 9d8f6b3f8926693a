import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLocale } from "../../hooks/words";
import { clock, serverNow } from "../../lib/time";
import type { Difference, Metric } from "../../lib/whatif/compare";

const DAY_MS = 86_400_000;

function dayOf(moment: number): string {
  const date = new Date(moment);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

export const today = (): string => dayOf(serverNow());
export const yesterday = (): string => dayOf(serverNow() - DAY_MS);

/** "Fri 20 Nov 2026"; what is no date is left as it is. */
export function dayText(day: string, locale: string): string {
  const date = new Date(`${day}T12:00:00`);
  if (Number.isNaN(date.getTime())) return day;
  return date.toLocaleDateString(locale, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
}

export interface Figure {
  value: (metric: Metric, value: number | null) => string;
  difference: (metric: Metric, found: Difference) => string;
}

/** Figures as people read them: shares in per cent, waits as 7.4 s or 2:05. */
export function useFigure(): Figure {
  const { t } = useTranslation();
  const locale = useLocale();
  return useMemo(() => {
    const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    const share = new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
    const fixed = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    const seconds = (value: number) => (value < 60 ? t("whatif.seconds", { value: tenths.format(value) }) : clock(Math.round(value)));
    const show = (kind: Metric["kind"], value: number) =>
      kind === "share" ? share.format(value) : kind === "time" ? seconds(value) : tenths.format(value);
    return {
      value: (metric, value) => (value === null ? t("common.none") : show(metric.kind, value)),
      difference: (metric, { by }) => {
        const sign = by > 0 ? "+" : by < 0 ? "−" : "±";
        const size = Math.abs(by);
        return sign + (metric.kind === "share" ? t("whatif.points", { value: fixed.format(size * 100) }) : show(metric.kind, size));
      },
    };
  }, [t, locale]);
}
