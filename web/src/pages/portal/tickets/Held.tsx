import { IconLoader2 } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Held } from "../../../hooks/uploads";
import { Button, Notice } from "../kit";

interface SubmitProps extends Held {
  busy: boolean;
  disabled?: boolean;
  word: string;
}

/** Sends, and says above whether the message waits for its files or why it did not go out. */
export function Submit({ held, unsent, busy, disabled = false, word }: SubmitProps) {
  const { t } = useTranslation();
  return (
    <>
      {held && <Notice tone="grey">{t("portal.tickets.held")}</Notice>}
      {unsent && <Notice tone={unsent === "failed" ? "red" : "amber"}>{t(`portal.tickets.unsent.${unsent}`)}</Notice>}
      <div className="p-buttons">
        {/* While it waits it is not disabled: that would take the focus away for as long. */}
        <Button type="submit" busy={busy} disabled={disabled} aria-disabled={held || undefined}>
          {held && <IconLoader2 size={18} className="pt-turns" aria-hidden />}
          {word}
        </Button>
      </div>
    </>
  );
}

/** What was typed where nothing can be sent any more. */
export function Unsent({ text, why }: { text: string; why: string }) {
  const { t } = useTranslation();
  const id = useId();
  if (text.trim() === "") return null;
  return (
    <div className="panel p-form">
      <Notice tone="amber">{why}</Notice>
      <div className="p-field">
        <label htmlFor={id}>{t("portal.tickets.unsent.title")}</label>
        <textarea id={id} readOnly rows={6} value={text} />
      </div>
    </div>
  );
}
