import { Select, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconArrowsSort, IconSearch, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocale } from "../../hooks/words";
import { AgentMark } from "../../components/Mark";
import { Empty } from "../../components/Sentence";
import { Ticking } from "../../components/Times";
import { agentState, queuesOf, sortAgents, type AgentColumn, type AgentSort } from "../../lib/agents-table";
import type { AgentRow } from "../../lib/wallboard";
import styles from "./live.module.css";
import { percentText } from "./words";

const STATES = ["available", "offered", "busy", "wrap_up", "paused", "not_responding", "off"] as const;

export function Agents({ agents }: { agents: readonly AgentRow[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [sort, setSort] = useState<AgentSort>({ column: "state", descending: false });
  const [text, setText] = useState("");
  const [state, setState] = useState<string | null>(null);
  const wanted = text.trim().toLocaleLowerCase();
  const rows = sortAgents(
    agents.filter(
      (agent) => agent.name.toLocaleLowerCase().includes(wanted) && (!state || agentState(agent) === state),
    ),
    sort,
    locale,
  );
  return (
    <section className={`panel ${styles.section ?? ""}`} aria-label={t("live.agents")}>
      <header>
        <h2 className="grow">{t("live.agents")}</h2>
        <TextInput
          size="xs"
          w={160}
          aria-label={t("live.search")}
          placeholder={t("live.search")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          size="xs"
          w={150}
          aria-label={t("live.filterState")}
          placeholder={t("live.allStates")}
          clearable
          data={STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
          value={state}
          onChange={setState}
        />
      </header>
      {agents.length === 0 && (
        <Empty icon={<IconUsers size={32} stroke={1.5} aria-hidden />} title={t("live.noAgents")}>
          <p>{t("live.noAgentsText")}</p>
        </Empty>
      )}
      {agents.length > 0 && rows.length === 0 && <p className="empty">{t("live.noAgentsMatch")}</p>}
      {rows.length > 0 && <AgentTable rows={rows} sort={sort} onSort={setSort} />}
    </section>
  );
}

interface AgentTableProps {
  rows: readonly AgentRow[];
  sort: AgentSort;
  onSort: (sort: AgentSort) => void;
}

function AgentTable({ rows, sort, onSort }: AgentTableProps) {
  const { t } = useTranslation();
  const column = (id: AgentColumn, word: string, className = "") => (
    <Column id={id} word={word} className={className} sort={sort} onSort={onSort} />
  );
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("live.agentTable")}>
      <table className="table">
        <thead>
          <tr>
            {column("name", t("live.name"))}
            {column("state", t("live.state"))}
            {column("since", t("live.stateSince"), "num")}
            {column("queue", t("live.queue"), styles.wide)}
            {column("handled", t("live.handled"), "num")}
            {column("occupancy", t("live.occupancy"), "num")}
          </tr>
        </thead>
        <tbody>
          {rows.map((agent) => (
            <tr key={agent.id}>
              <td>{agent.name}</td>
              <td>
                <span className="row wrap">
                  <AgentMark presence={agent.presence} reason={agent.reason} activity={agent.activity} />
                  {agent.work.length > 1 && (
                    <span className="dim small">{t("live.inHand", { count: agent.work.length })}</span>
                  )}
                </span>
              </td>
              <td className="num">
                <Ticking since={agent.since} />
              </td>
              <td className={styles.wide}>{queuesOf(agent) || t("common.none")}</td>
              <td className="num">{agent.handled_today}</td>
              <td className="num">{percentText(t, agent.occupancy)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface ColumnProps {
  id: AgentColumn;
  word: string;
  className: string;
  sort: AgentSort;
  onSort: (sort: AgentSort) => void;
}

function Column({ id, word, className, sort, onSort }: ColumnProps) {
  const { t } = useTranslation();
  const active = sort.column === id;
  const Icon = !active ? IconArrowsSort : sort.descending ? IconArrowDown : IconArrowUp;
  return (
    <th scope="col" className={className} aria-sort={!active ? "none" : sort.descending ? "descending" : "ascending"}>
      <button
        type="button"
        className="sort"
        title={t("live.sortBy", { column: word })}
        onClick={() => onSort({ column: id, descending: active && !sort.descending })}
      >
        {word}
        <Icon size={14} aria-hidden style={{ opacity: active ? 1 : 0.4 }} />
      </button>
    </th>
  );
}
