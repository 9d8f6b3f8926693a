import { Checkbox, Tooltip } from "@mantine/core";
import { IconArrowsMove, IconChevronDown } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { Ago } from "../../components/Times";
import { useTicketSetUp } from "../../hooks/tickets";
import { COLUMNS, SORTED, type Column } from "../../lib/tickets/list";
import type { FieldValue, Order, TicketRow } from "../../lib/tickets/types";
import { PriorityMark, StateMark, TagChip, TimeLeft, Who } from "./parts";
import list from "./tickets.module.css";
import styles from "./table.module.css";

export interface RowsProps {
  rows: readonly TicketRow[];
  moved: ReadonlySet<string>;
  selected: ReadonlySet<string>;
  onSelect: (ids: readonly string[], on: boolean) => void;
  current: string | null;
  selectable: boolean;
}

interface TableProps extends RowsProps {
  columns: readonly string[];
  order: Order | null;
  onOrder: (order: Order) => void;
}

export function Table({ rows, moved, selected, onSelect, current, selectable, columns, order, onOrder }: TableProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const word = useColumnWord();
  const all = rows.length > 0 && rows.every((row) => selected.has(row.id));
  return (
    <div className={`panel ${styles.scroll ?? ""} ${styles.table ?? ""}`}>
      <table className="table">
        <thead>
          <tr>
            {selectable && (
              <th scope="col">
                <Checkbox
                  size="sm"
                  aria-label={t("tickets.list.selectAll")}
                  checked={all}
                  indeterminate={!all && rows.some((row) => selected.has(row.id))}
                  onChange={(event) => onSelect(rows.map((row) => row.id), event.currentTarget.checked)}
                />
              </th>
            )}
            {columns.map((name) => {
              const by = SORTED[name as Column];
              return (
                <th key={name} scope="col" aria-sort={by && by === order ? (by === "due" ? "ascending" : "descending") : undefined}>
                  {by ? (
                    <button type="button" className="sort" onClick={() => onOrder(by)}>
                      {word(name)}
                      {by === order && <IconChevronDown size={14} aria-hidden style={by === "due" ? { transform: "rotate(180deg)" } : undefined} />}
                    </button>
                  ) : (
                    word(name)
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={row.id}
              data-row={row.id}
              data-selected={selected.has(row.id) ? "" : undefined}
              data-current={current === row.id ? "" : undefined}
              data-moved={moved.has(row.id) ? "" : undefined}
              onClick={(event) => {
                if (!(event.target as Element).closest("a, button, input, label")) void navigate(`/tickets/${row.number}`);
              }}
            >
              {selectable && (
                <td>
                  <Checkbox
                    size="sm"
                    aria-label={t("tickets.list.select", { number: row.number })}
                    checked={selected.has(row.id)}
                    onChange={(event) => onSelect([row.id], event.currentTarget.checked)}
                  />
                </td>
              )}
              {columns.map((name) => (
                <td key={name} className={name === "subject" ? styles.subject : styles.cell}>
                  <Cell row={row} name={name} moved={moved.has(row.id)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function useColumnWord(): (name: string) => string {
  const { t } = useTranslation();
  const setUp = useTicketSetUp().data;
  return (name) => {
    if (name.startsWith("fields.")) return setUp?.fields.find((field) => field.id === name.slice(7))?.name ?? name.slice(7);
    return (COLUMNS as readonly string[]).includes(name) ? t(`tickets.field.${name as Column}`) : name;
  };
}

function Moved() {
  const { t } = useTranslation();
  return (
    <Tooltip label={t("tickets.list.moved")}>
      <span>
        <IconArrowsMove size={14} aria-hidden />
        <span className={list.hidden}>{t("tickets.list.moved")}</span>
      </span>
    </Tooltip>
  );
}

export function useValueWords(): (value: FieldValue | undefined) => string {
  const { t } = useTranslation();
  return (value) => {
    if (value === undefined || value === null || value === "") return t("common.none");
    if (typeof value === "boolean") return value ? t("tickets.props.yes") : t("tickets.props.no");
    return Array.isArray(value) ? value.join(", ") : String(value);
  };
}

function Cell({ row, name, moved }: { row: TicketRow; name: string; moved: boolean }) {
  const { t } = useTranslation();
  const value = useValueWords();
  const plain = (word: string | undefined) => <div className="truncate">{word ?? <span className="dim">{t("common.none")}</span>}</div>;
  if (name.startsWith("fields.")) return plain(value(row.fields[name.slice(7)]));
  switch (name as Column) {
    case "number":
      return (
        <span className="row" style={{ gap: 6 }}>
          <Link to={`/tickets/${row.number}`}>{row.number}</Link>
          {moved && <Moved />}
        </span>
      );
    case "subject":
      return (
        <Link to={`/tickets/${row.number}`} className={`truncate ${list.open ?? ""}`} style={{ display: "block" }}>
          {row.subject}
        </Link>
      );
    case "state":
      return <StateMark state={row.state} of={row.state_class} />;
    case "priority":
      return <PriorityMark priority={row.priority} />;
    case "assignee":
      return <Who person={row.assignee} />;
    case "due":
      return row.due ? <TimeLeft clock={row.due} /> : plain(undefined);
    case "tags":
      return (
        <span className="row" style={{ gap: 4 }}>
          {row.tags.slice(0, 3).map((tag) => (
            <TagChip key={tag} word={tag} />
          ))}
          {row.tags.length > 3 && <span className="dim small">+{row.tags.length - 3}</span>}
        </span>
      );
    case "made_at":
    case "changed_at":
      return <Ago at={row[name as "made_at" | "changed_at"]} />;
    case "channel":
      return plain(t(`tickets.channelOf.${row.channel as "agent"}`));
    case "requester":
    case "organisation":
    case "type":
    case "category":
    case "team":
    case "queue":
      return plain(row[name as "team"]?.name);
  }
}

/** The same at phone width. */
export function Cards({ rows, moved, selected, onSelect, selectable }: RowsProps) {
  const { t } = useTranslation();
  return (
    <ul className={styles.cards}>
      {rows.map((row) => (
        <li
          key={row.id}
          className={list.card}
          data-selected={selected.has(row.id) ? "" : undefined}
          data-moved={moved.has(row.id) ? "" : undefined}
        >
          <div className="row">
            {selectable && (
              <Checkbox
                aria-label={t("tickets.list.select", { number: row.number })}
                checked={selected.has(row.id)}
                onChange={(event) => onSelect([row.id], event.currentTarget.checked)}
              />
            )}
            <span className="dim small grow">
              {row.number}
              {moved.has(row.id) && <Moved />}
            </span>
            {row.due && <TimeLeft clock={row.due} />}
          </div>
          <Link className={list.open ?? ""} to={`/tickets/${row.number}`}>
            {row.subject}
          </Link>
          <div className="row wrap">
            <StateMark state={row.state} of={row.state_class} />
            <PriorityMark priority={row.priority} />
            <span className="grow" />
            <Who person={row.assignee} short />
          </div>
          <span className="dim small truncate">{[row.requester?.name, row.type.name].filter(Boolean).join(" · ")}</span>
        </li>
      ))}
    </ul>
  );
}
