import { Button, Checkbox, Popover } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTicketSetUp } from "../../hooks/tickets";
import { kept } from "../../lib/store";
import { COLUMNS } from "../../lib/tickets/list";
import type { View } from "../../lib/tickets/types";
import { useColumnWord } from "./Table";

const KEY = "cc-ticket-columns:";

function read(view: View): string[] | null {
  try {
    const found: unknown = JSON.parse(kept.get(KEY + view.id) ?? "null");
    return Array.isArray(found) ? found.filter((each) => typeof each === "string") : null;
  } catch {
    return null;
  }
}

/** The columns of a list: those this person has chosen on this machine, else those of the list. */
export function useColumns(view: View): [string[], (columns: string[] | null) => void] {
  const [chosen, setChosen] = useState(() => read(view));
  const choose = (columns: string[] | null) => {
    setChosen(columns);
    kept.set(KEY + view.id, columns && JSON.stringify(columns));
  };
  return [chosen ?? view.columns, choose];
}

interface ColumnChoiceProps {
  view: View;
  columns: readonly string[];
  onChange: (columns: string[] | null) => void;
}

export function ColumnChoice({ columns, onChange }: ColumnChoiceProps) {
  const { t } = useTranslation();
  const word = useColumnWord();
  const fields = useTicketSetUp().data?.fields ?? [];
  const all = [...COLUMNS, ...fields.filter((field) => !field.retired).map((field) => `fields.${field.id}`)];
  const toggle = (name: string, on: boolean) => {
    const next = on ? all.filter((each) => each === name || columns.includes(each)) : columns.filter((each) => each !== name);
    if (next.length > 0) onChange([...next]);
  };
  return (
    <Popover position="bottom-end" trapFocus withinPortal>
      <Popover.Target>
        <Button size="compact-sm" variant="default" leftSection={<IconColumns3 size={14} aria-hidden />}>
          {t("tickets.list.columns")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("tickets.list.columns")}>
        <div className="stack" style={{ gap: 6, maxHeight: 380, overflowY: "auto" }}>
          <span className="dim small">{t("tickets.list.columnsText")}</span>
          {all.map((name) => (
            <Checkbox key={name} size="sm" label={word(name)} checked={columns.includes(name)} onChange={(event) => toggle(name, event.currentTarget.checked)} />
          ))}
          <Button size="compact-sm" variant="subtle" onClick={() => onChange(null)}>
            {t("tickets.list.columnsReset")}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
