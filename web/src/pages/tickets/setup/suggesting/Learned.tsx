import { Button } from "@mantine/core";
import { IconCircleCheck, IconCircleOff, IconSchool } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Mark } from "../../../../components/Mark";
import { Progress } from "../../../../components/Progress";
import { Sentence } from "../../../../components/Sentence";
import { Ago } from "../../../../components/Times";
import { useStopTraining, useTrain } from "../../../../hooks/ticket-suggestions";
import { useLocale, useProblemText } from "../../../../hooks/words";
import { cutAt, type FieldState, type Suggester } from "../../../../lib/tickets/suggesting";
import styles from "../../suggesting/suggesting.module.css";
import { Confusion } from "./Confusion";

function usePercent(): (share: number) => string {
  const format = new Intl.NumberFormat(useLocale(), { style: "percent", maximumFractionDigits: 0 });
  return (share) => format.format(share);
}

/** What was learned when, how good it is, and learning anew. */
export function Learned({ suggester }: { suggester: Suggester }) {
  const { t } = useTranslation();
  const { fields, settings } = suggester;
  const tried = fields.filter(({ trial }) => trial.confusion.values.length > 0);
  return (
    <>
      <section className={`panel ${styles.section ?? ""}`} aria-labelledby="learned-title">
        <h2 id="learned-title">{t("ticketSuggestions.learned")}</h2>
        <p className="dim">{t("ticketSuggestions.lead")}</p>
        <Training suggester={suggester} />
        {suggester.trained_at && (
          <ul className={styles.fields}>
            {fields.map((each) => (
              <Field key={each.field} state={each} least={settings} />
            ))}
          </ul>
        )}
      </section>
      {tried.length > 0 && (
        <section className={`panel ${styles.section ?? ""}`} aria-labelledby="confusion-title">
          <h2 id="confusion-title">{t("ticketSuggestions.confusion.title")}</h2>
          <p className="dim">{t("ticketSuggestions.confusion.lead")}</p>
          {tried.map((each) => (
            <Confusion key={each.field} state={each} />
          ))}
        </section>
      )}
    </>
  );
}

function Training({ suggester }: { suggester: Suggester }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const train = useTrain();
  const stop = useStopTraining();
  const { state, report, trained_at, tickets, settings } = suggester;
  if (state === "running")
    return (
      <div className="stack">
        <Progress word={t("ticketSuggestions.running", { percent: Math.round(100 * suggester.progress) })} done={suggester.progress} total={1} />
        <Button variant="default" style={{ alignSelf: "flex-start" }} loading={stop.isPending} onClick={() => stop.mutate()}>
          {t("ticketSuggestions.stop")}
        </Button>
        {stop.error && <Sentence tone="red">{t("ticketSuggestions.failed", { detail: problemText(stop.error) })}</Sentence>}
      </div>
    );
  return (
    <div className="stack">
      {state === "failed" && <Sentence tone="red">{t("ticketSuggestions.failed", { detail: suggester.problem })}</Sentence>}
      {state === "cancelled" && <Sentence tone="grey">{t("ticketSuggestions.stopped")}</Sentence>}
      {train.error && <Sentence tone="red">{t("ticketSuggestions.failed", { detail: problemText(train.error) })}</Sentence>}
      {suggester.forgotten && <Sentence tone="amber">{t("ticketSuggestions.forgotten")}</Sentence>}
      {tickets < settings.least_tickets && <Sentence tone="grey">{t("ticketSuggestions.tooFew", { count: tickets, least: settings.least_tickets })}</Sentence>}
      <div className="row wrap">
        <Button leftSection={<IconSchool size={16} aria-hidden />} variant="default" loading={train.isPending} onClick={() => train.mutate()}>
          {t("ticketSuggestions.train")}
        </Button>
        <span className="dim">
          {trained_at ? (
            <>
              {t("ticketSuggestions.from", { count: report.tickets, terms: report.terms, seconds: report.seconds })} <Ago at={trained_at} />
            </>
          ) : (
            t("ticketSuggestions.never")
          )}
        </span>
      </div>
    </div>
  );
}

function Field({ state, least }: { state: FieldState; least: Suggester["settings"] }) {
  const { t } = useTranslation();
  const percent = usePercent();
  const { trial, answers } = state;
  const cut = cutAt(trial, least.least_confidence);
  const decided = answers.taken + answers.refused;
  return (
    <li>
      <div className={styles.head}>
        <h3>{t(`tickets.field.${state.field}`)}</h3>
        <Mark icon={state.on ? IconCircleCheck : IconCircleOff} tone={state.on ? "green" : "grey"}>
          {t(state.on ? "ticketSuggestions.on" : "ticketSuggestions.off")}
        </Mark>
      </div>
      {state.why && (
        <p className="small">
          {t(`ticketSuggestions.why.${state.why}`, { count: trial.tickets, least: least.least_tickets, accuracy: least.least_accuracy, usual: percent(state.baseline) })}
        </p>
      )}
      {trial.held_out > 0 && (
        <>
          <div>
            <span className={styles.value}>{percent(state.accuracy)}</span> <span className="dim small">{t("ticketSuggestions.right")}</span>
          </div>
          <div
            className={styles.track}
            role="img"
            aria-label={t("ticketSuggestions.bar", { share: percent(state.accuracy), usual: percent(state.baseline) })}
            style={{ "--share": `${100 * state.accuracy}%`, "--usual": `${100 * state.baseline}%` } as React.CSSProperties}
          />
          <dl className={styles.facts}>
            <dt>{t("ticketSuggestions.fact.baseline")}</dt>
            <dd>{percent(state.baseline)}</dd>
            <dt>{t("ticketSuggestions.fact.heldOut")}</dt>
            <dd>{t("ticketSuggestions.fact.of", { right: trial.right, count: trial.held_out })}</dd>
            <dt>{t("ticketSuggestions.fact.learned")}</dt>
            <dd>{trial.learned}</dd>
            <dt>{t("ticketSuggestions.fact.values")}</dt>
            <dd>{trial.left_out > 0 ? t("ticketSuggestions.fact.leftOut", { values: trial.values, count: trial.left_out }) : trial.values}</dd>
            {cut && (
              <>
                <dt>{t("ticketSuggestions.fact.shown", { percent: least.least_confidence })}</dt>
                <dd>{percent(cut.shown / trial.held_out)}</dd>
                <dt>{t("ticketSuggestions.fact.shownRight")}</dt>
                <dd>{cut.shown > 0 ? percent(cut.right / cut.shown) : t("common.none")}</dd>
              </>
            )}
          </dl>
        </>
      )}
      <dl className={styles.facts}>
        <dt>{t("ticketSuggestions.fact.answers")}</dt>
        <dd>{decided > 0 ? t("ticketSuggestions.fact.of", { right: answers.taken, count: decided }) : t("common.none")}</dd>
      </dl>
    </li>
  );
}
