import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useChoices, useTicketSetUp } from "../../hooks/tickets";
import type { Named } from "../../lib/contract";
import { CHANNELS, PRIORITIES, STATE_CLASSES, type Scalar, type Test } from "../../lib/tickets/types";

export interface Option {
  value: string;
  label: string;
}

export interface FilterField {
  field: string;
  label: string;
  options: Option[];
}

/** In a choice: nobody, nothing. */
export const NOTHING = "\u0000";
export const ME = "me";

const named = (rows: readonly Named[] | undefined): Option[] => (rows ?? []).map(({ id, name }) => ({ value: id, label: name }));

/** Everything that lists can be filtered by, with what can be chosen. */
export function useFilterFields(): FilterField[] {
  const { t } = useTranslation();
  const setUp = useTicketSetUp().data;
  const choices = useChoices().data;
  return useMemo(() => {
    const nothing: Option = { value: NOTHING, label: t("tickets.none") };
    const own: FilterField[] = (setUp?.fields ?? [])
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
    return [
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
      ...own,
    ];
  }, [t, setUp, choices]);
}

export const toScalar = (field: string, value: string): Scalar =>
  value === NOTHING ? null : field.startsWith("fields.") && (value === "true" || value === "false") ? value === "true" : value;
export const fromScalar = (value: Scalar): string => (value === null ? NOTHING : String(value));

/** A filter in words. */
export function useTestWords(): (test: Test) => string {
  const { t } = useTranslation();
  const fields = useFilterFields();
  return (test) => {
    const field = fields.find((each) => each.field === test.field);
    const values = test.value === undefined ? [] : Array.isArray(test.value) ? test.value : [test.value];
    const told = values.map((value) => field?.options.find((option) => option.value === fromScalar(value))?.label ?? String(value ?? t("tickets.none")));
    const words = { field: field?.label ?? test.field, value: told.join(", ") };
    return test.op === "not_in" || test.op === "is_not" ? t("tickets.list.filterNot", words) : t("tickets.list.filterBy", words);
  };
}
