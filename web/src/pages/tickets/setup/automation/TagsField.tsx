import { TagsInput } from "@mantine/core";
import { ORDER, useInput } from "../../../../components/admin/Fields";
import { useFields } from "../../../../hooks/draft";

interface TagsFieldProps {
  path: string;
  label: string;
  /** Those in use, offered while typing. */
  known: readonly string[];
  value: readonly string[];
  onChange: (value: string[]) => void;
}

export function TagsField({ path, label, known, value, onChange }: TagsFieldProps) {
  const { editable } = useFields();
  return (
    <TagsInput
      {...useInput({ path, label })}
      inputWrapperOrder={ORDER}
      readOnly={!editable}
      data={[...known]}
      value={[...value]}
      onChange={onChange}
      acceptValueOnBlur
      splitChars={[",", ";"]}
      maxDropdownHeight={220}
    />
  );
}
