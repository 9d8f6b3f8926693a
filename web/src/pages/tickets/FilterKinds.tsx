import { Button, NumberInput, TextInput } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { TICKETS } from "../../hooks/tickets";
import { get } from "../../lib/api";
import type { Named } from "../../lib/contract";
import { serverNow } from "../../lib/time";
import { dayOf, daysOf, endOf, valuesOf, withDays, withEnd, withFilter, withText, withTimes, type Days } from "../../lib/tickets/list";
import type { Test } from "../../lib/tickets/types";
import type { FilterField } from "./choices";
import { CustomerChoice } from "./CustomerChoice";
import styles from "./tickets.module.css";

interface KindProps {
  field: FilterField;
  filters: readonly Test[];
  onChange: (filters: Test[]) => void;
}

const DAY_MS = 86_400_000;
const today = (plus = 0) => dayOf(serverNow() + plus * DAY_MS);

/** From one day until another; either may be left open. */
export function DaysFilter({ field, filters, onChange }: KindProps) {
  const { t } = useTranslation();
  const days = daysOf(filters, field.field);
  const put = (part: Partial<Days>) => onChange(withDays(filters, field.field, { ...days, ...part }));
  const ahead = field.field === "due_at";
  const spans: { word: string; days: Days }[] = ahead
    ? [
        { word: t("tickets.list.untilToday"), days: { from: "", until: today() } },
        { word: t("tickets.list.today"), days: { from: today(), until: today() } },
        { word: t("tickets.list.nextDays", { count: 7 }), days: { from: today(), until: today(6) } },
      ]
    : [
        { word: t("tickets.list.today"), days: { from: today(), until: "" } },
        { word: t("tickets.list.lastDays", { count: 7 }), days: { from: today(-6), until: "" } },
        { word: t("tickets.list.lastDays", { count: 30 }), days: { from: today(-29), until: "" } },
      ];
  return (
    <div className={styles.daysFilter}>
      <div className="row wrap" role="group" aria-label={t("tickets.list.daysPresets")}>
        {spans.map((span) => (
          <Button key={span.word} size="compact-xs" variant="default" onClick={() => put(span.days)}>
            {span.word}
          </Button>
        ))}
      </div>
      <TextInput size="xs" type="date" label={t("tickets.list.from")} value={days.from} max={days.until || undefined} onChange={(event) => put({ from: event.currentTarget.value })} />
      <TextInput size="xs" type="date" label={t("tickets.list.until")} value={days.until} min={days.from || undefined} onChange={(event) => put({ until: event.currentTarget.value })} />
    </div>
  );
}

/** Those that were open when a day ended. */
export function EndFilter({ field, filters, onChange }: KindProps) {
  return <TextInput size="xs" type="date" label={field.label} value={endOf(filters, field.field)} onChange={(event) => onChange(withEnd(filters, field.field, event.currentTarget.value))} />;
}

export function TimesFilter({ field, filters, onChange }: KindProps) {
  const { t } = useTranslation();
  const held = valuesOf(filters, field.field)[0];
  return (
    <NumberInput
      size="xs"
      label={t("tickets.list.timesLeast", { field: field.label })}
      min={1}
      max={1000}
      allowDecimal={false}
      value={typeof held === "number" ? held : ""}
      onChange={(value) => onChange(withTimes(filters, field.field, Number(value) || 0))}
    />
  );
}

const PAUSE_MS = 300;

/** Asked when typing pauses, and at once with Enter. */
export function TextFilter({ field, filters, onChange }: KindProps) {
  const { t } = useTranslation();
  const held = String(valuesOf(filters, field.field)[0] ?? "");
  const [text, setText] = useState(held);
  const put = useRef(onChange);
  const now = useRef(filters);
  useEffect(() => {
    put.current = onChange;
    now.current = filters;
  });
  useEffect(() => {
    if (text.trim() === held) return;
    const timer = setTimeout(() => put.current(withText(now.current, field.field, text)), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, held, field.field]);
  return (
    <TextInput
      size="xs"
      label={t("tickets.list.contains", { field: field.label })}
      maxLength={200}
      value={text}
      data-autofocus
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") onChange(withText(filters, field.field, text));
      }}
      onBlur={() => {
        if (text.trim() !== held) onChange(withText(filters, field.field, text));
      }}
    />
  );
}

const nameKey = (id: string) => [TICKETS, "customer-name", id] as const;

/** Names of the customers that filters ask for. */
export function useFilterNames(filters: readonly Test[]): ReadonlyMap<string, string> {
  const ids = ["requester", "organisation"].flatMap((field) => valuesOf(filters, field)).filter((id): id is string => typeof id === "string");
  const found = useQueries({
    queries: ids.map((id) => ({ queryKey: nameKey(id), queryFn: ({ signal }: { signal: AbortSignal }) => get<Named>(`/customers/${encodeURIComponent(id)}`, {}, signal), staleTime: Infinity })),
  });
  return new Map(ids.flatMap((id, place) => (found[place]?.data ? [[id, found[place].data.name] as const] : [])));
}

export function CustomerFilter({ field, filters, onChange }: KindProps) {
  const names = useFilterNames(filters);
  const id = valuesOf(filters, field.field)[0];
  const value = typeof id === "string" ? { id, name: names.get(id) ?? id } : null;
  return <CustomerChoice label={field.label} value={value} error={undefined} inside {...(field.field === "organisation" ? { only: "organisation" as const } : {})} onChange={(customer) => onChange(withFilter(filters, field.field, customer ? [customer.id] : []))} />;
}
