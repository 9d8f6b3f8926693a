import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useChoices, useTicketSetUp } from "../../hooks/tickets";
import type { Priority, StateClass, Ticket, TicketChannel } from "../../lib/tickets/types";

const FIELDS = ["type", "category", "subject", "state", "state_class", "priority", "channel", "language", "requester", "organisation", "queue", "team", "assignee", "tags", "sla_policy", "watcher", "links", "approval"] as const;
type Field = (typeof FIELDS)[number];

export interface Names {
  field: (name: string) => string;
  /** A value of a field in words; nothing is "". */
  value: (name: string, value: unknown) => string;
}

/** Fields and their values as the history has them, in words. */
export function useNames(ticket: Ticket | null): Names {
  const { t } = useTranslation();
  const setUp = useTicketSetUp().data;
  const choices = useChoices().data;
  const field = useCallback(
    (name: string) => {
      if (name.startsWith("fields.")) return setUp?.fields.find((each) => each.id === name.slice(7))?.name ?? name.slice(7);
      return (FIELDS as readonly string[]).includes(name) ? t(`tickets.field.${name as Field}`) : name;
    },
    [t, setUp],
  );
  const value = useCallback(
    (name: string, given: unknown): string => {
      if (given === null || given === undefined || given === "") return "";
      if (typeof given === "boolean") return given ? t("tickets.props.yes") : t("tickets.props.no");
      if (Array.isArray(given)) return given.map(String).join(", ");
      const word = typeof given === "string" ? given : JSON.stringify(given);
      const of = (rows: readonly { id: string; name: string }[] | undefined) => rows?.find((each) => each.id === word)?.name ?? word;
      switch (name) {
        case "state":
          return of(setUp?.states);
        case "type":
          return of(setUp?.types);
        case "category":
          return setUp?.categories.find((each) => each.id === word)?.path.join(" › ") ?? word;
        case "priority":
          return t(`tickets.priorityOf.${word as Priority}`);
        case "channel":
          return t(`tickets.channelOf.${word as TicketChannel}`);
        case "state_class":
          return t(`tickets.stateClass.${word as StateClass}`);
        case "assignee":
        case "watcher":
          return of(choices?.people);
        case "team":
          return of(choices?.teams);
        case "queue":
          return of(choices?.queues);
        case "requester":
          return ticket?.requester?.id === word ? ticket.requester.name : t("tickets.otherCustomer");
        case "organisation":
          return ticket?.organisation?.id === word ? ticket.organisation.name : t("tickets.otherCustomer");
        case "sla_policy":
          return word.split("@")[0] === ticket?.policy?.id ? (ticket?.policy?.name ?? word) : (word.split("@")[0] ?? word);
        default:
          return word;
      }
    },
    [t, setUp, choices, ticket],
  );
  return { field, value };
}
