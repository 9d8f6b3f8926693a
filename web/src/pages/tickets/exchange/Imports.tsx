import "../../../i18n/ticket-exchange";
import { Button, Progress as Bar } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { IconArrowLeft, IconFileImport, IconPlayerStop } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { FileDrop } from "../../../components/FileDrop";
import { Loading } from "../../../components/Loading";
import { NotLoaded } from "../../../components/NotLoaded";
import { Progress } from "../../../components/Progress";
import { Empty, Sentence } from "../../../components/Sentence";
import { Ago } from "../../../components/Times";
import { useTitle } from "../../../hooks/title";
import { useProblemText } from "../../../hooks/words";
import { type Problem, upload } from "../../../lib/api";
import { underWay, type Import, type ImportRow } from "../../../lib/tickets/exchange";
import styles from "./exchange.module.css";
import { useImports } from "./fetching";
import { ImportMark, useSourceWord } from "./parts";

/** Bringing in a file, and those brought in before. */
export function Imports() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const imports = useImports();
  useTitle(t("ticketExchange.import.title"));
  const busy = imports.data?.some((each) => underWay(each.state)) ?? false;
  return (
    <div className={styles.page}>
      <Link className={styles.back ?? ""} to="/tickets">
        <IconArrowLeft size={16} aria-hidden />
        {t("ticketExchange.import.back")}
      </Link>
      <header>
        <div>
          <h1>{t("ticketExchange.import.title")}</h1>
          <p className="dim">{t("ticketExchange.import.lead")}</p>
        </div>
      </header>
      <Sending busy={busy} />
      {imports.isError && (
        <NotLoaded query={imports}>{t("ticketExchange.import.notLoaded", { detail: problemText(imports.error) })}</NotLoaded>
      )}
      {imports.isPending && <Loading bars={[160]} />}
      {imports.data && <Former rows={imports.data} />}
    </div>
  );
}

/** The upload itself, with how much has gone. */
function Sending({ busy }: { busy: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const problemText = useProblemText();
  const stopped = useRef<AbortController>(null);
  const [going, setGoing] = useState<{ name: string; share: number } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async (file: File) => {
    const stop = new AbortController();
    stopped.current = stop;
    setProblem(null);
    setGoing({ name: file.name, share: 0 });
    try {
      const made = await upload<Import>("/ticket-imports", file, { signal: stop.signal, onProgress: (share) => setGoing({ name: file.name, share }) });
      client.setQueryData(["ticket-imports", made.id], made);
      void client.invalidateQueries({ queryKey: ["ticket-imports"], exact: true });
      void navigate(`/tickets/imports/${made.id}`);
    } catch (error) {
      if (!stop.signal.aborted) setProblem(error as Problem);
    }
    setGoing(null);
  };
  return (
    <section className={`panel ${styles.card ?? ""}`}>
      {busy && !going && <Sentence tone="grey">{t("ticketExchange.import.busy")}</Sentence>}
      {going ? (
        <>
          <Progress word={t("ticketExchange.import.uploading", { name: going.name, share: Math.round(going.share * 100) })} done={going.share} total={1} />
          <div>
            <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => stopped.current?.abort()}>
              {t("ticketExchange.import.stopUpload")}
            </Button>
          </div>
        </>
      ) : (
        <FileDrop
          word={t("ticketExchange.import.drop")}
          choose={t("ticketExchange.import.choose")}
          accept=".csv,.tsv,.txt,.xlsx,.json,.ndjson,.jsonl,.zip"
          hint={t("ticketExchange.import.hint")}
          disabled={busy}
          onFiles={([file]) => {
            if (file) void send(file);
          }}
        />
      )}
      {problem && <Sentence tone="red">{t("ticketExchange.import.failed", { detail: problemText(problem) })}</Sentence>}
    </section>
  );
}

function Former({ rows }: { rows: readonly ImportRow[] }) {
  const { t } = useTranslation();
  const source = useSourceWord();
  if (rows.length === 0)
    return (
      <div className="panel">
        <Empty icon={<IconFileImport size={32} stroke={1.5} aria-hidden />} title={t("ticketExchange.import.none")}>
          <p>{t("ticketExchange.import.noneText")}</p>
        </Empty>
      </div>
    );
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-labelledby="imports-so-far">
      <h2 id="imports-so-far">{t("ticketExchange.import.list")}</h2>
      <div className={styles.scroll} role="region" tabIndex={0} aria-labelledby="imports-so-far">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("ticketExchange.import.file")}</th>
              <th scope="col">{t("ticketExchange.import.state")}</th>
              <th scope="col">{t("ticketExchange.import.result")}</th>
              <th scope="col" className={styles.wide}>
                {t("ticketExchange.import.by")}
              </th>
              <th scope="col">{t("ticketExchange.import.when")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((each) => (
              <tr key={each.id}>
                <td className={styles.name}>
                  <Link to={`/tickets/imports/${each.id}`}>{each.name}</Link>
                  <div className="dim small">{source(each.source)}</div>
                </td>
                <td>
                  <ImportMark state={each.state} />
                </td>
                <td>
                  <Result row={each} />
                </td>
                <td className={styles.wide}>{each.made_by}</td>
                <td>
                  <Ago at={each.made_at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Result({ row }: { row: ImportRow }) {
  const { t } = useTranslation();
  if (row.state === "running") {
    const word = t("ticketExchange.import.running", { position: row.position, total: row.total });
    return (
      <>
        <span className="small">{word}</span>
        <Bar value={(100 * row.position) / Math.max(1, row.total)} aria-label={word} />
      </>
    );
  }
  if (row.state === "failed") return <span className="small">{row.problem}</span>;
  if (row.started_at === null) return null;
  return (
    <span className="small">
      {t("ticketExchange.import.taken", { count: row.taken })}
      {row.refused > 0 && ` · ${t("ticketExchange.import.refused", { count: row.refused })}`}
    </span>
  );
}
