import { Select } from "@mantine/core";
import type { ComboboxData } from "@mantine/core";
import styles from "./field-mapping.module.css";

export interface MappedField {
  key: string;
  name: string;
  /** What is in it, in words. */
  examples: string;
  becomes: string;
}

interface FieldMappingProps {
  fields: readonly MappedField[];
  /** What a field can become. */
  data: ComboboxData;
  label: (name: string) => string;
  leftOut: string;
  nothingFound: string;
  disabled: boolean;
  onChange: (key: string, becomes: string) => void;
}

/** Each field of a file with what is in it, and what it is taken for. */
export function FieldMapping({ fields, data, label, leftOut, nothingFound, disabled, onChange }: FieldMappingProps) {
  return (
    <ul className={styles.fields}>
      {fields.map((field) => (
        <li key={field.key} data-left={field.becomes === ""}>
          <div className={styles.field}>
            <b className="truncate">{field.name}</b>
            <span className="dim small truncate">{field.examples}</span>
          </div>
          <Select
            aria-label={label(field.name)}
            placeholder={leftOut}
            data={data}
            value={field.becomes || null}
            searchable
            clearable
            disabled={disabled}
            nothingFoundMessage={nothingFound}
            onChange={(target) => onChange(field.key, target ?? "")}
          />
        </li>
      ))}
    </ul>
  );
}
