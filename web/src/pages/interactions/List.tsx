import { Tooltip } from "@mantine/core";
import { IconDisc } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { OutcomeMark } from "../../components/Mark";
import { OwedMark } from "../../components/OwedMark";
import { Ago } from "../../components/Times";
import { useCallerName } from "../../hooks/words";
import type { Interaction } from "../../lib/contract";
import { isOwed } from "../../lib/line";
import { clock } from "../../lib/time";
import styles from "./interactions.module.css";

function useDuration(): (seconds: number | null) => string {
  const { t } = useTranslation();
  return (seconds) => (seconds === null ? t("common.none") : clock(seconds));
}

function OpenLink({ row }: { row: Interaction }) {
  const { t } = useTranslation();
  const name = useCallerName()(row.caller);
  return (
    <Link className={styles.open ?? ""} to={`/interactions/${row.id}`} aria-label={t("interactions.open", { name })}>
      {name}
    </Link>
  );
}

function RecordingSign({ row }: { row: Interaction }) {
  const { t } = useTranslation();
  if (!row.has_recording) return null;
  return (
    <Tooltip label={t("interactions.hasRecording")}>
      <IconDisc size={16} className={styles.over} role="img" aria-label={t("interactions.hasRecording")} />
    </Tooltip>
  );
}

/** Of what is no call: what it is. */
function Kind({ row }: { row: Interaction }) {
  return (
    <span className={styles.over}>
      <OwedMark channel={row.channel} />
    </span>
  );
}

export function List({ rows }: { rows: readonly Interaction[] }) {
  const { t } = useTranslation();
  return (
    <div className="panel" style={{ overflow: "hidden" }}>
      <table className={`table ${styles.table ?? ""}`}>
        <thead>
          <tr>
            <th scope="col">{t("interactions.caller")}</th>
            <th scope="col">{t("interactions.queue")}</th>
            <th scope="col">{t("interactions.agent")}</th>
            <th scope="col">{t("interactions.outcome")}</th>
            <th scope="col" className={styles.wide}>
              {t("interactions.disposition")}
            </th>
            <th scope="col" className="num">
              {t("interactions.wait")}
            </th>
            <th scope="col" className="num">
              {t("interactions.talk")}
            </th>
            <th scope="col" className="num">
              {t("interactions.started")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <TableRow key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TableRow({ row }: { row: Interaction }) {
  const { t } = useTranslation();
  const duration = useDuration();
  return (
    <tr>
      <td className={styles.cell}>
        <div className="row">
          <span className="truncate">
            <OpenLink row={row} />
          </span>
          <RecordingSign row={row} />
        </div>
        {(row.caller.name || isOwed(row.channel)) && (
          <div className="dim small truncate">
            <Kind row={row} /> {row.caller.name && row.caller.address}
          </div>
        )}
      </td>
      <td>{row.queue?.name ?? t("common.none")}</td>
      <td>{row.agent?.name ?? t("common.none")}</td>
      <td>
        <OutcomeMark waiting={isOwed(row.channel)} outcome={row.state === "active" ? null : (row.outcome ?? "failed")} />
      </td>
      <td className={`${styles.cell ?? ""} ${styles.wide ?? ""} truncate`}>{row.disposition?.label ?? t("common.none")}</td>
      <td className="num">{duration(row.wait_s)}</td>
      <td className="num">{duration(row.talk_s)}</td>
      <td className="num">
        <span className={styles.over}>
          <Ago at={row.started_at} />
        </span>
      </td>
    </tr>
  );
}

export function Cards({ rows }: { rows: readonly Interaction[] }) {
  const duration = useDuration();
  const { t } = useTranslation();
  return (
    <ul className={styles.cards}>
      {rows.map((row) => (
        <li key={row.id} className={`panel ${styles.cardItem ?? ""}`}>
          <div className="row">
            <span className="grow truncate">
              <OpenLink row={row} />
            </span>
            <span className="dim small">
              <Ago at={row.started_at} />
            </span>
          </div>
          <div className="row">
            <OutcomeMark waiting={isOwed(row.channel)} outcome={row.state === "active" ? null : (row.outcome ?? "failed")} />
            <RecordingSign row={row} />
            <span className="grow" />
            {row.talk_s !== null && (
              <span className="small">
                {t("interactions.talk")} {duration(row.talk_s)}
              </span>
            )}
          </div>
          <div className="dim small truncate">
            <Kind row={row} /> {[row.queue?.name, row.agent?.name, row.disposition?.label].filter(Boolean).join(" · ")}
          </div>
        </li>
      ))}
    </ul>
  );
}
