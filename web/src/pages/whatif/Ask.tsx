import { Button } from "@mantine/core";
import { IconFlask, IconPlayerPlay, IconRestore } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { NotLoaded } from "../../components/NotLoaded";
import { NumberField, TextField } from "../../components/admin/Fields";
import { PageSkeleton } from "../../components/PageSkeleton";
import { Empty, Sentence } from "../../components/Sentence";
import { FormContext, useDraft, type Draft } from "../../hooks/draft";
import { useTitle } from "../../hooks/title";
import { useAsk, useSetUp } from "../../hooks/whatif";
import { useLocale, useProblemText } from "../../hooks/words";
import { Problem } from "../../lib/api";
import { askBody, changesOf, countChanges, freshQuestion, MAX_RUNS, pathOf, questionTroubles, type SetUp } from "../../lib/whatif/ask";
import { draft as kept, keepAsked, keepDraft } from "../../lib/whatif/memory";
import type { Question } from "../../lib/whatif/types";
import { Base } from "./Base";
import { Factors } from "./Factors";
import { QueueRules } from "./QueueRules";
import { Runs } from "./Runs";
import { Skills } from "./Skills";
import { Staff } from "./Staff";
import styles from "./whatif.module.css";
import { dayText, yesterday } from "./words";

export type QuestionDraft = Draft<Question>;

export interface PartProps {
  draft: QuestionDraft;
  setUp: SetUp;
}

/** A new question, beside the last runs. */
export function Ask() {
  const { t } = useTranslation();
  useTitle(t("whatif.title"));
  const setUp = useSetUp();
  return (
    <div className={styles.page}>
      <header>
        <h1>{t("whatif.title")}</h1>
        <p className="dim">{t("whatif.lead")}</p>
      </header>
      <div className={styles.columns}>
        <Runs />
        <div className={styles.form}>
          <Form loading={setUp} />
        </div>
      </div>
    </div>
  );
}

function Form({ loading }: { loading: ReturnType<typeof useSetUp> }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [from, setFrom] = useState(() => ({ round: 0, question: kept(sessionStorage, yesterday()) ?? freshQuestion(yesterday()) }));
  if (loading.data?.queues.length === 0)
    return (
      <div className="panel">
        <Empty icon={<IconFlask size={32} stroke={1.5} aria-hidden />} title={t("whatif.noQueues")}>
          <p>{t("whatif.noQueuesText")}</p>
        </Empty>
      </div>
    );
  if (loading.data)
    return (
      <Questions
        key={from.round}
        from={from.question}
        setUp={loading.data}
        onClear={() => setFrom({ round: from.round + 1, question: freshQuestion(yesterday()) })}
      />
    );
  if (!loading.error) return <PageSkeleton />;
  return (
    <NotLoaded query={loading}>{t("whatif.setUpFailed", { detail: problemText(loading.error) })}</NotLoaded>
  );
}

interface QuestionsProps {
  from: Question;
  setUp: SetUp;
  onClear: () => void;
}

function Questions({ from, setUp, onClear }: QuestionsProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const ask = useAsk();
  const nameOf = useAutomaticName(setUp);
  const troubles = useCallback((value: Question) => questionTroubles(value, setUp), [setUp]);
  const draft = useDraft<Question>({
    saved: from,
    editable: true,
    troubles,
    save: async (value) => {
      const body = askBody(value, setUp, nameOf(value));
      const id = await ask(body).catch((error: unknown) => {
        throw error instanceof Problem && typeof error.extra.field === "string" ? moved(error, pathOf(error.extra.field, body)) : error;
      });
      keepAsked(localStorage, id, value);
      await navigate(`/whatif/${id}`);
    },
  });
  useEffect(() => keepDraft(sessionStorage, draft.value), [draft.value]);
  const { value, set } = draft;
  const part = { draft, setUp };
  return (
    <FormContext.Provider value={draft.fields}>
      <form
        noValidate
        className={styles.sections}
        aria-label={t("whatif.title")}
        onBlur={draft.left}
        onSubmit={(event) => {
          event.preventDefault();
          void draft.save();
        }}
      >
        <Section id="base">
          <Base {...part} />
        </Section>
        <Section id="staff" lead={t("whatif.staffLead")}>
          <Staff {...part} />
        </Section>
        <Section id="factors" lead={t("whatif.factorsLead")}>
          <Factors {...part} />
        </Section>
        <Section id="skills" lead={t("whatif.skillsLead")}>
          <Skills {...part} />
        </Section>
        <Section id="rules" lead={t("whatif.rulesLead")}>
          <QueueRules {...part} />
        </Section>
        <Section id="run">
          <div className={styles.grid}>
            <TextField
              path="name"
              label={t("whatif.name")}
              placeholder={nameOf(value)}
              value={value.name}
              onChange={(name) => set({ name: name.slice(0, 200) })}
            />
            <NumberField
              path="runs"
              label={t("whatif.runs")}
              description={t("whatif.runsText")}
              min={1}
              max={MAX_RUNS}
              value={value.runs}
              onChange={(runs) => set({ runs: runs ?? Number.NaN })}
            />
          </div>
        </Section>
        <StartBar draft={draft} changes={countChanges(value, setUp)} onClear={onClear} />
      </form>
    </FormContext.Provider>
  );
}

function moved(problem: Problem, field: string): Problem {
  const { status, type, title, detail, extra } = problem;
  const named = String(extra.field);
  const text = detail.startsWith(`${named}: `) ? detail.slice(named.length + 2) : detail;
  return new Problem(status, type, title, text, { ...extra, field });
}

/** What a run is called that the planner gave no name. */
function useAutomaticName(setUp: SetUp): (question: Question) => string {
  const { t } = useTranslation();
  const locale = useLocale();
  return (question) => {
    const changed = changesOf(question, setUp) !== null;
    if (question.kind === "generated") return t(changed ? "whatif.auto.madeChanged" : "whatif.auto.made");
    return t(changed ? "whatif.auto.dayChanged" : "whatif.auto.day", { date: dayText(question.date, locale) });
  };
}

function Section({ id, lead, children }: { id: "base" | "staff" | "factors" | "skills" | "rules" | "run"; lead?: string; children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <section className={`panel ${styles.section ?? ""}`} aria-labelledby={`whatif-${id}`}>
      <h2 id={`whatif-${id}`}>{t(`whatif.section.${id}`)}</h2>
      {lead && <p className="dim">{lead}</p>}
      <div className={styles.sectionBody}>{children}</div>
    </section>
  );
}

function StartBar({ draft, changes, onClear }: { draft: QuestionDraft; changes: number; onClear: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const blocked = draft.tried && draft.count > 0;
  return (
    <div className={styles.startBar}>
      <div className="grow" role="status">
        {draft.problem ? (
          <Sentence tone="red">{t("whatif.notStarted", { detail: problemText(draft.problem) })}</Sentence>
        ) : blocked ? (
          <Sentence tone="red">{t("whatif.fixFirst", { count: draft.count })}</Sentence>
        ) : (
          <span className="dim">{changes > 0 ? t("whatif.starting", { count: changes }) : t("whatif.unchanged")}</span>
        )}
      </div>
      <Button variant="default" leftSection={<IconRestore size={16} aria-hidden />} disabled={draft.saving} onClick={onClear}>
        {t("whatif.clear")}
      </Button>
      <Button type="submit" loading={draft.saving} leftSection={<IconPlayerPlay size={16} aria-hidden />}>
        {t("whatif.start")}
      </Button>
    </div>
  );
}
