import { Select, Textarea } from "@mantine/core";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { ORDER, useInput } from "../../../../components/admin/Fields";
import { useFields } from "../../../../hooks/draft";
import { useTextVariables } from "../../../../hooks/ticket-automation";
import { withWords } from "../../../../lib/tickets/draft";
import styles from "../setup.module.css";

interface TemplateFieldProps {
  path: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  rows?: number;
}

/** A text in which is filled in what stands between braces, chosen from what there is. */
export function TemplateField({ path, label, value, onChange, rows = 5 }: TemplateFieldProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  const area = useRef<HTMLTextAreaElement>(null);
  const variables = useTextVariables().data ?? [];
  const fill = (name: string) => {
    const box = area.current;
    const next = withWords(value, box?.selectionStart ?? value.length, box?.selectionEnd ?? value.length, `{${name}}`);
    onChange(next.text);
    setTimeout(() => {
      area.current?.focus();
      area.current?.setSelectionRange(next.cursor, next.cursor);
    }, 0);
  };
  return (
    <div className={styles.template}>
      <Textarea
        {...useInput({ path, label, description: t("ticketAutomation.action.variableHint"), required: true })}
        inputWrapperOrder={ORDER}
        ref={area}
        autosize
        minRows={rows}
        maxRows={20}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {editable && (
        <Select
          size="xs"
          label={t("ticketAutomation.action.variable")}
          placeholder={t("ticketAutomation.action.choose")}
          data={variables.map((each) => ({ value: each.name, label: each.summary }))}
          value={null}
          searchable
          onChange={(name) => name && fill(name)}
        />
      )}
    </div>
  );
}
