import { Button, CloseButton, Progress } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Sentence } from "../../components/Sentence";
import { useProblemText } from "../../hooks/words";
import { get, request } from "../../lib/api";
import { standing } from "../../lib/tickets/bulk";
import type { BulkJob } from "../../lib/tickets/types";
import styles from "./tickets.module.css";

const POLL_MS = 300;
const UNDO_S = 10;
const SHOWN_FAILURES = 5;

interface BulkProgressProps {
  first: BulkJob;
  onFinished: () => void;
  onUndo: (job: BulkJob) => void;
  onClose: () => void;
}

/** How far it is, what came of it, and what can be done then: take it back, try again what is left. */
export function BulkProgress({ first, onFinished, onUndo, onClose }: BulkProgressProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [job, setJob] = useState(first);
  const [left, setLeft] = useState(UNDO_S);
  const path = `/tickets/bulk/${job.id}`;
  const running = job.state === "running";
  const how = standing(job);
  const poll = useMutation({ mutationFn: () => get<BulkJob>(path), onSuccess: setJob });
  const stop = useMutation({ mutationFn: () => request<BulkJob>("DELETE", path), onSuccess: setJob });
  const undo = useMutation({ mutationFn: () => request<BulkJob>("POST", `${path}/undo`), onSuccess: onUndo });
  const again = useMutation({
    mutationFn: () => request<BulkJob>("POST", `${path}/again`),
    onSuccess: (begun) => {
      setLeft(UNDO_S);
      setJob(begun);
    },
  });
  const { mutate: look } = poll;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => look(), POLL_MS);
    return () => clearInterval(timer);
  }, [running, look]);
  useEffect(() => {
    if (!running) onFinished();
    // Once, when it has ended.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [running]);
  useEffect(() => {
    if (running || left <= 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [running, left]);
  const over = how.clean && left <= 0 && !undo.isPending;
  useEffect(() => {
    if (over) onClose();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [over]);
  const offers = !running && job.undoes === null && how.changed > 0 && (left > 0 || how.left > 0);
  return (
    <>
      <div className="row wrap">
        <strong className={styles.outcome} role="status">
          <Word job={job} />
        </strong>
        {running && (
          <Button size="compact-sm" variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
            {t("tickets.bulk.cancel")}
          </Button>
        )}
        {how.next && (
          <Button size="compact-sm" loading={again.isPending} disabled={undo.isPending} onClick={() => again.mutate()}>
            {how.next === "goOn" ? t("tickets.bulk.goOn") : t("tickets.bulk.again", { count: how.left })}
          </Button>
        )}
        {offers && (
          <Button size="compact-sm" variant={how.next ? "default" : "filled"} loading={undo.isPending} disabled={again.isPending} onClick={() => undo.mutate()}>
            {how.left > 0 ? t("tickets.undo") : t("tickets.bulk.undoLeft", { count: left })}
          </Button>
        )}
        {!running && <CloseButton aria-label={t("common.close")} onClick={onClose} />}
      </div>
      {running && <Progress value={job.total > 0 ? (job.done / job.total) * 100 : 0} aria-label={t("tickets.bulk.title")} />}
      {running && poll.error && <Sentence tone="amber">{t("tickets.bulk.unseen", { detail: problemText(poll.error) })}</Sentence>}
      {stop.error && <Sentence tone="red">{t("tickets.bulk.notStopped", { detail: problemText(stop.error) })}</Sentence>}
      {undo.error && <Sentence tone="red">{t("tickets.bulk.notUndone", { detail: problemText(undo.error) })}</Sentence>}
      {again.error && <Sentence tone="red">{t("tickets.bulk.notAgain", { detail: problemText(again.error) })}</Sentence>}
      {job.state === "failed" && <Sentence tone="red">{t("tickets.bulk.ended", { reason: job.problem ?? "" })}</Sentence>}
      {job.failed > 0 && <Failures job={job} />}
    </>
  );
}

/** In a sentence: how far it is, or what came of it. */
function Word({ job }: { job: BulkJob }) {
  const { t } = useTranslation();
  const { changed, left } = standing(job);
  if (job.state === "running") return job.undoes ? t("tickets.bulk.undoing") : t("tickets.bulk.running", { done: job.done, total: job.total });
  const parts = [
    left === 0 ? (job.undoes ? t("tickets.undone") : t("tickets.bulk.done", { count: changed })) : t(job.undoes ? "tickets.bulk.takenBack" : "tickets.bulk.changed", { count: changed }),
    left > 0 && t("tickets.bulk.left", { count: left }),
    job.below > 0 && t("tickets.bulk.below", { count: job.below }),
    job.asked > 0 && t("tickets.bulk.asked", { count: job.asked }),
  ];
  const said = parts.filter(Boolean).join(" ");
  return job.state === "cancelled" ? `${t("tickets.bulk.stopped", { done: job.done, total: job.total })} ${said}` : said;
}

function Failures({ job }: { job: BulkJob }) {
  const { t } = useTranslation();
  return (
    <Sentence tone="amber">
      {t("tickets.bulk.failed", { count: job.failed })}
      <ul className={styles.failures}>
        {job.failures.slice(0, SHOWN_FAILURES).map((each) => (
          <li key={each.ticket}>
            {each.number && (
              <>
                <Link to={`/tickets/${each.number}`}>{each.number}</Link>
                {": "}
              </>
            )}
            {each.problem}
          </li>
        ))}
      </ul>
      {job.failed > SHOWN_FAILURES && t("tickets.bulk.more", { count: job.failed - SHOWN_FAILURES })}
    </Sentence>
  );
}
