/** Custom fields of customers: their definitions, and what is wrong with one before the server is asked. */
import type { Troubles } from "./types";

export const FIELD_TYPES = ["text", "number", "date", "choice", "yes-no"] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export interface FieldDraft {
  name: string;
  type: FieldType;
  required: boolean;
  sensitive: boolean;
  choices: string[];
  position: number;
}

export interface FieldSettings extends FieldDraft {
  id: string;
}

export interface FieldUse {
  customers: number;
  segments: string[];
}

export function fieldTroubles(value: FieldDraft, others: readonly { name: string }[]): Troubles {
  const troubles: Troubles = {};
  const name = value.name.trim();
  if (!name) troubles.name = { key: "nameMissing" };
  else if (others.some((other) => other.name.toLocaleLowerCase() === name.toLocaleLowerCase())) troubles.name = { key: "nameTaken" };
  if (value.type !== "choice") return troubles;
  const choices = value.choices.map((choice) => choice.trim());
  if (choices.length === 0) troubles.choices = { key: "choicesMissing" };
  choices.forEach((choice, index) => {
    if (!choice) troubles[`choices.${index}`] = { key: "choiceMissing" };
    else if (choices.indexOf(choice) < index) troubles[`choices.${index}`] = { key: "choiceAgain" };
  });
  return troubles;
}
