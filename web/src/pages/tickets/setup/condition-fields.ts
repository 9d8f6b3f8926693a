import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useOthers, useSetUpRows } from "../../../hooks/ticket-setup";
import { useChoices } from "../../../hooks/tickets";
import type { Named } from "../../../lib/contract";
import type { ConditionField, ValueKind } from "../../../lib/tickets/conditions";
import type { FieldBody } from "../../../lib/tickets/setup";
import { CHANNELS, PRIORITIES, STATE_CLASSES } from "../../../lib/tickets/types";

const KIND: Record<FieldBody["type"], ValueKind> = { text: "text", number: "number", date: "date", choice: "choice", choices: "list", "yes-no": "yes-no" };

const choices = (rows: readonly Named[]) => rows.map(({ id, name }) => ({ value: id, label: name }));

/** Everything that conditions on a ticket can ask about, in words, with what can be chosen. */
export function useConditionFields(): ConditionField[] {
  const { t } = useTranslation();
  const all = useSetUpRows().data;
  const others = useOthers().data;
  const tags = useChoices().data?.tags;
  return useMemo(() => {
    if (!all || !others) return [];
    const own = all.fields
      .filter((field) => !field.retired)
      .map((field): ConditionField => {
        const chosen = field.choices.length > 0 ? { options: field.choices.map((value) => ({ value, label: value })) } : {};
        return { field: `fields.${field.id}`, label: field.name, kind: KIND[field.type], ...chosen };
      });
    return [
      { field: "type", label: t("tickets.field.type"), kind: "choice", options: choices(all.types) },
      { field: "category", label: t("tickets.field.category"), kind: "choice", options: all.categories.map((each) => ({ value: each.id, label: each.path.join(" › ") })) },
      { field: "priority", label: t("tickets.field.priority"), kind: "choice", ordered: true, options: PRIORITIES.map((value) => ({ value, label: t(`tickets.priorityOf.${value}`) })) },
      { field: "channel", label: t("tickets.field.channel"), kind: "choice", options: CHANNELS.map((value) => ({ value, label: t(`tickets.channelOf.${value}`) })) },
      { field: "state", label: t("tickets.field.state"), kind: "choice", options: choices(all.states) },
      { field: "state_class", label: t("tickets.field.state_class"), kind: "choice", options: STATE_CLASSES.map((value) => ({ value, label: t(`tickets.stateClass.${value}`) })) },
      { field: "queue", label: t("tickets.field.queue"), kind: "choice", options: choices(others.queues) },
      { field: "team", label: t("tickets.field.team"), kind: "choice", options: choices(others.teams) },
      { field: "assignee", label: t("tickets.field.assignee"), kind: "choice", options: choices(others.people) },
      { field: "tags", label: t("tickets.field.tags"), kind: "list", ...(tags && tags.length > 0 ? { options: tags.map((value) => ({ value, label: value })) } : {}) },
      { field: "language", label: t("ticketSetUp.conditions.language"), kind: "text" },
      { field: "subject", label: t("tickets.field.subject"), kind: "text" },
      { field: "made_at", label: t("ticketSetUp.conditions.made_at"), kind: "moment" },
      { field: "changed_at", label: t("ticketSetUp.conditions.changed_at"), kind: "moment" },
      { field: "due_at", label: t("ticketSetUp.conditions.due_at"), kind: "moment" },
      ...own,
    ];
  }, [t, all, others, tags]);
}
