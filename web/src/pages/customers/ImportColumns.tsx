import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import type { Row } from "../../lib/csv";
import { type MappingTrouble, type Target, TARGETS } from "../../lib/customer-import";
import type { CustomField } from "../../lib/customers";
import styles from "./customers.module.css";
import own from "./import.module.css";

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
      <ul className={own.columns}>
        {headers.map((header, index) => (
          <li key={index} data-left={mapping[index] === ""}>
            <div className={own.column}>
              <b className="truncate">{header || t("customers.import.unnamed", { number: index + 1 })}</b>
              <span className="dim small truncate">{examples(rows, index).join(" · ") || t("customers.import.blank")}</span>
            </div>
            <Select
              aria-label={t("customers.import.takeAs", { column: header || index + 1 })}
              placeholder={t("customers.import.leftOut")}
              data={data}
              value={mapping[index] || null}
              searchable
              clearable
              disabled={disabled}
              nothingFoundMessage={t("customers.import.noTarget")}
              onChange={(target) => onChange(mapping.map((old, at) => (at === index ? (target ?? "") : old)))}
            />
          </li>
        ))}
      </ul>
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
