import { ChoiceField, NumberField, SeveralField, TextField } from "../../../../components/admin/Fields";
import { useTranslation } from "react-i18next";
import type { ConditionField } from "../../../../lib/tickets/conditions";
import type { FieldValue } from "../../../../lib/tickets/types";

interface ValueFieldProps {
  path: string;
  label: string;
  field: ConditionField;
  value: FieldValue;
  /** What it means that there is none. */
  nothing: string;
  onChange: (value: FieldValue) => void;
}

/** A value of a ticket's field, as its kind asks for; empty is null. */
export function ValueField({ path, label, field, value, nothing, onChange }: ValueFieldProps) {
  const { t } = useTranslation();
  const common = { path, label, placeholder: nothing };
  const text = typeof value === "string" ? value : "";
  switch (field.kind) {
    case "yes-no":
      return (
        <ChoiceField
          {...common}
          clearable
          value={typeof value === "boolean" ? String(value) : null}
          options={[
            { value: "true", label: t("ticketSetUp.conditions.yes") },
            { value: "false", label: t("ticketSetUp.conditions.no") },
          ]}
          onChange={(chosen) => onChange(chosen === null ? null : chosen === "true")}
        />
      );
    case "number":
      return <NumberField {...common} optional decimals={6} value={typeof value === "number" ? value : null} onChange={onChange} />;
    case "date":
      return <TextField {...common} type="date" value={text} onChange={(typed) => onChange(typed || null)} />;
    case "list":
      return <SeveralField {...common} value={Array.isArray(value) ? value : []} options={[...(field.options ?? [])]} onChange={onChange} />;
    case "choice": {
      const known = field.options ?? [];
      const gone = text && !known.some((each) => each.value === text) ? [{ value: text, label: text }] : [];
      return <ChoiceField {...common} clearable value={text || null} options={[...known, ...gone]} onChange={onChange} />;
    }
    default:
      return <TextField {...common} value={text} onChange={(typed) => onChange(typed || null)} />;
  }
}
