import { Button, NumberInput } from "@mantine/core";
import { IconFlask, IconPlayerStop } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import admin from "../../../../components/admin/admin.module.css";
import { Progress } from "../../../../components/Progress";
import { Sentence } from "../../../../components/Sentence";
import { Ago } from "../../../../components/Times";
import { useDryRun } from "../../../../hooks/ticket-automation";
import { useProblemText } from "../../../../hooks/words";
import type { DryRun, RuleBody } from "../../../../lib/tickets/automation";
import styles from "../setup.module.css";
import { useEventWords } from "./rule-words";

const MONTH = 30;
const MOST_DAYS = 366;

interface TrialProps {
  /** Null: it is not saved yet. */
  id: string | null;
  rule: RuleBody;
  /** Whether the form has nothing against it. */
  ready: boolean;
}

/** Which tickets the rule in the form would have met. */
export function Trial({ id, rule, ready }: TrialProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [days, setDays] = useState(MONTH);
  const trial = useDryRun();
  const { job } = trial;
  const running = trial.begin.isPending || job?.state === "running";
  return (
    <section className={`panel ${admin.section ?? ""}`} aria-labelledby="trial-title">
      <h2 id="trial-title">{t("ticketAutomation.trial.title")}</h2>
      <p className="dim">{t("ticketAutomation.trial.lead")}</p>
      <div className={styles.trial}>
        <NumberInput
          label={t("ticketAutomation.trial.days")}
          suffix={` ${t("ticketAutomation.trial.daysUnit")}`}
          min={1}
          max={MOST_DAYS}
          allowDecimal={false}
          hideControls
          value={days}
          onChange={(typed) => setDays(Math.min(MOST_DAYS, Math.max(1, Number(typed) || 1)))}
        />
        <Button variant="default" leftSection={<IconFlask size={16} aria-hidden />} disabled={!ready || running} onClick={() => trial.begin.mutate({ id, rule: { ...rule, name: rule.name || "…" }, days })}>
          {t("ticketAutomation.trial.go")}
        </Button>
        {job?.state === "running" && (
          <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} loading={trial.cancel.isPending} onClick={() => trial.cancel.mutate()}>
            {t("ticketAutomation.trial.cancel")}
          </Button>
        )}
      </div>
      {!ready && <p className="dim small">{t("ticketAutomation.trial.notYet")}</p>}
      {trial.error && <Sentence tone="red">{t("ticketAutomation.trial.refused", { detail: problemText(trial.error) })}</Sentence>}
      {job?.state === "running" && <Progress word={t("ticketAutomation.trial.running", { done: job.done, total: job.total })} done={job.total > 0 ? job.done : null} total={job.total} />}
      {job && job.state !== "running" && <Result job={job} />}
    </section>
  );
}

function Result({ job }: { job: DryRun }) {
  const { t } = useTranslation();
  const event = useEventWords();
  if (job.state === "failed") return <Sentence tone="red">{t("ticketAutomation.trial.failed")}</Sentence>;
  return (
    <>
      {job.state === "cancelled" && <Sentence tone="amber">{t("ticketAutomation.trial.cancelled", { done: job.done, total: job.total })}</Sentence>}
      <p role="status">
        {job.touched === 0 ? t("ticketAutomation.trial.none") : `${t("ticketAutomation.trial.done", { count: job.touched })}, ${t("ticketAutomation.trial.times", { count: job.times })}`}
      </p>
      {job.items.length > 0 && (
        <>
          {job.items.length < job.touched && <p className="dim small">{t("ticketAutomation.trial.some", { count: job.items.length })}</p>}
          <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("ticketAutomation.trial.list")}>
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t("ticketAutomation.trial.ticket")}</th>
                  <th scope="col">{t("ticketAutomation.trial.when")}</th>
                  <th scope="col">{t("ticketAutomation.trial.why")}</th>
                </tr>
              </thead>
              <tbody>
                {job.items.map((item) => (
                  <tr key={item.ticket_id}>
                    <td>
                      <Link to={`/tickets/${encodeURIComponent(item.number)}`} target="_blank">
                        {item.number} {item.subject}
                      </Link>
                    </td>
                    <td>
                      <Ago at={item.at} />
                    </td>
                    <td>{event(item.event)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </>
  );
}
