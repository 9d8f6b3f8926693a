import { useTranslation } from "react-i18next";
import { useTicketSetUp } from "../../../hooks/tickets";
import { useLocale } from "../../../hooks/words";
import { BYS, type Asked, type Group, type Period } from "../../../lib/tickets/figures";
import { CHANNELS, PRIORITIES, type Priority, type TicketChannel } from "../../../lib/tickets/types";
import { useSpan } from "../parts";

export interface Choice {
  value: string;
  label: string;
}

/** What groups can be made by: fields of tickets, and custom ones in which one thing is chosen. */
export function useBys(): Choice[] {
  const { t } = useTranslation();
  const own = useTicketSetUp().data?.fields.filter((field) => field.type === "choice") ?? [];
  return [...BYS.map((value) => ({ value, label: t(`tickets.field.${value}`) })), ...own.map(({ id, name }) => ({ value: `fields.${id}`, label: name }))];
}

export function useGroupName(by: string): (group: Group) => string {
  const { t } = useTranslation();
  return ({ key, name }) => {
    if (key === "") return t("ticketFigures.nothing");
    if (by === "priority" && PRIORITIES.includes(key as Priority)) return t(`tickets.priorityOf.${key as Priority}`);
    if (by === "channel" && CHANNELS.includes(key as TicketChannel)) return t(`tickets.channelOf.${key as TicketChannel}`);
    return name || key;
  };
}

/** Days as they are called: "3 Mar", "2–8 Mar", "March 2026". */
export function usePeriodName(asked: Pick<Asked, "per">): (period: Pick<Period, "first" | "last">) => string {
  const locale = useLocale();
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  const month = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" });
  return ({ first, last }) => {
    if (asked.per === "month") return month.format(new Date(first));
    return first === last ? day.format(new Date(first)) : day.formatRange(new Date(first), new Date(last));
  };
}

/** Numbers, shares and times in words; nothing for none. */
export function useTold() {
  const { t } = useTranslation();
  const locale = useLocale();
  const span = useSpan();
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat(locale);
  return {
    count: (value: number) => whole.format(value),
    share: (value: number | null) => (value === null ? t("common.none") : percent.format(value)),
    time: (seconds: number | null) => (seconds === null ? t("common.none") : seconds < 60 ? t("ticketFigures.less") : span(seconds)),
  };
}
