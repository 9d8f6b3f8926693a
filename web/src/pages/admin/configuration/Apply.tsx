import { Button, Checkbox } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { IconCheck } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Progress } from "../../../components/Progress";
import { Sentence } from "../../../components/Sentence";
import { useProblemText } from "../../../hooks/words";
import { counted, mistakesOf, type Plan } from "../../../lib/admin/configuration";
import { Problem, request } from "../../../lib/api";
import { useProgress } from "./Configuration";
import styles from "./configuration.module.css";
import { Mistakes } from "./Mistakes";

interface ApplyProps {
  plan: Plan;
  texts: Record<string, string>;
  prune: boolean;
  onDone: (count: number) => void;
}

/** Makes it so, after a yes to what goes for good, and says how far it has come. */
export function Apply({ plan, texts, prune, onDone }: ApplyProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const client = useQueryClient();
  const progress = useProgress();
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const removed = counted(plan).remove;
  const { refetch } = progress;
  useEffect(() => {
    if (!busy) return;
    // The first look comes when the server has begun, not at the next quiet one.
    const timer = setInterval(() => void refetch(), 500);
    return () => clearInterval(timer);
  }, [busy, refetch]);
  const go = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const applied = await request<Plan>("POST", "/configuration", { body: { files: texts, prune } });
      void client.invalidateQueries();
      onDone(applied.changes.length);
    } catch (error) {
      setProblem(error as Problem);
    }
    setBusy(false);
  };
  const coming = progress.data;
  if (busy || coming?.running)
    return (
      <div className="stack">
        {!busy && <p>{t("configuration.apply.elsewhere")}</p>}
        <Progress
          word={
            coming?.section
              ? t("configuration.apply.at", { done: coming.done, total: coming.total, section: plan.sections[coming.section] ?? coming.section })
              : t("configuration.apply.running", { done: coming?.running ? coming.done : 0, total: plan.changes.length })
          }
          done={coming?.running ? coming.done : null}
          total={coming?.total ?? 1}
        />
      </div>
    );
  const mistakes = mistakesOf(problem);
  return (
    <div className="stack">
      {mistakes && <Mistakes mistakes={mistakes} texts={texts} />}
      {problem && !mistakes && (
        <Sentence tone={problem.status === 0 ? "amber" : "red"}>
          {problem.status === 0 ? t("configuration.apply.lost") : t("configuration.apply.failed", { detail: problemText(problem) })}
        </Sentence>
      )}
      {plan.changes.length > 0 && (
        <>
          {removed > 0 && (
            <Checkbox
              label={t("configuration.apply.removes", { count: removed })}
              checked={sure}
              onChange={(event) => setSure(event.currentTarget.checked)}
            />
          )}
          <div className={styles.acts}>
            <Button disabled={removed > 0 && !sure} leftSection={<IconCheck size={16} aria-hidden />} onClick={() => void go()}>
              {t("configuration.apply.go", { count: plan.changes.length })}
            </Button>
            <span className="dim small grow">{t("configuration.apply.whole")}</span>
          </div>
        </>
      )}
    </div>
  );
}
