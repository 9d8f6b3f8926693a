import { Button, Select, TextInput } from "@mantine/core";
import { IconFilter, IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useAuditWords } from "../../../hooks/audit";
import { countAuditFilters, type AuditFilters, type TrailState } from "../../../lib/admin/audit";
import styles from "./page.module.css";

interface FiltersProps {
  filters: AuditFilters;
  state: TrailState | undefined;
  onChange: (part: Partial<AuditFilters>) => void;
  onClear: () => void;
}

const ACTORS = ["system", "cli", "anonymous"] as const;

export function Filters({ filters, state, onChange, onClear }: FiltersProps) {
  const { t } = useTranslation();
  const words = useAuditWords();
  const [open, setOpen] = useState(false);
  const count = countAuditFilters(filters);
  const acts = (state?.kinds ?? []).map(({ name }) => ({ value: name, label: words.act(name) }));
  const people = (state?.actors ?? []).map(({ id, name }) => ({ value: id, label: name || id }));
  const others = ACTORS.map((kind) => ({ value: kind, label: t(`audit.kind.${kind}`) }));
  return (
    <search className={styles.filters} data-open={open}>
      <Typed value={filters.q} label={t("audit.search")} placeholder={t("audit.searchPlaceholder")} search onChange={(q) => onChange({ q })} />
      <Button
        className={styles.toggle ?? ""}
        variant="default"
        aria-expanded={open}
        leftSection={<IconFilter size={18} aria-hidden />}
        onClick={() => setOpen(!open)}
      >
        {t("audit.filters")}
        {count > 0 && ` (${count})`}
      </Button>
      <Select
        label={t("audit.who")}
        placeholder={t("audit.any")}
        clearable
        searchable
        limit={100}
        data={[...people, ...others]}
        value={filters.actor || null}
        onChange={(actor) => onChange({ actor: actor ?? "" })}
      />
      <Select
        label={t("audit.what")}
        placeholder={t("audit.any")}
        clearable
        searchable
        data={acts}
        value={filters.act || null}
        onChange={(act) => onChange({ act: act ?? "" })}
      />
      <Typed value={filters.subject} label={t("audit.on")} placeholder={t("audit.onPlaceholder")} onChange={(subject) => onChange({ subject })} />
      <TextInput
        type="date"
        label={t("audit.from")}
        value={filters.from}
        max={filters.to}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t("audit.to")}
        value={filters.to}
        min={filters.from}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
      />
      <Button variant="subtle" disabled={count === 0} onClick={onClear}>
        {t("audit.clear")}
      </Button>
    </search>
  );
}

const PAUSE_MS = 300;

interface TypedProps {
  value: string;
  label: ReactNode;
  placeholder: string;
  search?: boolean;
  onChange: (text: string) => void;
}

/** Counts when typing pauses; what is typed is never overwritten by an older answer. */
function Typed({ value, label, placeholder, search, onChange }: TypedProps) {
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
      label={label}
      placeholder={placeholder}
      type={search ? "search" : "text"}
      {...(search ? { leftSection: <IconSearch size={16} aria-hidden /> } : {})}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
