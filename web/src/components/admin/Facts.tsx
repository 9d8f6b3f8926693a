import "../../i18n/safety";
import { ActionIcon, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import styles from "./facts.module.css";

/** What is so, as words and values. */
export function Facts({ rows }: { rows: readonly (readonly [word: string, value: ReactNode])[] }) {
  return (
    <dl className={styles.facts}>
      {rows.map(([word, value]) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Something to be typed elsewhere, with a button that copies it; `what` says of what. */
export function Copyable({ text, what }: { text: string; what: string }) {
  const { t } = useTranslation();
  return (
    <span className={styles.copyable}>
      <code>{text}</code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <ActionIcon variant="subtle" size="sm" onClick={copy} aria-label={copied ? t("safety.copied") : t("safety.copy", { what })}>
            {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          </ActionIcon>
        )}
      </CopyButton>
    </span>
  );
}
