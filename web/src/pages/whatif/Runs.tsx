import { Button } from "@mantine/core";
import { IconCheck, IconClock, IconPlayerPause, IconPlayerPlay, IconX, type Icon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { alike, Loading } from "../../components/Loading";
import { Mark, type Tone } from "../../components/Mark";
import { NotLoaded } from "../../components/NotLoaded";
import { Sentence } from "../../components/Sentence";
import { Ago } from "../../components/Times";
import { underWay, useCancel, useSimulations } from "../../hooks/whatif";
import { useProblemText } from "../../hooks/words";
import type { SimulationRow, SimulationState } from "../../lib/whatif/types";
import styles from "./runs.module.css";

const LOOKS: Record<SimulationState, [Icon, Tone]> = {
  waiting: [IconClock, "grey"],
  running: [IconPlayerPlay, "blue"],
  done: [IconCheck, "green"],
  failed: [IconX, "red"],
  cancelled: [IconPlayerPause, "grey"],
};

export function StateMark({ state }: { state: SimulationState }) {
  const { t } = useTranslation();
  const [Sign, tone] = LOOKS[state];
  return (
    <Mark icon={Sign} tone={tone}>
      {t(`whatif.state.${state}`)}
    </Mark>
  );
}

/** How far a run is; what is waiting has no share yet. */
export function Progress({ row }: { row: Pick<SimulationRow, "progress" | "title"> }) {
  const { t } = useTranslation();
  const percent = Math.floor(row.progress * 100);
  const word = t("whatif.progress", { percent });
  return (
    <div className={styles.progress} role="progressbar" aria-label={row.title} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} aria-valuetext={word}>
      <i style={{ inlineSize: `${percent}%` }} />
    </div>
  );
}

/** The last runs, whoever asked for them; those under way with how far they are. */
export function Runs() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const query = useSimulations();
  const cancel = useCancel();
  return (
    <aside className={`panel ${styles.runs ?? ""}`} aria-labelledby="whatif-runs">
      <h2 id="whatif-runs">{t("whatif.last")}</h2>
      {cancel.isError && (
        <Sentence tone="red" onDismiss={cancel.reset}>
          {t("whatif.cancelFailed", { detail: problemText(cancel.error) })}
        </Sentence>
      )}
      {query.isError && !query.data && (
        <NotLoaded query={query}>{t("whatif.listFailed", { detail: problemText(query.error) })}</NotLoaded>
      )}
      {query.isPending && <Loading bars={alike(3, 40)} />}
      {query.data?.length === 0 && <p className="dim">{t("whatif.none")}</p>}
      {query.data && query.data.length > 0 && (
        <ul tabIndex={0} aria-labelledby="whatif-runs">
          {query.data.map((row) => (
            <li key={row.id}>
              <div className="row">
                <Link className={`grow truncate ${styles.open ?? ""}`} to={`/whatif/${row.id}`} title={row.title}>
                  {row.title}
                </Link>
                <StateMark state={row.state} />
              </div>
              {underWay(row) ? (
                <div className={`row ${styles.above ?? ""}`}>
                  <Progress row={row} />
                  <Button size="compact-xs" variant="default" aria-label={t("whatif.cancelOf", { title: row.title })} onClick={() => cancel.mutate(row.id)}>
                    {t("whatif.cancel")}
                  </Button>
                </div>
              ) : (
                <div className="dim small">
                  {row.asked_at && <Ago at={row.asked_at} />}
                  {row.reason && ` · ${row.reason}`}
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </aside>
  );
}
