import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { may, useMe } from "../../hooks/session";
import { useChoices, useTicketSetUp } from "../../hooks/tickets";
import { useLocale } from "../../hooks/words";
import type { Named } from "../../lib/contract";
import { daysOf, endOf, TIMES, valuesOf } from "../../lib/tickets/list";
import { CHANNELS, CLOCK_KINDS, PRIORITIES, STATE_CLASSES, type Scalar, type Test } from "../../lib/tickets/types";

export interface Option {
  value: string;
  label: string;
}

/** `choice`: any of `options`; `days`: a moment, by days; `end`: the end of a day; `times`: how often at least; `text`: what
 * it contains; `customer`: one that is searched. */
export interface FilterField {
  field: string;
  label: string;
  kind: "choice" | "days" | "end" | "times" | "text" | "customer";
  options: Option[];
}

type Chosen = Omit<FilterField, "kind">;

/** In a choice: nobody, nothing. */
export const NOTHING = "\u0000";
export const ME = "me";

const named = (rows: readonly Named[] | undefined): Option[] => (rows ?? []).map(({ id, name }) => ({ value: id, label: name }));

/** Everything that lists can be filtered by, with what can be chosen. */
export function useFilterFields(): FilterField[] {
  const { t } = useTranslation();
  const seesCustomers = may(useMe(), "customers.view");
  const setUp = useTicketSetUp().data;
  const choices = useChoices().data;
  return useMemo(() => {
    const nothing: Option = { value: NOTHING, label: t("tickets.none") };
    const own: Chosen[] = (setUp?.fields ?? [])
      .filter((field) => field.type === "choice" || field.type === "choices" || field.type === "yes-no")
      .map((field) => ({
        field: `fields.${field.id}`,
        label: field.name,
        options:
          field.type === "yes-no"
            ? [
                { value: "true", label: t("tickets.props.yes") },
                { value: "false", label: t("tickets.props.no") },
              ]
            : field.choices.map((value) => ({ value, label: value })),
      }));
    const chosen: Chosen[] = [
      { field: "state", label: t("tickets.field.state"), options: named(setUp?.states) },
      { field: "state_class", label: t("tickets.field.state_class"), options: STATE_CLASSES.map((value) => ({ value, label: t(`tickets.stateClass.${value}`) })) },
      { field: "priority", label: t("tickets.field.priority"), options: PRIORITIES.map((value) => ({ value, label: t(`tickets.priorityOf.${value}`) })) },
      {
        field: "assignee",
        label: t("tickets.field.assignee"),
        options: [{ value: ME, label: t("tickets.me") }, { value: NOTHING, label: t("tickets.nobody") }, ...named(choices?.people)],
      },
      { field: "team", label: t("tickets.field.team"), options: [nothing, ...named(choices?.teams)] },
      { field: "queue", label: t("tickets.field.queue"), options: [nothing, ...named(choices?.queues)] },
      { field: "type", label: t("tickets.field.type"), options: named(setUp?.types) },
      {
        field: "category",
        label: t("tickets.field.category"),
        options: [nothing, ...(setUp?.categories ?? []).map((each) => ({ value: each.id, label: each.path.join(" › ") }))],
      },
      { field: "tags", label: t("tickets.field.tags"), options: (choices?.tags ?? []).map((value) => ({ value, label: value })) },
      { field: "channel", label: t("tickets.field.channel"), options: CHANNELS.map((value) => ({ value, label: t(`tickets.channelOf.${value}`) })) },
      { field: "missed", label: t("tickets.field.missed"), options: CLOCK_KINDS.map((value) => ({ value, label: t(`tickets.clock.${value}`) })) },
      ...own,
    ];
    return [
      ...chosen.map((each): FilterField => ({ ...each, kind: "choice" })),
      { field: "subject", label: t("tickets.field.subject"), kind: "text", options: [] },
      ...(seesCustomers ? (["requester", "organisation"] as const).map((field): FilterField => ({ field, label: t(`tickets.field.${field}`), kind: "customer", options: [] })) : []),
      ...(["made_at", "changed_at", "due_at", "answered_at", "resolved_at", "was_resolved", "was_reopened"] as const).map((field): FilterField => ({ field, label: t(`tickets.field.${field}`), kind: "days", options: [] })),
      { field: "was_open", label: t("tickets.field.was_open"), kind: "end", options: [] },
      { field: TIMES, label: t("tickets.field.reopened"), kind: "times", options: [] },
    ];
  }, [t, setUp, choices, seesCustomers]);
}

export const toScalar = (field: string, value: string): Scalar =>
  value === NOTHING ? null : field.startsWith("fields.") && (value === "true" || value === "false") ? value === "true" : value;
export const fromScalar = (value: Scalar): string => (value === null ? NOTHING : String(value));

/** The filters of one field in words. `names`: of customers, by id. */
export function useTestWords(): (field: string, tests: readonly Test[], names: ReadonlyMap<string, string>) => string {
  const { t } = useTranslation();
  const locale = useLocale();
  const fields = useFilterFields();
  return (name, tests, names) => {
    const field = fields.find((each) => each.field === name);
    const label = field?.label ?? name;
    const said = (value: string) => t("tickets.list.filterBy", { field: label, value });
    const day = (word: string) => (word ? new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(new Date(`${word}T12:00`)) : "…");
    const one = (test: Test): string => {
      if (test.op === "empty") return said(t("tickets.none"));
      if (test.op === "filled") return said(t("tickets.list.anyValue"));
      if (field?.kind === "end") return said(day(endOf([test], name)));
      if (field?.kind === "times") return said(t("tickets.list.atLeast", { count: Number(valuesOf([test], name)[0] ?? 0) }));
      const values = valuesOf([test], name);
      const told = values.map((value) => field?.options.find((option) => option.value === fromScalar(value))?.label ?? names.get(String(value)) ?? String(value ?? t("tickets.none")));
      const words = { field: label, value: told.join(", ") };
      if (field?.kind === "text") return t("tickets.list.filterContains", words);
      return test.op === "not_in" || test.op === "is_not" ? t("tickets.list.filterNot", words) : t("tickets.list.filterBy", words);
    };
    const bare = (test: Test) => test.op === "empty" || test.op === "filled";
    if (field?.kind === "days" && !tests.some(bare)) {
      const { from, until } = daysOf(tests, name);
      return said(from === until ? day(from) : `${day(from)} – ${day(until)}`);
    }
    return tests.map(one).join(" · ");
  };
}
