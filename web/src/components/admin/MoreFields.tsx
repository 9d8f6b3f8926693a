import { PasswordInput, TagsInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import "../../i18n/account";
import { useFields } from "../../hooks/draft";
import { ORDER, useInput, type FieldProps } from "./Fields";

interface TagsFieldProps extends FieldProps {
  value: readonly string[];
  onChange: (value: string[]) => void;
}

/** Several short texts, each typed and ended with Enter, comma or by leaving the field. */
export function TagsField({ value, onChange, ...field }: TagsFieldProps) {
  const { editable } = useFields();
  return (
    <TagsInput
      {...useInput(field)}
      inputWrapperOrder={ORDER}
      readOnly={!editable}
      value={[...value]}
      onChange={onChange}
      splitChars={[",", ";"]}
      acceptValueOnBlur
    />
  );
}

interface SecretFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
}

/** A secret of a machine: no password manager is to fill it in. */
export function SecretField({ value, onChange, ...field }: SecretFieldProps) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      {...useInput(field)}
      inputWrapperOrder={ORDER}
      autoComplete="new-password"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      visibilityToggleButtonProps={{ "aria-label": t("account.password.show"), tabIndex: 0 }}
    />
  );
}
