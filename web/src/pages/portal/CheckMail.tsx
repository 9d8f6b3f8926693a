import { IconMailOpened } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button, Page } from "./kit";

/** Says the same whether there is an account or not. */
export function CheckMail({ email, onAgain }: { email: string; onAgain: () => void }) {
  const { t } = useTranslation();
  const text = useRef<HTMLParagraphElement>(null);
  useEffect(() => text.current?.focus(), []);
  return (
    <Page title={t("portal.mail.title")} narrow>
      <div className="panel p-form">
        <IconMailOpened size={40} stroke={1.5} aria-hidden />
        <p ref={text} tabIndex={-1}>
          {t("portal.mail.text", { email })}
        </p>
        <p className="dim small">{t("portal.mail.hint")}</p>
        <Button tone="plain" onClick={onAgain}>
          {t("portal.mail.again")}
        </Button>
      </div>
    </Page>
  );
}
