/** Conditions on a ticket as an editor needs them: which operators a field has, what kind of value, what is wrong. */
import type { Troubles } from "../admin/types";
import type { Conditions, Operator, Scalar, Test } from "./types";

/** `choice`: one of `options`; `list`: the ticket has several words; `moment`: a time, `date`: a day. */
export type ValueKind = "choice" | "list" | "text" | "number" | "date" | "moment" | "yes-no";

export interface ConditionField {
  field: string;
  label: string;
  kind: ValueKind;
  options?: readonly { value: string; label: string }[];
  /** Choices that have an order, as priorities. */
  ordered?: boolean;
}

const BARE: readonly Operator[] = ["empty", "filled"];
const LISTED: readonly Operator[] = ["in", "not_in"];
const BY_KIND: Record<ValueKind, readonly Operator[]> = {
  choice: ["is", "is_not", "in", "not_in", ...BARE],
  list: ["is", "is_not", "in", "not_in", ...BARE],
  text: ["contains", "not_contains", "is", "is_not", ...BARE],
  number: ["is", "is_not", "at_least", "at_most", ...BARE],
  date: ["is", "at_least", "at_most", ...BARE],
  moment: ["at_least", "at_most", ...BARE],
  "yes-no": ["is", ...BARE],
};

export const isBare = (op: Operator): boolean => BARE.includes(op);
export const isListed = (op: Operator): boolean => LISTED.includes(op);

export function operatorsOf(field: ConditionField): readonly Operator[] {
  const found = BY_KIND[field.kind];
  return field.ordered ? [...found.slice(0, 4), "at_least", "at_most", ...found.slice(4)] : found;
}

function firstValue(field: ConditionField): Scalar {
  if (field.kind === "yes-no") return true;
  return field.kind === "number" ? null : "";
}

export function freshTest(field: ConditionField): Test {
  const op = operatorsOf(field)[0] ?? "is";
  return { field: field.field, op, value: firstValue(field) };
}

/** The test with another operator, keeping what it was about. */
export function withOperator(test: Test, op: Operator, field: ConditionField): Test {
  if (isBare(op)) return { field: test.field, op, value: null };
  const values = (Array.isArray(test.value) ? test.value : [test.value ?? null]).filter((value) => value !== null && value !== "");
  if (isListed(op)) return { field: test.field, op, value: values };
  return { field: test.field, op, value: values[0] ?? firstValue(field) };
}

/** What a test says that is not filled in. */
export function conditionTroubles(path: string, value: Conditions): Troubles {
  const troubles: Troubles = {};
  for (const part of ["all", "any"] as const)
    value[part].forEach((test, index) => {
      if (isBare(test.op)) return;
      const empty = Array.isArray(test.value) ? test.value.length === 0 : test.value === null || test.value === undefined || test.value === "";
      if (empty) troubles[`${path}.${part}.${index}.value`] = { key: "testMissing" };
    });
  return troubles;
}
