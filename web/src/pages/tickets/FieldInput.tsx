import { MultiSelect, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FieldSetUp, FieldValue } from "../../lib/tickets/types";

interface FieldInputProps {
  field: FieldSetUp;
  value: FieldValue | undefined;
  required: boolean;
  readOnly?: boolean;
  error: string | undefined;
  /** Called when a value is finished: chosen, or the field left. */
  onChange: (value: FieldValue) => void;
  /** Also while typing. */
  eager?: boolean;
}

const LONG = 60;

/** A custom field as its kind asks for. */
export function FieldInput({ field, value, required, readOnly = false, error, onChange, eager = false }: FieldInputProps) {
  const { t } = useTranslation();
  const shared = {
    label: field.name,
    description: field.help || undefined,
    withAsterisk: required,
    readOnly,
    error,
    size: "sm" as const,
    "data-path": `fields.${field.id}`,
  };
  switch (field.type) {
    case "choice":
      return <Select {...shared} data={field.choices} value={typeof value === "string" ? value : null} onChange={onChange} clearable={!required} searchable />;
    case "choices":
      return <MultiSelect {...shared} data={field.choices} value={Array.isArray(value) ? value : []} onChange={onChange} clearable searchable />;
    case "yes-no":
      return (
        <Select
          {...shared}
          data={[
            { value: "true", label: t("tickets.props.yes") },
            { value: "false", label: t("tickets.props.no") },
          ]}
          value={typeof value === "boolean" ? String(value) : null}
          onChange={(chosen) => onChange(chosen === null ? null : chosen === "true")}
          clearable={!required}
        />
      );
    case "number":
      return <Numeric {...shared} key={String(value)} given={typeof value === "number" ? value : null} eager={eager} onFinished={onChange} />;
    case "date":
      return <TextInput {...shared} type="date" value={typeof value === "string" ? value : ""} onChange={(event) => onChange(event.currentTarget.value || null)} />;
    case "text":
      return <Words {...shared} key={String(value)} given={typeof value === "string" ? value : ""} eager={eager} onFinished={onChange} />;
  }
}

interface LateProps<T> {
  label: string;
  description: string | undefined;
  withAsterisk: boolean;
  readOnly: boolean;
  error: string | undefined;
  size: "sm";
  "data-path": string;
  given: T;
  eager: boolean;
  onFinished: (value: FieldValue) => void;
}

function Numeric({ given, eager, onFinished, ...shared }: LateProps<number | null>) {
  const [value, setValue] = useState<number | string>(given ?? "");
  const finish = (now: number | string) => onFinished(typeof now === "number" ? now : null);
  return (
    <NumberInput
      {...shared}
      hideControls
      value={eager ? (given ?? "") : value}
      onChange={eager ? finish : setValue}
      onBlur={() => !eager && value !== (given ?? "") && finish(value)}
    />
  );
}

function Words({ given, eager, onFinished, ...shared }: LateProps<string>) {
  const [value, setValue] = useState(given);
  const props = {
    ...shared,
    value: eager ? given : value,
    onChange: (event: { currentTarget: { value: string } }) => (eager ? onFinished(event.currentTarget.value) : setValue(event.currentTarget.value)),
    onBlur: () => {
      if (!eager && value !== given) onFinished(value === "" ? null : value);
    },
  };
  return (eager ? given : value).length > LONG ? <Textarea {...props} autosize maxRows={6} /> : <TextInput {...props} />;
}
