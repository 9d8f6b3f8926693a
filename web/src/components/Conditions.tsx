import "../i18n/ticket-setup";
import { Button, MultiSelect, NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useFields } from "../hooks/draft";
import { replaced, without } from "../lib/admin/draft";
import { freshTest, isBare, isListed, operatorsOf, withOperator, type ConditionField } from "../lib/tickets/conditions";
import type { Conditions as Document, Operator, Scalar, Test } from "../lib/tickets/types";
import { Wrong } from "./admin/Fields";
import { Act } from "./admin/OrderedList";
import styles from "./conditions.module.css";

interface ConditionsProps {
  /** Where they stand in the settings, as a refusal of the server names it: "conditions". */
  path: string;
  value: Document;
  onChange: (value: Document) => void;
  /** What can be asked about, in the order in which it is offered. */
  fields: readonly ConditionField[];
  /** What it means that there are none. */
  empty?: string;
}

/** Conditions on a ticket: all of the first list and, where there is one, at least one of the second. */
export function Conditions({ path, value, onChange, fields, empty }: ConditionsProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  return (
    <div className={styles.conditions}>
      {(["all", "any"] as const).map((part) =>
        part === "any" && value.any.length === 0 && !editable ? null : (
          <fieldset key={part} className={styles.part}>
            <legend>{t(`ticketSetUp.conditions.${part}`)}</legend>
            {value[part].length === 0 && (
              <p className="dim small">{part === "all" ? (empty ?? t("ticketSetUp.conditions.allEmpty")) : t("ticketSetUp.conditions.anyEmpty")}</p>
            )}
            <Tests path={`${path}.${part}`} tests={value[part]} fields={fields} onChange={(tests) => onChange({ ...value, [part]: tests })} />
          </fieldset>
        ),
      )}
      <Wrong path={path} />
    </div>
  );
}

interface TestsProps {
  path: string;
  tests: readonly Test[];
  fields: readonly ConditionField[];
  onChange: (tests: Test[]) => void;
}

function Tests({ path, tests, fields, onChange }: TestsProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  const list = useRef<HTMLUListElement>(null);
  const first = fields[0];
  return (
    <>
      <ul className={styles.tests} ref={list}>
        {tests.map((test, index) => (
          <One
            key={index}
            path={`${path}.${index}`}
            number={index + 1}
            test={test}
            fields={fields}
            onChange={(next) => onChange(replaced(tests, index, next))}
            onRemove={() => onChange(without(tests, index))}
          />
        ))}
      </ul>
      {editable && first && (
        <Button
          variant="default"
          size="xs"
          className={styles.add ?? ""}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => {
            onChange([...tests, freshTest(first)]);
            setTimeout(() => list.current?.lastElementChild?.querySelector<HTMLElement>("input")?.focus(), 0);
          }}
        >
          {t("ticketSetUp.conditions.add")}
        </Button>
      )}
    </>
  );
}

interface OneProps {
  path: string;
  number: number;
  test: Test;
  fields: readonly ConditionField[];
  onChange: (test: Test) => void;
  onRemove: () => void;
}

function One({ path, number, test, fields, onChange, onRemove }: OneProps) {
  const { t } = useTranslation();
  const { editable, trouble } = useFields();
  // What is no longer there, or was written by a program, keeps its own name until it is changed.
  const field: ConditionField = fields.find((each) => each.field === test.field) ?? { field: test.field, label: test.field, kind: "text" };
  const known = fields.some((each) => each.field === test.field);
  const offered = operatorsOf(field);
  const operators = offered.includes(test.op) ? offered : [...offered, test.op];
  const word = (op: Operator) => {
    const dated = field.kind === "date" || field.kind === "moment";
    if (dated && op === "at_least") return t("ticketSetUp.conditions.from");
    return dated && op === "at_most" ? t("ticketSetUp.conditions.until") : t(`ticketSetUp.conditions.${op}`);
  };
  return (
    <li>
      <div className={styles.what}>
        <Select
          data-path={`${path}.field`}
          aria-label={t("ticketSetUp.conditions.field", { number })}
          error={trouble(`${path}.field`)}
          data={[...fields.map((each) => ({ value: each.field, label: each.label })), ...(known ? [] : [{ value: test.field, label: test.field }])]}
          value={test.field}
          searchable
          allowDeselect={false}
          onChange={(name) => {
            const chosen = fields.find((each) => each.field === name);
            if (chosen && chosen.field !== test.field) onChange(freshTest(chosen));
          }}
        />
      </div>
      <div className={styles.how}>
        <Select
          data-path={`${path}.op`}
          aria-label={t("ticketSetUp.conditions.op", { number })}
          error={trouble(`${path}.op`)}
          data={operators.map((op) => ({ value: op, label: word(op) }))}
          value={test.op}
          allowDeselect={false}
          onChange={(op) => onChange(withOperator(test, op ?? test.op, field))}
        />
      </div>
      <div className={styles.value}>
        {!isBare(test.op) && <Value path={`${path}.value`} number={number} test={test} field={field} onChange={onChange} />}
      </div>
      {editable && (
        <Act word={t("ticketSetUp.conditions.remove", { number })} onClick={onRemove}>
          <IconX size={16} aria-hidden />
        </Act>
      )}
    </li>
  );
}

interface ValueProps {
  path: string;
  number: number;
  test: Test;
  field: ConditionField;
  onChange: (test: Test) => void;
}

function Value({ path, number, test, field, onChange }: ValueProps) {
  const { t } = useTranslation();
  const { trouble } = useFields();
  const common = { "data-path": path, "aria-label": t("ticketSetUp.conditions.value", { number }), error: trouble(path), placeholder: t("ticketSetUp.conditions.choose") };
  const put = (value: Scalar | Scalar[]) => onChange({ ...test, value });
  if (isListed(test.op)) {
    const chosen = (Array.isArray(test.value) ? test.value : []).map((each) => String(each ?? ""));
    if (!field.options) return <TagsInput {...common} value={chosen} onChange={put} acceptValueOnBlur splitChars={[",", ";"]} />;
    return <MultiSelect {...common} data={withGone(field, chosen)} value={chosen} onChange={put} searchable hidePickedOptions />;
  }
  const single = Array.isArray(test.value) ? (test.value[0] ?? null) : (test.value ?? null);
  if (field.kind === "yes-no")
    return (
      <Select
        {...common}
        data={[
          { value: "true", label: t("ticketSetUp.conditions.yes") },
          { value: "false", label: t("ticketSetUp.conditions.no") },
        ]}
        value={String(single === true)}
        allowDeselect={false}
        onChange={(value) => put(value === "true")}
      />
    );
  if (field.options) {
    const text = single === null ? "" : String(single);
    return <Select {...common} data={withGone(field, text ? [text] : [])} value={text || null} searchable allowDeselect={false} onChange={(value) => put(value)} />;
  }
  if (field.kind === "number")
    return <NumberInput {...common} hideControls value={typeof single === "number" ? single : ""} onChange={(value) => put(value === "" ? null : Number(value))} />;
  const text = single === null ? "" : String(single);
  if (field.kind === "moment")
    return (
      <TextInput
        {...common}
        type="datetime-local"
        value={local(text)}
        onChange={(event) => put(event.currentTarget.value ? new Date(event.currentTarget.value).toISOString() : "")}
      />
    );
  return <TextInput {...common} placeholder="" type={field.kind === "date" ? "date" : "text"} value={text} onChange={(event) => put(event.currentTarget.value)} />;
}

/** The choices, with what was chosen and is no longer there. */
function withGone(field: ConditionField, chosen: readonly string[]) {
  const known = field.options ?? [];
  return [...known, ...chosen.filter((value) => !known.some((option) => option.value === value)).map((value) => ({ value, label: value }))];
}

/** A moment as a field of the browser takes it, in the viewer's zone. */
function local(moment: string): string {
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
