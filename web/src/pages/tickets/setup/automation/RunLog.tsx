import { Button, Select, TextInput } from "@mantine/core";
import { IconArrowBackUp, IconCircleCheck, IconCircleX, IconListDetails, IconMinus, IconRefreshAlert, type Icon } from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { Loading, alike } from "../../../../components/Loading";
import admin from "../../../../components/admin/admin.module.css";
import { Mark, type Tone } from "../../../../components/Mark";
import { NotLoaded } from "../../../../components/NotLoaded";
import { Empty } from "../../../../components/Sentence";
import { Ago } from "../../../../components/Times";
import { options } from "../../../../hooks/admin";
import { useRules, useRuns } from "../../../../hooks/ticket-automation";
import { useTitle } from "../../../../hooks/title";
import { useLocale, useProblemText } from "../../../../hooks/words";
import { OUTCOMES, type Run, type RunOutcome } from "../../../../lib/tickets/automation";
import { useNames } from "../../names";
import setup from "../setup.module.css";
import styles from "./run-log.module.css";
import { Nav } from "./Nav";
import { useEventWords } from "./rule-words";

const OUTCOME: Record<RunOutcome, { icon: Icon; tone: Tone }> = {
  done: { icon: IconCircleCheck, tone: "green" },
  nothing: { icon: IconMinus, tone: "grey" },
  failed: { icon: IconCircleX, tone: "red" },
  loop: { icon: IconRefreshAlert, tone: "amber" },
};
const PAUSE_MS = 300;

/** What rules have done to tickets; filters stand in the address. */
export function RunLog() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  useTitle(t("ticketAutomation.runs.title"));
  const [params, setParams] = useSearchParams();
  const asked = { rule: params.get("rule") ?? "", ticket: params.get("ticket") ?? "", outcome: params.get("outcome") ?? "" };
  const change = (name: keyof typeof asked, value: string) =>
    setParams(
      (old) => {
        if (value) old.set(name, value);
        else old.delete(name);
        return old;
      },
      { replace: true },
    );
  const rules = useRules().data;
  const runs = useRuns(asked);
  const rows = runs.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Object.values(asked).some(Boolean);
  const gone = asked.rule && rules && !rules.some((rule) => rule.id === asked.rule) ? [{ value: asked.rule, label: asked.rule }] : [];
  return (
    <div className={admin.area}>
      <Nav />
      <header className={admin.areaHead}>
        <div className="grow">
          <h1>{t("ticketAutomation.runs.title")}</h1>
          <p className="dim">{t("ticketAutomation.runs.lead")}</p>
        </div>
        <Button component={Link} to="/admin/tickets/rules" variant="default" leftSection={<IconArrowBackUp size={16} aria-hidden />}>
          {t("ticketAutomation.rules.title")}
        </Button>
      </header>
      <div className={styles.filters}>
        <Select
          label={t("ticketAutomation.runs.rule")}
          placeholder={t("ticketAutomation.runs.everyRule")}
          data={[...options(rules), ...gone]}
          value={asked.rule || null}
          onChange={(rule) => change("rule", rule ?? "")}
          clearable
          searchable
        />
        <Select
          label={t("ticketAutomation.runs.outcome")}
          placeholder={t("ticketAutomation.runs.everyOutcome")}
          data={OUTCOMES.map((value) => ({ value, label: t(`ticketAutomation.runs.outcomeOf.${value}`) }))}
          value={asked.outcome || null}
          onChange={(outcome) => change("outcome", outcome ?? "")}
          clearable
        />
        <TicketFilter key={asked.ticket === "" ? "empty" : "given"} value={asked.ticket} onChange={(ticket) => change("ticket", ticket)} />
      </div>
      {runs.error && (
        <NotLoaded query={runs}>{t("admin.listFailed", { detail: problemText(runs.error) })}</NotLoaded>
      )}
      {runs.isPending && (
        <Loading bars={alike(4, 40)} />
      )}
      {runs.data && rows.length === 0 && (
        <div className="panel">
          {filtered ? (
            <p className="empty">{t("ticketAutomation.runs.noMatch")}</p>
          ) : (
            <Empty icon={<IconListDetails size={32} stroke={1.5} aria-hidden />} title={t("ticketAutomation.runs.none")}>
              <p>{t("ticketAutomation.runs.noneText")}</p>
            </Empty>
          )}
        </div>
      )}
      {rows.length > 0 && <Table rows={rows} />}
      {runs.hasNextPage && (
        <div>
          <Button variant="default" loading={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
            {t("ticketAutomation.runs.more")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Asked when typing pauses. */
function TicketFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return <TextInput label={t("ticketAutomation.runs.ticket")} placeholder={t("ticketAutomation.runs.ticketHint")} maxLength={64} value={text} onChange={(event) => setText(event.currentTarget.value)} />;
}

function Table({ rows }: { rows: readonly Run[] }) {
  const { t } = useTranslation();
  const event = useEventWords();
  return (
    <div className={`panel ${setup.scroll ?? ""}`} tabIndex={0} role="region" aria-label={t("ticketAutomation.runs.title")}>
      <table className={`table ${styles.runs ?? ""}`}>
        <thead>
          <tr>
            {(["at", "rule", "ticket", "event", "outcome", "did"] as const).map((name) => (
              <th key={name} scope="col">
                {t(`ticketAutomation.runs.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((run) => (
            <tr key={run.id}>
              <td>
                <Ago at={run.at} />
              </td>
              <td>
                <Link to={`/admin/tickets/rules/${encodeURIComponent(run.rule_id)}`}>{run.rule}</Link>
              </td>
              <td>
                <Link to={`/tickets/${encodeURIComponent(run.number)}`}>{run.number}</Link>
              </td>
              <td>{event(run.event)}</td>
              <td>
                <Mark {...OUTCOME[run.outcome]}>{t(`ticketAutomation.runs.outcomeOf.${run.outcome}`)}</Mark>
              </td>
              <td>
                <Did run={run} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A refusal names the act by its place in the document. */
function told(problem: string, t: TFunction): string {
  const [, place, rest] = /^actions\.(\d+)[^:]*: (.*)$/s.exec(problem) ?? [];
  return place === undefined ? problem : t("ticketAutomation.runs.problemAt", { number: Number(place) + 1, problem: rest });
}

function Did({ run }: { run: Run }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const names = useNames(null);
  const rules = useRules().data;
  const parts = [
    ...(run.changes.length > 0 ? [t("ticketAutomation.runs.changed", { fields: run.changes.map(names.field).join(", ") })] : []),
    ...(run.said > 0 ? [t("ticketAutomation.runs.said", { count: run.said })] : []),
  ];
  const chain = run.chain.map((id) => rules?.find((rule) => rule.id === id)?.name ?? id);
  return (
    <div className={styles.did}>
      {parts.length > 0 && <span>{new Intl.ListFormat(locale).format(parts)}</span>}
      {run.problem && <span className={styles.problem}>{told(run.problem, t)}</span>}
      {parts.length === 0 && !run.problem && <span className="dim">{t("ticketAutomation.runs.nothing")}</span>}
      {chain.length > 0 && <span className="dim small">{t("ticketAutomation.runs.chain", { rules: chain.join(" ← ") })}</span>}
    </div>
  );
}
