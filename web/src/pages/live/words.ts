import type { TFunction } from "i18next";
import { clock } from "../../lib/time";

/** A share between 0 and 1 as whole per cent; a dash when there is none yet. */
export function percentText(t: TFunction, share: number | null): string {
  return share === null ? t("common.none") : t("live.percent", { percent: Math.round(share * 100) });
}

/** Whole seconds below two minutes, as a clock above; a dash when there is none yet. */
export function speedText(t: TFunction, seconds: number | null): string {
  if (seconds === null) return t("common.none");
  const whole = Math.round(seconds);
  if (whole < 120) return t("live.seconds", { seconds: whole });
  return t("live.minutes", { time: clock(whole) });
}
