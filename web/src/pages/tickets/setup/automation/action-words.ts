import { useTranslation } from "react-i18next";
import { useMaySetUp, useOthers } from "../../../../hooks/ticket-setup";
import { useWebhooks } from "../../../../hooks/ticket-automation";
import { useLocale } from "../../../../hooks/words";
import { HEARERS, WATCHERS, type Action } from "../../../../lib/tickets/automation";
import type { FieldValue } from "../../../../lib/tickets/types";
import { useConditionFields } from "../condition-fields";

const LONGEST = 80;

/** A field's name, and a value of it, in words. */
export function useValueWords() {
  const { t } = useTranslation();
  const fields = useConditionFields();
  const named = (field: string) => fields.find((each) => each.field === field);
  return {
    field: (name: string) => named(name)?.label ?? name,
    value: (name: string, value: FieldValue): string => {
      if (value === null || value === "") return "";
      if (typeof value === "boolean") return t(value ? "ticketSetUp.conditions.yes" : "ticketSetUp.conditions.no");
      const told = (each: string | number) => named(name)?.options?.find((option) => option.value === String(each))?.label ?? String(each);
      return Array.isArray(value) ? value.map(told).join(", ") : told(value);
    },
  };
}

/** What an action does, as a sentence. */
export function useActionWords(): (action: Action) => string {
  const { t } = useTranslation();
  const locale = useLocale();
  const words = useValueWords();
  const others = useOthers().data;
  const hooks = useWebhooks(useMaySetUp()).data;
  const list = (parts: string[]) => new Intl.ListFormat(locale, { type: "conjunction" }).format(parts);
  const name = (rows: readonly { id: string; name: string }[] | undefined, id: string | null) => rows?.find((each) => each.id === id)?.name ?? (id || "…");
  const short = (text: string) => {
    const line = text.trim().replace(/\s+/g, " ");
    return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line || "…";
  };
  return (action) => {
    switch (action.do) {
      case "set": {
        const value = words.value(action.field, action.value);
        const field = words.field(action.field);
        return value ? t("ticketAutomation.action.words.set", { field, value }) : t("ticketAutomation.action.words.clear", { field });
      }
      case "tags": {
        const removed = action.remove.join(", ");
        if (action.add.length === 0) return removed ? t("ticketAutomation.action.words.removeTagsOnly", { tags: removed }) : t("ticketAutomation.action.words.noTags");
        const added = t("ticketAutomation.action.words.addTags", { tags: action.add.join(", ") });
        return removed ? list([added, t("ticketAutomation.action.words.removeTags", { tags: removed })]) : added;
      }
      case "assign": {
        const team = action.team ? name(others?.teams, action.team) : t("ticketAutomation.action.teamOf");
        return t(`ticketAutomation.action.words.${action.how}`, { team, user: name(others?.people, action.user) });
      }
      case "priority":
        return t(`ticketAutomation.action.words.${action.way}`);
      case "say":
        return t(`ticketAutomation.action.words.${action.kind}`, { text: short(action.text) });
      case "watch": {
        const who = action.users.map((id) => {
          const own = WATCHERS.find((each) => each === id);
          return own ? t(`ticketAutomation.action.userOf.${own}`).toLocaleLowerCase() : name(others?.people, id);
        });
        return t("ticketAutomation.action.words.watch", { users: who.length > 0 ? list(who) : "…" });
      }
      case "notify": {
        const who = action.users.map((id) => {
          const word = HEARERS.find((each) => each === id);
          return word ? t(`ticketSetUp.policies.hearerIn.${word}`) : name(others?.people, id);
        });
        return t("ticketAutomation.action.words.notify", { users: who.length > 0 ? list(who) : "…", text: short(action.text) });
      }
      case "webhook":
        return t("ticketAutomation.action.words.webhook", { webhook: name(hooks, action.webhook) });
      case "stop":
        return t("ticketAutomation.action.words.stop");
    }
  };
}
