import { useTranslation } from "react-i18next";
import { FieldMapping } from "../../components/FieldMapping";
import { Sentence } from "../../components/Sentence";
import type { Row } from "../../lib/csv";
import { type MappingTrouble, type Target, TARGETS } from "../../lib/customer-import";
import type { CustomField } from "../../lib/customers";
import styles from "./customers.module.css";

interface ColumnsProps {
  headers: readonly string[];
  rows: readonly Row[];
  fields: readonly CustomField[];
  mapping: readonly string[];
  trouble: MappingTrouble;
  disabled: boolean;
  onChange: (mapping: string[]) => void;
}

const EXAMPLES = 3;

/** Each column with what is in it, and what it is taken for. */
export function Columns({ headers, rows, fields, mapping, trouble, disabled, onChange }: ColumnsProps) {
  const { t } = useTranslation();
  const ownFields = fields.map((field) => ({ value: `field.${field.id}`, label: field.name }));
  const data = [
    { group: t("customers.import.usual"), items: TARGETS.map((target) => ({ value: target, label: t(`customers.import.targets.${target}`) })) },
    ...(ownFields.length > 0 ? [{ group: t("customers.fields"), items: ownFields }] : []),
  ];
  const word = (target: string) =>
    ownFields.find((field) => field.value === target)?.label ?? t(`customers.import.targets.${target as Target}`);
  const left = mapping.filter((target) => target === "").length;
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-labelledby="import-columns">
      <h2 id="import-columns">{t("customers.import.columns")}</h2>
      <p className="dim">
        {t("customers.import.columnsLead")} {left > 0 && t("customers.import.left", { count: left })}
      </p>
      {trouble && (
        <Sentence tone="amber">
          {trouble.kind === "noName" ? t("customers.import.noName") : t("customers.import.twice", { target: word(trouble.target) })}
        </Sentence>
      )}
      <FieldMapping
        fields={headers.map((header, index) => ({
          key: String(index),
          name: header || t("customers.import.unnamed", { number: index + 1 }),
          examples: examples(rows, index).join(" · ") || t("customers.import.blank"),
          becomes: mapping[index] ?? "",
        }))}
        data={data}
        label={(column) => t("customers.import.takeAs", { column })}
        leftOut={t("customers.import.leftOut")}
        nothingFound={t("customers.import.noTarget")}
        disabled={disabled}
        onChange={(key, target) => onChange(mapping.map((old, at) => (String(at) === key ? target : old)))}
      />
    </section>
  );
}

function examples(rows: readonly Row[], index: number): string[] {
  const found: string[] = [];
  for (const row of rows) {
    const cell = row.cells[index]?.trim();
    if (cell && !found.includes(cell)) found.push(cell);
    if (found.length === EXAMPLES) break;
  }
  return found;
}

/** The server's path of a field in words. */
export function useFieldWord(fields: readonly CustomField[]): (path: string) => string {
  const { t } = useTranslation();
  return (path) => {
    if (path.startsWith("fields.")) return fields.find((field) => `fields.${field.id}` === path)?.name ?? path;
    if (path.startsWith("identities")) return t("customers.import.reached");
    if (path.startsWith("addresses")) return t("customers.addresses");
    const target = TARGETS.find((each) => each === path.split(".")[0]);
    return target ? t(`customers.import.targets.${target}`) : path;
  };
}
