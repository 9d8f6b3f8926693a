import { Button, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp, IconPlus, IconSearch } from "@tabler/icons-react";
import { useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { useProblemText, useLocale } from "../../hooks/words";
import { arrange, type Cell } from "../../lib/admin/table";
import { Loading, alike } from "../Loading";
import { Empty, Sentence } from "../Sentence";
import styles from "./admin.module.css";

export interface Column<Row> {
  id: string;
  word: string;
  value: (row: Row) => Cell;
  /** What is shown; the value itself when left out. */
  cell?: (row: Row) => ReactNode;
  numeric?: boolean;
  /** From which width on: always, from 768 px, from 1280 px. */
  from?: "tablet" | "desktop";
}

interface AreaTableProps<Row> {
  title: string;
  lead: string;
  rows: readonly Row[] | undefined;
  error: Error | null;
  onRetry: () => void;
  columns: readonly [Column<Row>, ...Column<Row>[]];
  id: (row: Row) => string;
  to: (row: Row) => string;
  empty: { icon: ReactNode; title: string; text: string };
  add?: { to: string; word: string } | undefined;
  /** Beside what adds one, as to bring many in. */
  more?: ReactNode;
  above?: ReactNode;
}

const SHOWN = 50;

/** The list of an area: searched, sorted, both kept in the address; the arrow keys walk the rows. */
export function AreaTable<Row>(props: AreaTableProps<Row>) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { title, lead, rows, error, add } = props;
  const addButton = add && (
    <Button component={Link} to={add.to} leftSection={<IconPlus size={16} aria-hidden />}>
      {add.word}
    </Button>
  );
  return (
    <div className={styles.area}>
      <header className={styles.areaHead}>
        <div className="grow">
          <h1>{title}</h1>
          <p className="dim">{lead}</p>
        </div>
        {props.more ? (
          <div className="row wrap">
            {props.more}
            {addButton}
          </div>
        ) : (
          addButton
        )}
      </header>
      {props.above}
      {error && !rows && (
        <Sentence
          tone="red"
          action={
            <Button size="compact-sm" variant="default" onClick={props.onRetry}>
              {t("common.retry")}
            </Button>
          }
        >
          {t("admin.listFailed", { detail: problemText(error) })}
        </Sentence>
      )}
      {!rows && !error && (
        <Loading bars={[{ height: 36, width: 260 }, ...alike(5, 40)]} />
      )}
      {rows?.length === 0 && (
        <div className="panel">
          <Empty icon={props.empty.icon} title={props.empty.title}>
            <p>{props.empty.text}</p>
            {addButton}
          </Empty>
        </div>
      )}
      {rows && rows.length > 0 && <Rows {...props} rows={rows} />}
    </div>
  );
}

function Rows<Row>({ title, rows, columns, id, to }: AreaTableProps<Row> & { rows: readonly Row[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [params, setParams] = useSearchParams();
  const [shown, setShown] = useState(SHOWN);
  const words = params.get("q") ?? "";
  const sorted = params.get("sort") ?? columns[0].id;
  const sorting = { column: sorted.replace(/^-/, ""), descending: sorted.startsWith("-") };
  const change = (key: string, value: string) =>
    setParams(
      (old) => {
        if (value) old.set(key, value);
        else old.delete(key);
        return old;
      },
      { replace: true },
    );
  const found = arrange(rows, {
    words,
    text: (row) => columns.map((column) => column.value(row) ?? "").join(" "),
    value: (row, column) => columns.find((other) => other.id === column)?.value(row) ?? null,
    sorting,
    locale,
  });
  return (
    <>
      <div className="row wrap">
        <TextInput
          className={styles.search ?? ""}
          type="search"
          aria-label={t("admin.searchIn", { area: title })}
          placeholder={t("admin.search")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={words}
          onChange={(event) => change("q", event.currentTarget.value)}
        />
        <span className="dim small" role="status">
          {t("admin.count", { count: found.length, all: rows.length })}
        </span>
      </div>
      {found.length === 0 ? (
        <p className="panel empty">{t("admin.noMatch")}</p>
      ) : (
        <div className="panel" style={{ overflow: "hidden" }}>
          <table className={`table ${styles.table ?? ""}`}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <Head key={column.id} column={column} sorting={sorting} onSort={(sort) => change("sort", sort)} />
                ))}
              </tr>
            </thead>
            <tbody onKeyDown={walk}>
              {found.slice(0, shown).map((row) => (
                <tr key={id(row)}>
                  {columns.map((column, index) => (
                    <td key={column.id} className={column.numeric ? "num" : undefined} data-from={column.from}>
                      {index === 0 ? (
                        <Link className={styles.open ?? ""} to={to(row)}>
                          {show(column, row, t("common.none"))}
                        </Link>
                      ) : (
                        show(column, row, t("common.none"))
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + SHOWN)}>
          {t("admin.more", { count: Math.min(SHOWN, found.length - shown) })}
        </Button>
      )}
    </>
  );
}

function show<Row>(column: Column<Row>, row: Row, none: string): ReactNode {
  return column.cell ? column.cell(row) : (column.value(row) ?? none);
}

function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (!step) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>("tr td:first-child a")];
  const next = links[links.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

interface HeadProps<Row> {
  column: Column<Row>;
  sorting: { column: string; descending: boolean };
  onSort: (sort: string) => void;
}

function Head<Row>({ column, sorting, onSort }: HeadProps<Row>) {
  const { t } = useTranslation();
  const active = sorting.column === column.id;
  const Icon = !active ? IconArrowsSort : sorting.descending ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      className={column.numeric ? "num" : undefined}
      data-from={column.from}
      aria-sort={!active ? "none" : sorting.descending ? "descending" : "ascending"}
    >
      <button
        type="button"
        className="sort"
        title={t("live.sortBy", { column: column.word })}
        onClick={() => onSort(active && !sorting.descending ? `-${column.id}` : column.id)}
      >
        {column.word}
        <Icon size={14} aria-hidden style={{ opacity: active ? 1 : 0.4 }} />
      </button>
    </th>
  );
}
