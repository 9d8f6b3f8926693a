import { Button, Select } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconArrowLeft, IconCheck, IconDownload, IconFileDescription, IconFileOff, IconLink, IconPencil } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { NotLoaded } from "../../components/NotLoaded";
import { PageSkeleton } from "../../components/PageSkeleton";
import { Empty, Sentence } from "../../components/Sentence";
import { Ago } from "../../components/Times";
import { useTitle } from "../../hooks/title";
import { underWay, useCancel, useSimulation, useSimulations } from "../../hooks/whatif";
import { useLocale, useProblemText } from "../../hooks/words";
import { Problem } from "../../lib/api";
import { serverNow, relative } from "../../lib/time";
import { opening, partOf, sides, type Side } from "../../lib/whatif/compare";
import { askedFor, keepDraft } from "../../lib/whatif/memory";
import type { Outcome, Simulation } from "../../lib/whatif/types";
import { AgentsTable, QueuesTable } from "./Tables";
import { Progress, StateMark } from "./Runs";
import { Tiles } from "./Tiles";
import { useNamesIn } from "./names";
import styles from "./whatif.module.css";
import { today } from "./words";

const Courses = lazy(() => import("./Courses"));

export function Result() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const problemText = useProblemText();
  const query = useSimulation(id);
  useTitle(query.data?.title ?? t("whatif.title"));
  if (query.data) return <Shown key={id} simulation={query.data} />;
  if (query.isPending) return <PageSkeleton />;
  if (query.error instanceof Problem && query.error.status === 404)
    return (
      <Empty icon={<IconFileOff size={32} stroke={1.5} aria-hidden />} title={t("error.notFound")}>
        <p>{t("whatif.gone")}</p>
        <Button component={Link} to="/whatif" variant="default">
          {t("whatif.back")}
        </Button>
      </Empty>
    );
  return (
    <div className={styles.page}>
      <NotLoaded query={query}>{t("whatif.failed", { detail: problemText(query.error) })}</NotLoaded>
    </div>
  );
}

function Shown({ simulation }: { simulation: Simulation }) {
  return (
    <div className={styles.page}>
      <Head simulation={simulation} />
      {simulation.report ? <Found simulation={simulation} report={simulation.report} /> : <NotYet simulation={simulation} />}
    </div>
  );
}

function Head({ simulation }: { simulation: Simulation }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const clipboard = useClipboard();
  const asked = askedFor(localStorage, simulation.id, today());
  const runs = simulation.report?.runs ?? 0;
  return (
    <header className={styles.head}>
      <div className="grow">
        <Link className={styles.back ?? ""} to="/whatif">
          <IconArrowLeft size={16} aria-hidden />
          {t("whatif.title")}
        </Link>
        <div className="row wrap">
          <h1>{simulation.title}</h1>
          <StateMark state={simulation.state} />
        </div>
        <p className="dim">
          {simulation.asked_at && <Ago at={simulation.asked_at} />}
          {simulation.asked_at && runs > 0 && " · "}
          {runs > 0 && t("whatif.means", { count: runs })}
        </p>
      </div>
      <div className={styles.acts}>
        {asked && (
          <Button
            leftSection={<IconPencil size={16} aria-hidden />}
            onClick={() => {
              keepDraft(sessionStorage, asked);
              void navigate("/whatif");
            }}
          >
            {t("whatif.again")}
          </Button>
        )}
        {simulation.report && (
          <>
            <Button
              component="a"
              href={`/api/v1/simulations/${encodeURIComponent(simulation.id)}/report`}
              download={`what-if-${simulation.id}.html`}
              variant="default"
              leftSection={<IconFileDescription size={16} aria-hidden />}
            >
              {t("whatif.report")}
            </Button>
            <Button
              component="a"
              href={`/api/v1/simulations/${encodeURIComponent(simulation.id)}`}
              download={`what-if-${simulation.id}.json`}
              variant="default"
              leftSection={<IconDownload size={16} aria-hidden />}
            >
              {t("whatif.json")}
            </Button>
            <Button
              variant="default"
              leftSection={clipboard.copied ? <IconCheck size={16} aria-hidden /> : <IconLink size={16} aria-hidden />}
              onClick={() => clipboard.copy(window.location.href)}
            >
              <span role="status">{clipboard.copied ? t("whatif.copied") : t("whatif.copy")}</span>
            </Button>
          </>
        )}
      </div>
    </header>
  );
}

/** Waiting, running, failed or cancelled: there is nothing to show but that. */
function NotYet({ simulation }: { simulation: Simulation }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const cancel = useCancel();
  if (simulation.state === "failed") return <Sentence tone="red">{t("whatif.runFailed", { reason: simulation.reason ?? "" })}</Sentence>;
  if (!underWay(simulation)) return <Sentence tone="grey">{t("whatif.runCancelled")}</Sentence>;
  return (
    <section className={`panel ${styles.section ?? ""} ${styles.under ?? ""}`} aria-live="off">
      <div className="row">
        <Progress row={simulation} />
        <Button variant="default" size="xs" loading={cancel.isPending} onClick={() => cancel.mutate(simulation.id)}>
          {t("whatif.cancel")}
        </Button>
      </div>
      <p className="dim">
        {simulation.state === "waiting" ? t("whatif.runWaiting") : t("whatif.progress", { percent: Math.floor(simulation.progress * 100) })} {t("whatif.leave")}
      </p>
      {cancel.isError && <Sentence tone="red">{t("whatif.cancelFailed", { detail: problemText(cancel.error) })}</Sentence>}
    </section>
  );
}

const NOTHING = "nothing";

function Found({ simulation, report }: { simulation: Simulation; report: Outcome }) {
  const { t } = useTranslation();
  const own = sides(simulation);
  const [params, setParams] = useSearchParams();
  const [queue, setQueue] = useState<string | null>(null);
  const beside = params.get("beside") ?? own[0] ?? NOTHING;
  const isSide = (value: string): value is Side => value === "original" || value === "recorded";
  const otherId = isSide(beside) || beside === NOTHING ? null : beside;
  const other = useSimulation(otherId);
  const against = isSide(beside) ? simulation[beside] : (other.data?.report ?? null);
  const opens = opening(simulation.times);
  const names = useNamesIn(simulation, other.data);
  const choose = (value: string | null) => {
    const next = new URLSearchParams(params);
    if (value === null || value === own[0]) next.delete("beside");
    else next.set("beside", value);
    setParams(next, { replace: true });
  };
  const besideWord = isSide(beside) ? t(`whatif.side.${beside}`) : (other.data?.title ?? "");
  const now = partOf(report, queue);
  const before = against && partOf(against, queue);
  if (!now) return null;
  const beforeOpens = other.data?.report ? opening(other.data.times) : opens;
  return (
    <>
      <div className={styles.chooser}>
        <Beside simulation={simulation} own={own} value={beside} onChange={choose} />
        {report.report.queues.length > 1 && (
          <Select
            label={t("whatif.scope")}
            data={[{ value: "", label: t("whatif.all") }, ...report.report.queues.map((each) => ({ value: each.queue_id, label: names.queue(each.queue_id) }))]}
            value={queue ?? ""}
            allowDeselect={false}
            searchable={report.report.queues.length > 8}
            onChange={(value) => setQueue(value === "" ? null : value)}
          />
        )}
        {otherId && other.isPending && (
          <p className="dim small" role="status">
            {t("whatif.compareLoading")}
          </p>
        )}
        {otherId && other.isError && <Sentence tone="red">{t("whatif.gone")}</Sentence>}
      </div>
      <Tiles now={now} before={before} />
      <Suspense fallback={<div className="panel" style={{ height: 320 }} />}>
        <Courses now={{ intervals: now.intervals, opens }} before={before && { intervals: before.intervals, opens: beforeOpens }} beside={besideWord} />
      </Suspense>
      <QueuesTable now={report} before={against} names={names} chosen={queue} onChoose={setQueue} />
      <AgentsTable now={report} before={against} names={names} />
    </>
  );
}

interface BesideProps {
  simulation: Simulation;
  own: readonly Side[];
  value: string;
  onChange: (value: string | null) => void;
}

/** What the run is compared with: the day unchanged, the day as it was, or another run. */
function Beside({ simulation, own, value, onChange }: BesideProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const list = useSimulations();
  const others = (list.data ?? []).filter((row) => row.state === "done" && row.id !== simulation.id);
  const when = (row: { asked_at: string | null }) => (row.asked_at ? relative(row.asked_at, serverNow(), locale) : "");
  const data = [
    ...own.map((side) => ({ value: side, label: t(`whatif.side.${side}`) })),
    ...others.map((row) => ({ value: row.id, label: t("whatif.otherRun", { title: row.title, when: when(row) }) })),
    { value: NOTHING, label: t("whatif.side.nothing") },
  ];
  const known = data.some((option) => option.value === value);
  return (
    <Select
      label={t("whatif.compare")}
      data={known ? data : [...data, { value, label: value }]}
      value={value}
      allowDeselect={false}
      searchable={data.length > 8}
      onChange={onChange}
    />
  );
}
