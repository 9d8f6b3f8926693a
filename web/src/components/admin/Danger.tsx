import { Button, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "../../hooks/words";
import { Problem } from "../../lib/api";
import { Sentence } from "../Sentence";
import styles from "./admin.module.css";

interface DangerProps {
  /** What is deleted, by the name that has to be typed. */
  name: string;
  word: string;
  /** Who uses it, one line each; shown before anything can be deleted. */
  usedBy: readonly ReactNode[];
  /** Whether it cannot be deleted while it is used. */
  held?: boolean;
  onDelete: () => Promise<void>;
}

/** Deleting: first who uses it, then by name. */
export function Danger({ name, word, usedBy, held, onDelete }: DangerProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const fits = typed.trim().toLocaleLowerCase() === name.trim().toLocaleLowerCase();
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await onDelete();
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(500, "error", "", ""));
      setBusy(false);
    }
  };
  if (!open)
    return (
      <div>
        <Button variant="subtle" color="red" c="var(--cc-red)" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setOpen(true)}>
          {word}
        </Button>
      </div>
    );
  return (
    <section className={`panel ${styles.section ?? ""}`} aria-label={word} data-danger>
      <h2>{word}</h2>
      {usedBy.length > 0 ? (
        <Sentence tone="amber">
          {held ? t("admin.delete.held") : t("admin.delete.used")}
          <UsedBy lines={usedBy} />
        </Sentence>
      ) : (
        <UsedBy lines={usedBy} />
      )}
      {held && usedBy.length > 0 ? (
        <Button mt={12} variant="default" onClick={() => setOpen(false)}>
          {t("common.close")}
        </Button>
      ) : (
      <form
        className={styles.danger}
        onSubmit={(event) => {
          event.preventDefault();
          if (fits && !busy) void run();
        }}
      >
        <TextInput
          label={t("admin.delete.type", { name })}
          value={typed}
          autoComplete="off"
          data-autofocus
          ref={(input) => {
            if (!typed) input?.focus();
          }}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <div className="row wrap">
          <Button type="submit" color="red.9" disabled={!fits} loading={busy} leftSection={<IconTrash size={16} aria-hidden />}>
            {word}
          </Button>
          <Button variant="default" onClick={() => setOpen(false)}>
            {t("common.cancel")}
          </Button>
        </div>
      </form>
      )}
      {problem && <Sentence tone="red">{t("admin.delete.failed", { detail: problemText(problem) })}</Sentence>}
    </section>
  );
}

export function UsedBy({ lines }: { lines: readonly ReactNode[] }) {
  const { t } = useTranslation();
  if (lines.length === 0) return <p className="dim">{t("admin.delete.unused")}</p>;
  return (
    <ul className={styles.uses}>
      {lines.map((line, index) => (
        <li key={index}>{line}</li>
      ))}
    </ul>
  );
}
