import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useKeys } from "../../hooks/keys";
import styles from "./workspace.module.css";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;

/** Sends keys to the caller's side; the keyboard's digits work while it is open. */
export function Keypad({ onKey }: { onKey: (digit: string) => void }) {
  const { t } = useTranslation();
  const [sent, setSent] = useState("");
  const press = (digit: string) => {
    setSent((before) => (before + digit).slice(-24));
    onKey(digit);
  };
  useKeys(Object.fromEntries(KEYS.map((digit) => [digit, () => press(digit)])));
  return (
    <section aria-label={t("call.keypad")}>
      <div className={styles.sent} role="status" aria-label={t("call.sent")}>
        {sent}
      </div>
      <div className={styles.keypad}>
        {KEYS.map((digit) => (
          <button
            key={digit}
            type="button"
            className={styles.key}
            aria-label={t("call.key", { key: digit })}
            onClick={() => press(digit)}
          >
            {digit}
          </button>
        ))}
      </div>
    </section>
  );
}
