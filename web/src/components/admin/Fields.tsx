import { MultiSelect, NumberInput, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { IconCheck, IconUnlink, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFields } from "../../hooks/draft";
import { Mark } from "../Mark";
import styles from "./admin.module.css";

export interface FieldProps {
  /** The field's place in the settings, as a refusal of the server names it. */
  path: string;
  /** Left out, `name` is what a screen reader says. */
  label?: ReactNode;
  name?: string;
  description?: ReactNode;
  placeholder?: string;
  required?: boolean;
}

/** Hints stand below, so that fields side by side stay in line. */
export const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

export function useInput({ path, label, name, description, placeholder, required }: FieldProps) {
  const { trouble, editable } = useFields();
  return {
    "data-path": path,
    error: trouble(path),
    ...(label === undefined ? {} : { label }),
    ...(name === undefined ? {} : { "aria-label": name }),
    ...(description === undefined ? {} : { description }),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(required && editable ? { withAsterisk: true, "aria-required": true } : {}),
  };
}

interface TextFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  type?: "text" | "date" | "time" | "datetime-local" | "tel";
  autoFocus?: boolean;
}

export function TextField({ value, onChange, type = "text", autoFocus, ...field }: TextFieldProps) {
  return (
    <TextInput
      {...useInput(field)}
      inputWrapperOrder={ORDER}
      type={type}
      value={value}
      data-autofocus={autoFocus ? "" : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface TextAreaFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  rows?: number;
}

export function TextAreaField({ value, onChange, rows = 4, ...field }: TextAreaFieldProps) {
  return (
    <Textarea
      {...useInput(field)}
      inputWrapperOrder={ORDER}
      rows={rows}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface NumberFieldProps extends FieldProps {
  /** NaN while nothing is typed where a number is needed. */
  value: number | null;
  /** Null for an empty field, when that has a meaning. */
  onChange: (value: number | null) => void;
  optional?: boolean;
  suffix?: string;
  decimals?: number;
  min?: number;
  max?: number;
  step?: number;
}

export function NumberField(props: NumberFieldProps) {
  const { value, onChange, optional, suffix, decimals = 0, min, max, step, ...field } = props;
  return (
    <NumberInput
      {...useInput(field)}
      inputWrapperOrder={ORDER}
      value={value === null || Number.isNaN(value) ? "" : value}
      onChange={(typed) => onChange(typed === "" ? (optional ? null : Number.NaN) : Number(typed))}
      suffix={suffix ? ` ${suffix}` : ""}
      decimalScale={decimals}
      allowDecimal={decimals > 0}
      clampBehavior="none"
      hideControls
      {...(min === undefined ? {} : { min, allowNegative: min < 0 })}
      {...(max === undefined ? {} : { max })}
      {...(step === undefined ? {} : { step })}
    />
  );
}

export interface Option {
  value: string;
  label: string;
}

interface ChoiceFieldProps extends FieldProps {
  value: string | null;
  options: readonly Option[];
  onChange: (value: string | null) => void;
  clearable?: boolean;
  nothing?: string;
}

/** A choice of one; long lists are searched by typing. */
/** Said below a choice of something that is no longer there: a queue, a skill, somebody who has left. */
export function GoneWord() {
  const { t } = useTranslation();
  return (
    <span className="row">
      <IconUnlink size={14} aria-hidden />
      {t("common.goneChoice")}
    </span>
  );
}

/** What of `values` there is no option for any more. Nothing is known before there are options. */
const goneOf = (values: readonly string[], options: readonly Option[]) =>
  options.length === 0 ? [] : values.filter((value) => value !== "" && !options.some((option) => option.value === value));

const asOptions = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

export function ChoiceField({ value, options, onChange, clearable, nothing, ...field }: ChoiceFieldProps) {
  const { editable } = useFields();
  const gone = goneOf(value === null ? [] : [value], options);
  const input = useInput(field);
  return (
    <Select
      {...input}
      error={input.error ?? (gone.length > 0 && <GoneWord />)}
      inputWrapperOrder={ORDER}
      data={[...options, ...asOptions(gone)]}
      value={value}
      onChange={onChange}
      clearable={(clearable ?? false) && editable}
      allowDeselect={false}
      searchable={options.length > 8}
      limit={100}
      nothingFoundMessage={nothing}
      maxDropdownHeight={280}
    />
  );
}

interface SeveralFieldProps extends FieldProps {
  value: readonly string[];
  options: readonly Option[];
  onChange: (value: string[]) => void;
}

export function SeveralField({ value, options, onChange, ...field }: SeveralFieldProps) {
  const { editable } = useFields();
  const gone = goneOf(value, options);
  const input = useInput(field);
  return (
    <MultiSelect
      {...input}
      error={input.error ?? (gone.length > 0 && <GoneWord />)}
      inputWrapperOrder={ORDER}
      readOnly={!editable}
      data={[...options, ...asOptions(gone)]}
      value={[...value]}
      onChange={onChange}
      searchable={options.length > 8}
      hidePickedOptions
      maxDropdownHeight={280}
    />
  );
}

interface SwitchFieldProps extends Omit<FieldProps, "placeholder" | "required" | "label"> {
  label: string;
  value: boolean;
  onChange: (value: boolean) => void;
}

export function SwitchField({ value, onChange, ...field }: SwitchFieldProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  const input = useInput(field);
  if (!editable)
    return (
      <div>
        <Mark icon={value ? IconCheck : IconX} tone={value ? "green" : "grey"} plain>
          {t(value ? "admin.isOn" : "admin.isOff", { what: field.label })}
        </Mark>
        {field.description && <p className="dim small">{field.description}</p>}
      </div>
    );
  return <Switch {...input} checked={value} onChange={(event) => onChange(event.currentTarget.checked)} />;
}

/** A trouble of a whole list or group, which has no input of its own. */
export function Wrong({ path }: { path: string }) {
  const text = useFields().trouble(path);
  if (!text) return <span hidden data-path={path} />;
  return (
    <p className={styles.wrong} data-wrong="true" data-path={path} tabIndex={-1} role="alert">
      {text}
    </p>
  );
}
