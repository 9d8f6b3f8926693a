import { Button, Checkbox, CloseButton, Popover, Select, TextInput } from "@mantine/core";
import { IconFilterPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { valuesOf, withFilter } from "../../lib/tickets/list";
import type { Test } from "../../lib/tickets/types";
import { fromScalar, toScalar, useFilterFields, useTestWords, type FilterField } from "./choices";
import { CustomerFilter, DaysFilter, EndFilter, TextFilter, TimesFilter, useFilterNames } from "./FilterKinds";
import styles from "./tickets.module.css";

interface FiltersProps {
  filters: readonly Test[];
  onChange: (filters: Test[]) => void;
}

/** Tests of which one has to hold, as where a list comes from asked for them; only taken away here. */
export function Either({ tests, onClear }: { tests: readonly Test[]; onClear: () => void }) {
  const { t } = useTranslation();
  const words = useTestWords();
  const names = useFilterNames(tests);
  if (tests.length === 0) return null;
  const told = tests.map((test) => words(test.field, [test], names)).join(` ${t("tickets.list.or")} `);
  return (
    <span className={styles.chip}>
      <span className={styles.either}>{told}</span>
      <CloseButton size="sm" radius="xl" aria-label={t("tickets.list.removeFilter", { filter: told })} onClick={onClear} />
    </span>
  );
}

/** Filters as chips; each opens its choices. */
export function Filters({ filters, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const fields = useFilterFields();
  const words = useTestWords();
  const names = useFilterNames(filters);
  const named = [...new Set(filters.map((test) => test.field))];
  return (
    <>
      {named.map((name) => {
        const field = fields.find((each) => each.field === name);
        const told = words(
          name,
          filters.filter((test) => test.field === name),
          names,
        );
        return (
          <span key={name} className={styles.chip}>
            <Choice field={field} filters={filters} onChange={onChange} word={told} />
            <CloseButton
              size="sm"
              radius="xl"
              aria-label={t("tickets.list.removeFilter", { filter: told })}
              onClick={() => onChange(filters.filter((test) => test.field !== name))}
            />
          </span>
        );
      })}
      <AddFilter filters={filters} onChange={onChange} />
      {named.length > 1 && (
        <Button size="compact-sm" variant="subtle" leftSection={<IconX size={14} aria-hidden />} onClick={() => onChange([])}>
          {t("tickets.list.clearFilters")}
        </Button>
      )}
    </>
  );
}

function Choice({ field, filters, onChange, word }: FiltersProps & { field: FilterField | undefined; word: string }) {
  const [open, setOpen] = useState(false);
  if (!field)
    return (
      <button type="button" title={word}>
        {word}
      </button>
    );
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus withinPortal>
      <Popover.Target>
        <button type="button" title={word} onClick={() => setOpen(!open)}>
          {word}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={field.label}>
        <Asked field={field} filters={filters} onChange={onChange} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Asked(props: FiltersProps & { field: FilterField }) {
  switch (props.field.kind) {
    case "days":
      return <DaysFilter {...props} />;
    case "end":
      return <EndFilter {...props} />;
    case "times":
      return <TimesFilter {...props} />;
    case "text":
      return <TextFilter {...props} />;
    case "customer":
      return <CustomerFilter {...props} />;
    case "choice":
      return <Values {...props} />;
  }
}

const SEARCHED = 8;

function Values({ field, filters, onChange }: FiltersProps & { field: FilterField }) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const chosen = valuesOf(filters, field.field).map(fromScalar);
  const shown = field.options.filter((option) => option.label.toLowerCase().includes(q.trim().toLowerCase()));
  const toggle = (value: string, on: boolean) => {
    const next = on ? [...chosen, value] : chosen.filter((each) => each !== value);
    onChange(withFilter(filters, field.field, next.map((each) => toScalar(field.field, each))));
  };
  return (
    <div className="stack" style={{ gap: 6, maxHeight: 320, overflowY: "auto", minWidth: 200 }}>
      {field.options.length > SEARCHED && (
        <TextInput size="xs" aria-label={field.label} placeholder={field.label} value={q} onChange={(event) => setQ(event.currentTarget.value)} />
      )}
      {shown.map((option) => (
        <Checkbox
          key={option.value}
          size="sm"
          label={option.label}
          checked={chosen.includes(option.value)}
          onChange={(event) => toggle(option.value, event.currentTarget.checked)}
        />
      ))}
      {shown.length === 0 && <span className="dim small">{t("tickets.none")}</span>}
    </div>
  );
}

function AddFilter({ filters, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const fields = useFilterFields();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState<string | null>(null);
  const field = fields.find((each) => each.field === name);
  return (
    <Popover
      opened={open}
      onChange={(now) => {
        setOpen(now);
        if (!now) setName(null);
      }}
      position="bottom-start"
      trapFocus
      withinPortal
    >
      <Popover.Target>
        <Button size="compact-sm" variant="default" radius="xl" leftSection={<IconFilterPlus size={14} aria-hidden />} onClick={() => setOpen(!open)}>
          {t("tickets.list.addFilter")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("tickets.list.addFilter")}>
        <div className="stack" style={{ gap: 8 }}>
          <Select
            label={t("tickets.list.filter")}
            data={fields.filter((each) => each.kind !== "choice" || each.options.length > 0).map((each) => ({ value: each.field, label: each.label }))}
            value={name}
            onChange={setName}
            searchable
            comboboxProps={{ withinPortal: false }}
            data-autofocus
          />
          {field && <Asked key={field.field} field={field} filters={filters} onChange={onChange} />}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
