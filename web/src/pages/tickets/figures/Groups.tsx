import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { save } from "../../../lib/api";
import { guarded, written } from "../../../lib/csv";
import { cellOf, COLUMNS, numberOf, unitOf, type Asked, type ColumnId, type FigureId, type Figures, type Group, type Slice } from "../../../lib/tickets/figures";
import styles from "./figures.module.css";
import { useBys, useGroupName, useTold } from "./words";

/** The tickets that a cell is about. */
const BEHIND: Partial<Record<ColumnId, FigureId>> = {
  made: "made",
  resolved: "resolved",
  reopened: "reopened",
  open: "open",
  first_response_median: "answered",
  resolution_median: "done",
  came_back: "came_back",
  met_first_response: "missed_first_response",
  met_next_response: "missed_next_response",
  met_resolution: "missed_resolution",
};

interface GroupsProps {
  asked: Asked;
  figures: Figures;
  onShow: (slice: Slice) => void;
}

/** The same numbers for each value of a field. */
export function Groups({ asked, figures, onShow }: GroupsProps) {
  const { t } = useTranslation();
  const name = useGroupName(asked.by);
  const field = useBys().find((each) => each.value === asked.by)?.label ?? asked.by;
  const rows = [...figures.groups.map((group) => ({ group, word: name(group), key: group.key })), { group: figures.total, word: t("ticketFigures.total"), key: null }];
  const file = () => {
    const head = COLUMNS.map((id) => {
      const word = t(`ticketFigures.column.${id}`);
      const unit = unitOf(id);
      return unit === "count" ? word : t(`ticketFigures.${unit}`, { name: word });
    });
    const lines = [[field, ...head], ...rows.map(({ group, word }) => [guarded(word), ...COLUMNS.map((id) => cellOf(group, id))])];
    save(new Blob(["\ufeff", lines.map((line) => `${written(line)}\r\n`).join("")], { type: "text/csv" }), `tickets-${asked.first}-${asked.last}.csv`);
  };
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-labelledby="figures-groups">
      <div className="row wrap">
        <h2 id="figures-groups" className="grow">
          {t("ticketFigures.groups", { field })}
        </h2>
        <Button size="xs" variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={file}>
          {t("ticketFigures.csv")}
        </Button>
      </div>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("ticketFigures.groups", { field })}>
        <table className={`table ${styles.groups ?? ""}`}>
          <thead>
            <tr>
              <th scope="col">{field}</th>
              {COLUMNS.map((id) => (
                <th key={id} scope="col" className="num">
                  {t(`ticketFigures.column.${id}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ group, word, key }) => (
              <tr key={key ?? "total"} data-total={key === null ? "" : undefined}>
                <th scope="row">{word}</th>
                {COLUMNS.map((id) => (
                  <td key={id} className="num">
                    <Cell row={group} id={id} onShow={(figure) => onShow({ figure, period: null, group: key })} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {figures.more > 0 && <p className="dim small">{t("ticketFigures.more", { count: figures.more })}</p>}
    </section>
  );
}

/** Whether there are tickets behind it: of a share that is whole, none. */
function opens(row: Group, id: ColumnId): boolean {
  if (id === "met_first_response" || id === "met_next_response" || id === "met_resolution") return row[id].met < row[id].decided;
  return (numberOf(row, id) ?? 0) > 0;
}

function Cell({ row, id, onShow }: { row: Group; id: ColumnId; onShow: (figure: FigureId) => void }) {
  const { t } = useTranslation();
  const told = useTold();
  const value = numberOf(row, id);
  const unit = unitOf(id);
  const word = unit === "count" ? told.count(value ?? 0) : unit === "share" ? told.share(value) : told.time(value === null ? null : value * 3600);
  const figure = BEHIND[id];
  if (!figure || !opens(row, id)) return word;
  return (
    <button type="button" className={styles.number} title={t("ticketFigures.show", { what: t(`ticketFigures.behind.figure.${figure}`) })} onClick={() => onShow(figure)}>
      {word}
    </button>
  );
}
