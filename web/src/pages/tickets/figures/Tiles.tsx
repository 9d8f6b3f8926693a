import { VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { share, type Figures, type FigureId, type Slice, type Times } from "../../../lib/tickets/figures";
import styles from "./figures.module.css";
import { useTold } from "./words";

type Explained = "made" | "resolved" | "reopened" | "open" | "first_response" | "resolution" | "came_back" | "met_first_response" | "met_next_response" | "met_resolution";

interface TileProps {
  id: Explained;
  value: string;
  /** The tickets it is about; none: there is nothing behind it. */
  figure: FigureId | null;
  onShow: (slice: Slice) => void;
  children?: ReactNode;
}

/** The numbers of the whole span, each with what it means; a number opens the tickets behind it. */
export function Tiles({ figures, onShow }: { figures: Figures; onShow: (slice: Slice) => void }) {
  const { t } = useTranslation();
  const told = useTold();
  const total = figures.total;
  const counted = (id: "made" | "resolved" | "reopened" | "open") => (
    <Tile id={id} value={told.count(total[id])} figure={total[id] > 0 ? id : null} onShow={onShow} />
  );
  const timed = (id: "first_response" | "resolution", figure: FigureId) => (
    <Tile id={id} value={told.time(total[id].median_s)} figure={total[id].count > 0 ? figure : null} onShow={onShow}>
      <TimesBeside plain={total[id]} open={total[`${id}_open`]} />
    </Tile>
  );
  const kept = (id: "met_first_response" | "met_next_response" | "met_resolution", figure: FigureId) => {
    const of = total[id];
    return (
      <Tile id={id} value={told.share(share(of.met, of.decided))} figure={of.met < of.decided ? figure : null} onShow={onShow}>
        <p>{t("ticketFigures.of", { count: of.decided })}</p>
      </Tile>
    );
  };
  return (
    <section aria-labelledby="figures-tiles">
      <VisuallyHidden component="h2" id="figures-tiles">
        {t("ticketFigures.tiles")}
      </VisuallyHidden>
      <ul className={styles.tiles}>
        {counted("made")}
        {counted("resolved")}
        {counted("reopened")}
        {counted("open")}
        {timed("first_response", "answered")}
        {timed("resolution", "done")}
        <Tile id="came_back" value={told.share(share(total.came_back, total.ended))} figure={total.came_back > 0 ? "came_back" : null} onShow={onShow}>
          <p>{t("ticketFigures.of", { count: total.ended })}</p>
        </Tile>
        {kept("met_first_response", "missed_first_response")}
        {kept("met_next_response", "missed_next_response")}
        {kept("met_resolution", "missed_resolution")}
      </ul>
      <p className={styles.explain}>{t("ticketFigures.explain.open_time")}</p>
    </section>
  );
}

function Tile({ id, value, figure, onShow, children }: TileProps) {
  const { t } = useTranslation();
  return (
    <li className="panel">
      <h3>{t(`ticketFigures.figure.${id}`)}</h3>
      <div className={styles.value}>
        {figure ? (
          <button
            type="button"
            className={styles.number}
            aria-label={`${t(`ticketFigures.figure.${id}`)}: ${value}. ${t("ticketFigures.show", { what: t(`ticketFigures.behind.figure.${figure}`) })}`}
            title={t("ticketFigures.show", { what: t(`ticketFigures.behind.figure.${figure}`) })}
            onClick={() => onShow({ figure, period: null, group: null })}
          >
            {value}
          </button>
        ) : (
          value
        )}
      </div>
      <div className={styles.beside}>{children}</div>
      <p className={styles.explain}>{t(`ticketFigures.explain.${id}`)}</p>
    </li>
  );
}

function TimesBeside({ plain, open }: { plain: Times; open: Times }) {
  const { t } = useTranslation();
  const told = useTold();
  if (plain.count === 0) return null;
  return (
    <>
      <p>{t("ticketFigures.p90", { time: told.time(plain.p90_s) })}</p>
      {open.count > 0 && <p>{t("ticketFigures.openTime", { median: told.time(open.median_s), p90: told.time(open.p90_s) })}</p>}
    </>
  );
}

