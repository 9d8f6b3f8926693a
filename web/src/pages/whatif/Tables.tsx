import { Button, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocale } from "../../hooks/words";
import { arrange, type Sorting } from "../../lib/admin/table";
import { agentPairs, difference, metric, partOf, type AgentPair, type MetricId } from "../../lib/whatif/compare";
import type { Outcome } from "../../lib/whatif/types";
import type { NamesIn } from "./names";
import { DifferenceMark } from "./Tiles";
import styles from "./whatif.module.css";
import { useFigure } from "./words";

interface TableProps {
  now: Outcome;
  before: Outcome | null;
  names: NamesIn;
}

const COLUMNS: readonly MetricId[] = ["offered", "of_offered", "asa", "abandonment", "longest", "overflowed"];

interface QueuesProps extends TableProps {
  chosen: string | null;
  onChoose: (queue: string | null) => void;
}

/** Every queue in a row; choosing one makes the figures and charts above its own. */
export function QueuesTable({ now, before, names, chosen, onChoose }: QueuesProps) {
  const { t } = useTranslation();
  const figure = useFigure();
  return (
    <section className={`panel ${styles.tableCard ?? ""}`} aria-labelledby="whatif-queues">
      <h2 id="whatif-queues">{t("whatif.byQueue")}</h2>
      <div className={styles.scroll} tabIndex={0} role="group" aria-labelledby="whatif-queues">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("whatif.queue")}</th>
              {COLUMNS.map((id) => (
                <th key={id} scope="col" className="num">
                  {t(`whatif.metric.${id}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {now.report.queues.map(({ queue_id }) => {
              const part = partOf(now, queue_id);
              const was = before && partOf(before, queue_id);
              return (
                <tr key={queue_id} data-chosen={queue_id === chosen}>
                  <td>
                    <button type="button" className={styles.link} aria-pressed={queue_id === chosen} onClick={() => onChoose(queue_id === chosen ? null : queue_id)}>
                      {names.queue(queue_id)}
                    </button>
                  </td>
                  {COLUMNS.map((id) => {
                    const of = metric(id);
                    const value = part && of.value(part);
                    const found = difference(of, value, was && of.value(was));
                    return (
                      <td key={id} className="num">
                        <div>{figure.value(of, value)}</div>
                        {found && <DifferenceMark of={of} found={found} short />}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const SHOWN = 25;
type AgentColumn = "name" | "handled" | "occupancy";

export function AgentsTable({ now, before, names }: TableProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const figure = useFigure();
  const [sorting, setSorting] = useState<Sorting>({ column: "name", descending: false });
  const [words, setWords] = useState("");
  const [shown, setShown] = useState(SHOWN);
  const pairs = agentPairs(now, before);
  const value = (row: AgentPair, column: string) => (column === "handled" ? row.handled : column === "occupancy" ? row.occupancy : names.agent(row.id));
  const found = arrange(pairs, { words, text: (row) => names.agent(row.id), value, sorting, locale });
  const handled = metric("answered");
  const occupancy = metric("occupancy");
  const head = (column: AgentColumn, word: string) => (
    <SortHead column={column} word={word} sorting={sorting} onSort={(next) => setSorting(next)} />
  );
  return (
    <section className={`panel ${styles.tableCard ?? ""}`} aria-labelledby="whatif-agents">
      <div className="row wrap">
        <h2 id="whatif-agents" className="grow">
          {t("whatif.byAgent")}
        </h2>
        {pairs.length > 8 && (
          <TextInput
            size="xs"
            type="search"
            leftSection={<IconSearch size={14} aria-hidden />}
            aria-label={t("whatif.searchAgent")}
            placeholder={t("whatif.searchAgent")}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
        )}
      </div>
      {pairs.length === 0 && <p className="dim">{t("whatif.noAgents")}</p>}
      {pairs.length > 0 && (
        <div className={styles.scroll} tabIndex={0} role="group" aria-labelledby="whatif-agents">
          <table className="table">
            <thead>
              <tr>
                {head("name", t("whatif.agent"))}
                {head("handled", t("whatif.handled"))}
                {head("occupancy", t("whatif.metric.occupancy"))}
              </tr>
            </thead>
            <tbody>
              {found.slice(0, shown).map((row) => {
                const more = difference({ ...handled, better: 0 }, row.handled, row.handledBefore);
                const busier = difference(occupancy, row.occupancy, row.occupancyBefore);
                return (
                  <tr key={row.id}>
                    <td>
                      {names.agent(row.id)}
                      {row.only && <span className="dim small"> ({t(`whatif.only.${row.only}`)})</span>}
                    </td>
                    <td className="num">
                      <div>{figure.value(handled, row.handled ?? row.handledBefore)}</div>
                      {more && <DifferenceMark of={handled} found={more} short />}
                    </td>
                    <td className="num">
                      <div>{figure.value(occupancy, row.occupancy ?? row.occupancyBefore)}</div>
                      {busier && <DifferenceMark of={occupancy} found={busier} short />}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {found.length === 0 && pairs.length > 0 && <p className="dim">{t("admin.noMatch")}</p>}
      {found.length > shown && (
        <Button size="compact-sm" variant="default" onClick={() => setShown(found.length)}>
          {t("whatif.moreAgents", { count: found.length - shown })}
        </Button>
      )}
    </section>
  );
}

interface SortHeadProps {
  column: AgentColumn;
  word: string;
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
}

function SortHead({ column, word, sorting, onSort }: SortHeadProps) {
  const { t } = useTranslation();
  const active = sorting.column === column;
  const Sign = !active ? IconArrowsSort : sorting.descending ? IconArrowDown : IconArrowUp;
  return (
    <th scope="col" className={column === "name" ? undefined : "num"} aria-sort={!active ? "none" : sorting.descending ? "descending" : "ascending"}>
      <button type="button" className="sort" title={t("live.sortBy", { column: word })} onClick={() => onSort({ column, descending: active ? !sorting.descending : column !== "name" })}>
        {word}
        <Sign size={14} aria-hidden style={{ opacity: active ? 1 : 0.4 }} />
      </button>
    </th>
  );
}
