import { ActionIcon, Button, Menu, Skeleton } from "@mantine/core";
import { useQueries, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { IconArrowsMove } from "@tabler/icons-react";
import { useEffect, useRef, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Sentence } from "../../components/Sentence";
import { may, useMe } from "../../hooks/session";
import { keep, TICKETS, ticketPath, useChoices, useTicketSetUp, useTicketTick } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import { get, request } from "../../lib/api";
import type { Named } from "../../lib/contract";
import { openBelow, waitingBelow, type ChildrenChoice } from "../../lib/tickets/children";
import { PRIORITIES, type Conditions, type Order, type Patch, type Priority, type Ticket, type TicketPage, type TicketRow } from "../../lib/tickets/types";
import { fetchPage } from "./fetching";
import { OpenBelow } from "./OpenBelow";
import { PriorityMark, StateMark, TimeLeft, Who } from "./parts";
import list from "./tickets.module.css";
import styles from "./board.module.css";

type By = "state" | "assignee" | "priority";
interface Column extends Named {
  /** What a ticket has that stands in it; null: nobody. */
  value: string | null;
}

const FIRST = 30;

interface BoardProps {
  conditions: Conditions;
  order: Order;
  by: By;
}

function useColumns(by: By): Column[] {
  const { t } = useTranslation();
  const me = useMe();
  const setUp = useTicketSetUp().data;
  const choices = useChoices().data;
  if (by === "state") return (setUp?.states ?? []).filter((state) => !state.retired).map(({ id, name }) => ({ id, name, value: id }));
  if (by === "priority") return [...PRIORITIES].reverse().map((value) => ({ id: value, name: t(`tickets.priorityOf.${value}`), value }));
  const people = [...(choices?.assignees ?? [])].sort((a, b) => Number(b.id === me.id) - Number(a.id === me.id));
  return [{ id: "-", name: t("tickets.nobody"), value: null }, ...people.map(({ id, name }) => ({ id, name, value: id }))];
}

/** Tickets in columns, moved by dragging or by the menu of each card; shown at once and taken back when refused. */
export function Board({ conditions, order, by }: BoardProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const problemText = useProblemText();
  const works = may(useMe(), "tickets.work");
  const columns = useColumns(by);
  const [limits, setLimits] = useState<Record<string, number>>({});
  const [dragged, setDragged] = useState<TicketRow | null>(null);
  const [allowed, setAllowed] = useState<ReadonlySet<string> | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const [below, setBelow] = useState<{ row: TicketRow; target: Column; error: Error } | null>(null);
  const [said, setSaid] = useState<{ tone: "red" | "green" | "amber"; text: string } | null>(null);
  const keyOf = (column: Column) => [TICKETS, "board", conditions, order, by, column.id, limits[column.id] ?? FIRST] as const;
  const lists = useQueries({
    queries: columns.map((column) => ({
      queryKey: keyOf(column),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        fetchPage(within(conditions, by, column.value), order, null, limits[column.id] ?? FIRST, signal),
      placeholderData: (before: TicketPage | undefined) => before,
    })),
  });
  useFollow(lists.map((list) => list.refetch), dragged !== null);

  const grab = async (row: TicketRow) => {
    setDragged(row);
    setAllowed(by === "state" ? null : new Set(columns.map((column) => column.id)));
    if (by !== "state") return;
    const states = await statesOf(client, row);
    if (states) setAllowed(states);
  };
  const drop = () => {
    setDragged(null);
    setAllowed(null);
  };
  const move = async (row: TicketRow, target: Column, children?: ChildrenChoice) => {
    drop();
    const source = columns.find((column) => column.value === valueOf(row, by));
    if (!source || source.id === target.id) return;
    setBusy(row.id);
    setSaid(null);
    await client.cancelQueries({ queryKey: [TICKETS, "board"] });
    const before = [source, target].map((column) => [keyOf(column), client.getQueryData<TicketPage>(keyOf(column))] as const);
    const placed = withValue(row, by, target);
    client.setQueryData<TicketPage>(keyOf(source), (page) => page && { ...page, items: page.items.filter((each) => each.id !== row.id) });
    client.setQueryData<TicketPage>(keyOf(target), (page) => page && { ...page, items: [placed, ...page.items] });
    try {
      const changed = await request<Ticket>("PATCH", ticketPath(row.id), { body: { seen: row.sequence, ...patchTo(by, target), ...(children ? { children } : {}) } });
      setBelow(null);
      const waiting = waitingBelow(changed);
      const there = valueOf(changed, by) === target.value;
      if (!there) for (const [key, page] of before) client.setQueryData(key, page);
      // The next move says what was seen of it, perhaps before the columns have been read anew.
      keep(client, changed);
      setSaid(
        there
          ? {
              tone: waiting > 0 && children === "resolve" ? "amber" : "green",
              text: [t("tickets.board.moved", { number: row.number, name: target.name }), ...(waiting > 0 && children === "resolve" ? [t("tickets.children.waiting", { count: waiting })] : [])].join(" "),
            }
          : { tone: "amber", text: t("tickets.board.asked", { number: row.number }) },
      );
    } catch (error) {
      for (const [key, page] of before) client.setQueryData(key, page);
      const asks = openBelow(error) !== null;
      setBelow(asks ? { row, target, error: error as Error } : null);
      if (!asks) setSaid({ tone: "red", text: t("tickets.board.refused", { number: row.number, detail: problemText(error as Error) }) });
    } finally {
      setBusy(null);
      void client.invalidateQueries({ queryKey: [TICKETS, "board"] });
      void client.invalidateQueries({ queryKey: [TICKETS, "one"] });
      void client.invalidateQueries({ queryKey: [TICKETS, "counts"] });
    }
  };
  return (
    <>
      {below && <OpenBelow error={below.error} busy={busy === below.row.id} onChoose={(children) => void move(below.row, below.target, children)} onClose={() => setBelow(null)} />}
      {said && (
        <Sentence tone={said.tone} onDismiss={() => setSaid(null)}>
          {said.text}
        </Sentence>
      )}
      <section className={styles.board} aria-label={t("tickets.board.label")} tabIndex={0}>
        {columns.map((column, place) => {
          const list = lists[place];
          if (!list) return null;
          const own = dragged !== null && valueOf(dragged, by) === column.value;
          return (
            <BoardColumn
              key={column.id}
              column={column}
              page={list.data}
              error={list.error}
              pending={list.isPending}
              drop={dragged === null || own ? "idle" : allowed === null ? "unknown" : allowed.has(column.id) ? "yes" : "no"}
              onDrop={() => dragged && void move(dragged, column)}
              onMore={() => setLimits({ ...limits, [column.id]: Math.min(200, (limits[column.id] ?? FIRST) + 50) })}
              card={(row) => (
                <Card
                  key={row.id}
                  row={row}
                  by={by}
                  busy={busy === row.id}
                  columns={columns}
                  movable={works}
                  onGrab={() => void grab(row)}
                  onLetGo={drop}
                  onMove={(target) => void move(row, target)}
                />
              )}
            />
          );
        })}
      </section>
    </>
  );
}

/** Where this person may bring a ticket; null when it cannot be asked, and the server says no where it must. */
async function statesOf(client: QueryClient, row: TicketRow): Promise<ReadonlySet<string> | null> {
  try {
    const one = await client.query({ queryKey: [TICKETS, "one", row.id], queryFn: () => get<Ticket>(ticketPath(row.id)), staleTime: 5000 });
    return new Set(one.states.map((state) => state.id));
  } catch {
    return null;
  }
}

/** Reads the columns anew when something has changed, but not under the hand of whoever drags. */
function useFollow(refetch: readonly (() => unknown)[], dragging: boolean): void {
  const tick = useTicketTick();
  const seen = useRef(tick);
  const all = useRef(refetch);
  useEffect(() => {
    all.current = refetch;
  });
  useEffect(() => {
    if (dragging || tick === seen.current) return;
    seen.current = tick;
    for (const each of all.current) each();
  }, [tick, dragging]);
}

const within = (conditions: Conditions, by: By, value: string | null): Conditions => ({
  ...conditions,
  all: [...conditions.all, value === null ? { field: by, op: "empty" } : { field: by, op: "is", value }],
});

function valueOf(row: TicketRow, by: By): string | null {
  if (by === "priority") return row.priority;
  return row[by]?.id ?? null;
}

function withValue(row: TicketRow, by: By, target: Column): TicketRow {
  if (by === "priority") return { ...row, priority: target.id as Priority };
  return { ...row, [by]: target.value === null ? null : { id: target.id, name: target.name } };
}

function patchTo(by: By, target: Column): Patch {
  if (by === "state") return { state: target.id };
  return by === "priority" ? { priority: target.id as Priority } : { assignee: target.value };
}

interface BoardColumnProps {
  column: Column;
  page: TicketPage | undefined;
  error: Error | null;
  pending: boolean;
  /** "unknown": dragged quicker than it could be asked; the server says no where it must. */
  drop: "idle" | "unknown" | "yes" | "no";
  onDrop: () => void;
  onMore: () => void;
  card: (row: TicketRow) => React.ReactNode;
}

function BoardColumn({ column, page, error, pending, drop, onDrop, onMore, card }: BoardColumnProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [over, setOver] = useState(false);
  const rows = page?.items ?? [];
  const taken = drop === "yes" || drop === "unknown";
  return (
    <section
      className={styles.column}
      aria-label={t("tickets.board.column", { name: column.name, count: rows.length })}
      data-column={column.id}
      data-drop={taken && over ? "over" : drop === "yes" || drop === "no" ? drop : undefined}
      onDragOver={(event: DragEvent) => {
        if (!taken) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event: DragEvent) => {
        event.preventDefault();
        setOver(false);
        if (taken) onDrop();
      }}
    >
      <h2 className="row">
        <span className="grow truncate">{column.name}</span>
        <span className="dim small">
          {rows.length}
          {page?.next_cursor ? "+" : ""}
        </span>
      </h2>
      {drop === "no" && <span className="small dim">{t("tickets.board.notHere")}</span>}
      {pending && <Skeleton height={70} />}
      {error && <Sentence tone="red">{t("tickets.failed", { detail: problemText(error) })}</Sentence>}
      {!pending && !error && rows.length === 0 && <span className="dim small">{t("tickets.board.empty")}</span>}
      <ul>{rows.map(card)}</ul>
      {page?.next_cursor && (
        <Button size="compact-sm" variant="default" onClick={onMore}>
          {t("tickets.list.more")}
        </Button>
      )}
    </section>
  );
}

interface CardProps {
  row: TicketRow;
  by: By;
  busy: boolean;
  columns: readonly Column[];
  movable: boolean;
  onGrab: () => void;
  onLetGo: () => void;
  onMove: (target: Column) => void;
}

function Card({ row, by, busy, columns, movable, onGrab, onLetGo, onMove }: CardProps) {
  return (
    <li
      className={styles.kanban}
      draggable={movable && !busy}
      data-busy={busy ? "" : undefined}
      data-row={row.id}
      onDragStart={(event) => {
        event.dataTransfer.setData("text/plain", row.number);
        event.dataTransfer.effectAllowed = "move";
        onGrab();
      }}
      onDragEnd={onLetGo}
    >
      <div className="row">
        <span className="dim small grow">{row.number}</span>
        {movable && <MoveMenu row={row} by={by} columns={columns} onMove={onMove} />}
      </div>
      <Link className={list.open ?? ""} to={`/tickets/${row.number}`} draggable={false}>
        {row.subject}
      </Link>
      <div className="row wrap">
        {by === "state" ? <PriorityMark priority={row.priority} /> : <StateMark state={row.state} of={row.state_class} />}
        {row.due && <TimeLeft clock={row.due} />}
        <span className="grow" />
        <Who person={row.assignee} short />
      </div>
    </li>
  );
}

function MoveMenu({ row, by, columns, onMove }: Pick<CardProps, "row" | "by" | "columns" | "onMove">) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [targets, setTargets] = useState<readonly Column[] | null>(null);
  const open = async () => {
    const others = columns.filter((column) => column.value !== valueOf(row, by));
    if (by !== "state") {
      setTargets(others);
      return;
    }
    setTargets(null);
    const states = await statesOf(client, row);
    setTargets(states ? others.filter((column) => states.has(column.id)) : others);
  };
  return (
    <Menu withinPortal position="bottom-end" onOpen={() => void open()}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("tickets.board.move", { number: row.number })}>
          <IconArrowsMove size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {targets === null && <Menu.Item disabled>{t("common.loading")}</Menu.Item>}
        {targets?.length === 0 && <Menu.Item disabled>{t("tickets.board.nowhere")}</Menu.Item>}
        {targets?.map((target) => (
          <Menu.Item key={target.id} onClick={() => onMove(target)}>
            {t("tickets.board.moveTo", { name: target.name })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
