import { Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDebouncedValue } from "@mantine/hooks";
import { useCustomers } from "../../hooks/tickets";
import type { Named } from "../../lib/contract";
import type { CustomerKind } from "../../lib/customers";

interface CustomerChoiceProps {
  label: string;
  value: Named | null;
  error: string | undefined;
  onChange: (customer: Named | null) => void;
  /** Stands in a popover, which its list must not leave. */
  inside?: boolean;
  only?: CustomerKind;
}

/** A customer, found by name, number or address. */
export function CustomerChoice({ label, value, error, onChange, inside = false, only }: CustomerChoiceProps) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const [asked] = useDebouncedValue(q === value?.name ? "" : q, 200);
  const found = useCustomers(asked).data?.items ?? [];
  const rows = found.filter((row) => only === undefined || row.kind === only).map((row) => ({ value: row.id, label: row.name, hint: row.phone ?? row.email ?? "" }));
  const data = value && !rows.some((row) => row.value === value.id) ? [{ value: value.id, label: value.name, hint: "" }, ...rows] : rows;
  return (
    <Select
      label={label}
      placeholder={t("tickets.props.chooseRequester")}
      data={data}
      value={value?.id ?? null}
      error={error}
      comboboxProps={{ withinPortal: !inside }}
      searchable
      clearable
      searchValue={q}
      onSearchChange={setQ}
      filter={({ options }) => options}
      nothingFoundMessage={t("tickets.none")}
      renderOption={({ option }) => (
        <span className="row" style={{ width: "100%" }}>
          <span className="grow truncate">{option.label}</span>
          <span className="dim small">{data.find((row) => row.value === option.value)?.hint}</span>
        </span>
      )}
      onChange={(id) => {
        const row = data.find((each) => each.value === id);
        onChange(row ? { id: row.value, name: row.label } : null);
      }}
    />
  );
}
