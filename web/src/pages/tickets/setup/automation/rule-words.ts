import { useTranslation } from "react-i18next";
import { useSetUpRows } from "../../../../hooks/ticket-setup";
import { useLocale } from "../../../../hooks/words";
import { EVENTS, type Became, type Rule, type RuleBody } from "../../../../lib/tickets/automation";
import { useValueWords } from "./action-words";

/** What has happened, as the log names it. */
export function useEventWords(): (event: string) => string {
  const { t } = useTranslation();
  return (event) => {
    const known = EVENTS.find((each) => each === event);
    if (known) return t(`ticketAutomation.event.${known}`);
    return event === "timer" ? t("ticketAutomation.event.timer") : t("ticketAutomation.event.other", { event });
  };
}

/** When a rule is asked, in a few words. */
export function useRuleWords(): { when: (rule: RuleBody) => string; about: (rule: Rule) => string; became: (each: Became) => string } {
  const { t } = useTranslation();
  const locale = useLocale();
  const words = useValueWords();
  const states = useSetUpRows().data?.states;
  const list = (parts: string[]) => new Intl.ListFormat(locale, { type: "disjunction" }).format(parts);
  const when = (rule: RuleBody) => {
    if (!rule.timer) return rule.events.map((event) => t(`ticketAutomation.event.${event}`)).join(", ");
    const { since, hours } = rule.timer;
    const told = rule.timer.states.map((id) => states?.find((each) => each.id === id)?.name ?? id);
    return t(`ticketAutomation.sinceWords.${since}`, { hours: Number.isNaN(hours) ? "…" : hours, states: list(told) });
  };
  const became = ({ field, before, after }: Became) => {
    const told = { field: words.field(field), before: words.value(field, before), after: words.value(field, after) };
    if (told.before && told.after) return t("ticketAutomation.rules.becameFromTo", told);
    if (told.after) return t("ticketAutomation.rules.becameTo", told);
    return told.before ? t("ticketAutomation.rules.becameFrom", told) : t("ticketAutomation.rules.becameWords", told);
  };
  const about = (rule: Rule) => {
    const count = rule.conditions.all.length + rule.conditions.any.length;
    return [
      when(rule),
      count > 0 ? t("ticketAutomation.rules.conditionCount", { count }) : t("ticketAutomation.rules.everyTicket"),
      t("ticketAutomation.rules.actions", { count: rule.actions.length }),
    ].join(" · ");
  };
  return { when, about, became };
}
