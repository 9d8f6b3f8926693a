import { Button, Select } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { IconArrowLeft, IconCheck, IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { FileDrop } from "../../components/FileDrop";
import { ImportLines, ReportButton } from "../../components/import/ImportLines";
import { Progress } from "../../components/Progress";
import { Empty, Sentence } from "../../components/Sentence";
import { may, useMe } from "../../hooks/session";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { fetchBlob, Problem, request } from "../../lib/api";
import { DELIMITERS, decoded, delimiterOf, ENCODINGS, encodingOf, isZip, records, type Delimiter, type Encoding, type Row } from "../../lib/csv";
import {
  guessed,
  KNOWN,
  mappingTrouble,
  NOTHING,
  parts,
  plus,
  type ImportAnswer,
  type Known,
  type Outcome,
} from "../../lib/customer-import";
import type { CustomField } from "../../lib/customers";
import { reportOf } from "../../lib/import-report";
import { useCustomFields } from "./CustomerPage";
import { Columns, useFieldWord } from "./ImportColumns";
import styles from "./customers.module.css";
import own from "./import.module.css";

const MOST_BYTES = 100_000_000;

interface Chosen {
  name: string;
  bytes: Uint8Array;
  encoding: Encoding;
  delimiter: Delimiter;
}

export function Import() {
  const { t } = useTranslation();
  const fields = useCustomFields();
  const allowed = may(useMe(), "customers.import");
  useTitle(t("customers.import.title"));
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const [reading, setReading] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const problemText = useProblemText();
  if (!allowed) return <Empty icon={null} title={t("error.notFound")} />;
  const take = async (file: File) => {
    setTooLarge(file.size > MOST_BYTES);
    if (file.size > MOST_BYTES) return;
    setProblem(null);
    let bytes = new Uint8Array(await file.arrayBuffer());
    if (isZip(bytes)) {
      // A sheet is opened by the server, which gives it back as CSV.
      const form = new FormData();
      form.append("file", file);
      setReading(true);
      try {
        bytes = new Uint8Array(await (await fetchBlob("POST", "/customers/import/sheet", { form })).arrayBuffer());
      } catch (error) {
        setProblem(error as Problem);
        return;
      } finally {
        setReading(false);
      }
    }
    const encoding = encodingOf(bytes);
    setChosen({ name: file.name, bytes, encoding, delimiter: delimiterOf(decoded(bytes, encoding)) });
  };
  return (
    <div className={styles.page}>
      <Link className={styles.back ?? ""} to="/customers">
        <IconArrowLeft size={16} aria-hidden />
        {t("customers.back")}
      </Link>
      <header>
        <h1>{t("customers.import.title")}</h1>
        <p className="dim">{t("customers.import.lead")}</p>
      </header>
      {!chosen && (
        <section className={`panel ${styles.card ?? ""}`}>
          <FileDrop
            word={t("customers.import.drop")}
            choose={t("customers.import.choose")}
            accept=".csv,.txt,.tsv,.xlsx,text/csv"
            disabled={reading}
            hint={t("customers.import.hint")}
            onFiles={([file]) => {
              if (file) void take(file);
            }}
          />
          {reading && <Progress word={t("customers.import.opening")} done={null} total={1} />}
          {problem && <Sentence tone="red">{t("customers.import.notOpened", { detail: problemText(problem) })}</Sentence>}
          {tooLarge && <Sentence tone="red">{t("customers.import.tooLarge")}</Sentence>}
        </section>
      )}
      {chosen && fields.data && (
        <Table
          key={`${chosen.encoding}${chosen.delimiter}`}
          chosen={chosen}
          fields={fields.data.items}
          onChange={(part) => setChosen({ ...chosen, ...part })}
          onOther={() => setChosen(null)}
        />
      )}
      {chosen && fields.isPending && <Progress word={t("common.loading")} done={null} total={1} />}
    </div>
  );
}

interface TableProps {
  chosen: Chosen;
  fields: readonly CustomField[];
  onChange: (part: Partial<Chosen>) => void;
  onOther: () => void;
}

function Table({ chosen, fields, onChange, onOther }: TableProps) {
  const { t } = useTranslation();
  const [head, ...rows] = useMemo(() => records(decoded(chosen.bytes, chosen.encoding), chosen.delimiter), [chosen]);
  const headers = useMemo(() => head?.cells.map((cell) => cell.trim()) ?? [], [head]);
  const [mapping, setMapping] = useState(() => guessed(headers, fields));
  const [known, setKnown] = useState<Known>("update");
  const run = useRun(rows, mapping, known);
  const trouble = mappingTrouble(mapping);
  const names = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" } as const;
  return (
    <>
      <section className={`panel ${styles.card ?? ""}`}>
        <div className={own.file}>
          <div className="grow">
            <h2>{chosen.name}</h2>
            <p className="dim" role="status">
              {t("customers.import.size", { count: rows.length, columns: headers.length })}
            </p>
          </div>
          <Select
            label={t("customers.import.encoding")}
            data={ENCODINGS.map((value) => ({ value, label: t(`customers.import.encodings.${value}`) }))}
            value={chosen.encoding}
            allowDeselect={false}
            disabled={run.busy !== null}
            onChange={(encoding) => onChange({ encoding: encoding as Encoding })}
          />
          <Select
            label={t("customers.import.delimiter")}
            data={DELIMITERS.map((value) => ({ value, label: t(`customers.import.delimiters.${names[value]}`) }))}
            value={chosen.delimiter}
            allowDeselect={false}
            disabled={run.busy !== null}
            onChange={(delimiter) => onChange({ delimiter: delimiter as Delimiter })}
          />
          <Button variant="default" disabled={run.busy !== null} leftSection={<IconRefresh size={16} aria-hidden />} onClick={onOther}>
            {t("customers.import.other")}
          </Button>
        </div>
      </section>
      {rows.length === 0 ? (
        <Sentence tone="amber">{t("customers.import.noRows")}</Sentence>
      ) : (
        <>
          <Columns
            headers={headers}
            rows={rows}
            fields={fields}
            mapping={mapping}
            trouble={trouble}
            disabled={run.busy !== null}
            onChange={(changed) => {
              setMapping(changed);
              run.forget();
            }}
          />
          <section className={`panel ${styles.card ?? ""}`} aria-labelledby="import-run">
            <h2 id="import-run">{t("customers.import.run")}</h2>
            <Select
              className={own.known ?? ""}
              label={t("customers.import.known")}
              description={t("customers.import.knownHint")}
              inputWrapperOrder={["label", "input", "description", "error"]}
              data={KNOWN.map((value) => ({ value, label: t(`customers.import.knowns.${value}`) }))}
              value={known}
              allowDeselect={false}
              disabled={run.busy !== null}
              onChange={(value) => {
                setKnown(value as Known);
                run.forget();
              }}
            />
            <Running run={run} rows={rows.length} blocked={trouble !== null} headers={headers} fields={fields} name={chosen.name} />
          </section>
        </>
      )}
    </>
  );
}

type Phase = "check" | "apply";

interface Run {
  busy: Phase | null;
  done: number;
  outcome: { phase: Phase; whole: boolean; counts: Outcome } | null;
  problem: Problem | null;
  go: (phase: Phase) => Promise<void>;
  stop: () => void;
  forget: () => void;
}

/** Sends part after part; what has gone in when it is stopped stays, and going again does no harm. */
function useRun(rows: readonly Row[], mapping: readonly string[], known: Known): Run {
  const client = useQueryClient();
  const [busy, setBusy] = useState<Phase | null>(null);
  const [done, setDone] = useState(0);
  const [outcome, setOutcome] = useState<Run["outcome"]>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const stopped = useRef<AbortController>(null);
  const forget = () => {
    setOutcome(null);
    setProblem(null);
  };
  const go = async (phase: Phase) => {
    const stop = new AbortController();
    stopped.current = stop;
    setBusy(phase);
    setDone(0);
    forget();
    let counts = NOTHING;
    let sent = 0;
    try {
      for (const part of parts(rows, mapping)) {
        if (stop.signal.aborted) break;
        const body = { csv: part.csv, known, apply: phase === "apply" };
        const answer = await request<ImportAnswer>("POST", "/customers/import", { body });
        counts = plus(counts, part, answer);
        sent += part.rows.length;
        setDone(sent);
      }
    } catch (error) {
      setProblem(error as Problem);
    }
    // Also of what was broken off: that much is in.
    if (sent > 0) setOutcome({ phase, whole: sent === rows.length, counts });
    if (phase === "apply") for (const key of ["customers", "customer-tags"]) void client.invalidateQueries({ queryKey: [key] });
    setBusy(null);
  };
  return { busy, done, outcome, problem, go, stop: () => stopped.current?.abort(), forget };
}

interface RunningProps {
  run: Run;
  rows: number;
  blocked: boolean;
  headers: readonly string[];
  fields: readonly CustomField[];
  name: string;
}

function Running({ run, rows, blocked, headers, fields, name }: RunningProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const word = useFieldWord(fields);
  const { busy, done, outcome, problem } = run;
  if (busy)
    return (
      <div className="stack">
        <Progress word={t(busy === "check" ? "customers.import.checking" : "customers.import.going", { done, total: rows })} done={done} total={rows} />
        <div>
          <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={run.stop}>
            {t("customers.import.stop")}
          </Button>
        </div>
      </div>
    );
  const counts = outcome?.counts;
  const good = counts ? counts.added + counts.updated : 0;
  const applied = outcome?.phase === "apply";
  const lines = (counts?.refused ?? []).map(({ row, field, problem: verdict }) => ({
    line: row.line,
    subject: row.cells.filter(Boolean).slice(0, 2).join(", "),
    field: field && word(field),
    verdict,
    wrong: true,
  }));
  return (
    <div className="stack">
      {problem && <Sentence tone="red">{t("customers.import.broken", { detail: problemText(problem) })}</Sentence>}
      {counts && (
        <Sentence tone={applied && outcome.whole ? "green" : counts.refused.length > 0 || !outcome.whole ? "amber" : "green"}>
          {applied && !outcome.whole && `${t("customers.import.stopped", { done, total: rows })} `}
          {[
            t(applied ? "customers.import.added" : "customers.import.wouldAdd", { count: counts.added }),
            counts.updated > 0 && t(applied ? "customers.import.updated" : "customers.import.wouldUpdate", { count: counts.updated }),
            counts.skipped > 0 && t(applied ? "customers.import.skipped" : "customers.import.wouldSkip", { count: counts.skipped }),
            counts.refused.length > 0 && t(applied ? "customers.import.refused" : "customers.import.wouldRefuse", { count: counts.refused.length }),
          ]
            .filter(Boolean)
            .join(" ")}
        </Sentence>
      )}
      <div className="row wrap">
        {outcome?.phase === "check" && outcome.whole && good > 0 && (
          <Button leftSection={<IconCheck size={16} aria-hidden />} onClick={() => void run.go("apply")}>
            {t("customers.import.apply", { count: good })}
          </Button>
        )}
        {!(applied && outcome.whole) && (
          <Button variant={outcome ? "default" : "filled"} disabled={blocked} onClick={() => void run.go("check")}>
            {t(outcome ? "customers.import.again" : "customers.import.check")}
          </Button>
        )}
        {applied && (
          <Button component={Link} to="/customers" variant="default">
            {t("customers.import.look")}
          </Button>
        )}
        {lines.length > 0 && (
          <ReportButton name={name} text={() => reportOf(headers, counts?.refused.map((each) => each.row) ?? [], lines, t("imports.reason"))} />
        )}
      </div>
      {lines.length > 0 && <ImportLines lines={lines} subject={t("customers.import.what")} />}
    </div>
  );
}
