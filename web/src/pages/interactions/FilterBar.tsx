import { Button, Select, TextInput } from "@mantine/core";
import { IconFilter, IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAgents, useQueues } from "../../hooks/lists";
import { may, useMe } from "../../hooks/session";
import { OUTCOMES, type Named } from "../../lib/contract";
import { countFilters, type Filters } from "../../lib/interaction-filters";
import styles from "./interactions.module.css";

interface FilterBarProps {
  filters: Filters;
  onChange: (part: Partial<Filters>) => void;
  onClear: () => void;
}

const options = (items: readonly Named[] | undefined) =>
  (items ?? []).map((item) => ({ value: item.id, label: item.name }));

export function FilterBar({ filters, onChange, onClear }: FilterBarProps) {
  const { t } = useTranslation();
  const all = may(useMe(), "interactions.view");
  const queues = useQueues();
  const agents = useAgents(all);
  const [open, setOpen] = useState(false);
  const count = countFilters(filters);
  return (
    <search className={styles.filters} data-open={open}>
      <SearchBox value={filters.q} onChange={(q) => onChange({ q })} />
      <Button
        className={styles.toggle ?? ""}
        variant="default"
        aria-expanded={open}
        leftSection={<IconFilter size={18} aria-hidden />}
        onClick={() => setOpen(!open)}
      >
        {t("interactions.filters")}
        {count > 0 && ` (${count})`}
      </Button>
      <Select
        label={t("interactions.queue")}
        placeholder={t("interactions.any")}
        clearable
        searchable
        data={options(queues.data)}
        value={filters.queue || null}
        onChange={(queue) => onChange({ queue: queue ?? "" })}
      />
      {all && (
        <Select
          label={t("interactions.agent")}
          placeholder={t("interactions.any")}
          clearable
          searchable
          data={options(agents.data)}
          value={filters.agent || null}
          onChange={(agent) => onChange({ agent: agent ?? "" })}
        />
      )}
      <Select
        label={t("interactions.outcome")}
        placeholder={t("interactions.any")}
        clearable
        data={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))}
        value={filters.outcome || null}
        onChange={(outcome) => onChange({ outcome: (outcome ?? "") })}
      />
      <TextInput
        type="date"
        label={t("interactions.from")}
        value={filters.from}
        max={filters.to}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t("interactions.to")}
        value={filters.to}
        min={filters.from}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
      />
      <Button variant="subtle" disabled={count === 0} onClick={onClear}>
        {t("interactions.clear")}
      </Button>
    </search>
  );
}

const PAUSE_MS = 300;

/** Searches when typing pauses; what is typed is never overwritten by an older answer. */
function SearchBox({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    if (value !== text.trim()) setText(value);
  }
  const change = useRef(onChange);
  useEffect(() => {
    change.current = onChange;
  });
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => change.current(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <TextInput
      label={t("interactions.search")}
      placeholder={t("interactions.searchPlaceholder")}
      type="search"
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
