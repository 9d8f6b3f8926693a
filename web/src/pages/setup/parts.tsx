import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { useProblemText } from "../../hooks/words";
import { Problem } from "../../lib/api";
import styles from "./guide.module.css";

/** A step's form: does what it says, then goes on; what is refused is said at its field, or below. */
export function useStep(act: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(500, "error", "", ""));
    } finally {
      setBusy(false);
    }
  };
  const field = problem?.extra.field;
  return { busy, problem, run, wrong: (name: string) => (field === name ? problem?.detail : undefined), clear: () => setProblem(null) };
}

interface StepFormProps {
  step: ReturnType<typeof useStep>;
  ready: boolean;
  /** Fields that say themselves what is wrong with them. */
  fields: readonly string[];
  /** On the button; "Save and go on" when left out. */
  word?: string;
  children: ReactNode;
}

export function StepForm({ step, ready, fields, word, children }: StepFormProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !step.busy) void step.run();
      }}
    >
      {children}
      {step.problem && !fields.includes(String(step.problem.extra.field)) && (
        <Sentence tone="red">{t("house.guide.failed", { detail: problemText(step.problem) })}</Sentence>
      )}
      <div>
        <Button type="submit" loading={step.busy} disabled={!ready}>
          {word ?? t("house.guide.next")}
        </Button>
      </div>
    </form>
  );
}
