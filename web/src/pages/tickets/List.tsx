import { Button, SegmentedControl, Select, TextInput } from "@mantine/core";
import { IconChartBar, IconFileImport, IconInbox, IconKeyboard, IconPlus, IconSearch } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { ListLoading } from "../../components/Loading";
import { Empty, Sentence } from "../../components/Sentence";
import { useKeys } from "../../hooks/keys";
import { may, useMe } from "../../hooks/session";
import { usePatch, useTicketSetUp, useViews } from "../../hooks/tickets";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { columnsOf, conditionsOf, readAsked, writeAsked, type Asked } from "../../lib/tickets/list";
import { ORDERS, type Order, type TicketRow, type View } from "../../lib/tickets/types";
import { Board } from "./Board";
import { BulkBar } from "./BulkBar";
import { ColumnChoice, useColumns } from "./ColumnChoice";
import { ExportMenu, ExportState, useExport } from "./exchange/Export";
import { useList, type ListState } from "./fetching";
import { Either, Filters } from "./Filters";
import { KeysHelp } from "./KeysHelp";
import { SaveView } from "./SaveView";
import { SearchResults } from "./SearchResults";
import { Cards, Table } from "./Table";
import styles from "./tickets.module.css";
import { useViewName, ViewRail } from "./ViewRail";

export function TicketList() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const asked = useMemo(() => readAsked(params), [params]);
  const change = (part: Partial<Asked>) => setParams(writeAsked({ ...asked, ...part }), { replace: true });
  const views = useViews();
  const viewName = useViewName();
  const problemText = useProblemText();
  const [help, setHelp] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const view = views.data?.find((each) => each.id === asked.view) ?? views.data?.[0] ?? null;
  useTitle(view ? `${viewName(view)} · ${t("tickets.title")}` : t("tickets.title"));
  useKeys({
    n: may(me, "tickets.work") ? () => void navigate("/tickets/new") : undefined,
    "/": () => box.current?.focus(),
    "?": () => setHelp(true),
  });
  return (
    <div className={styles.layout}>
      <ViewRail views={views.data ?? []} current={asked.q ? null : (view?.id ?? null)} onChoose={(id) => change({ view: id, q: "", filters: [], either: [], order: null })} />
      <div className={styles.page}>
        <header className={styles.head}>
          <h1>{view && !asked.q ? viewName(view) : t("tickets.title")}</h1>
          <Button variant="default" className={styles.wideOnly ?? ""} leftSection={<IconKeyboard size={16} aria-hidden />} onClick={() => setHelp(true)}>
            {t("tickets.list.keys")}
          </Button>
          {(may(me, "tickets.figures") || may(me, "tickets.work")) && (
            <Button component={Link} to="/tickets/figures" variant="default" leftSection={<IconChartBar size={16} aria-hidden />}>
              {t("tickets.list.figures")}
            </Button>
          )}
          {may(me, "tickets.import") && (
            <Button component={Link} to="/tickets/imports" variant="default" leftSection={<IconFileImport size={16} aria-hidden />}>
              {t("ticketExchange.import.button")}
            </Button>
          )}
          {may(me, "tickets.work") && (
            <Button component={Link} to="/tickets/new" leftSection={<IconPlus size={16} aria-hidden />}>
              {t("tickets.new")}
            </Button>
          )}
        </header>
        {views.isError && <Sentence tone="red">{t("tickets.failed", { detail: problemText(views.error) })}</Sentence>}
        <SearchBox key={`search ${asked.view}`} box={box} value={asked.q} onChange={(q) => change({ q, facets: {} })} />
        {asked.q ? (
          <SearchResults asked={asked} onChange={change} />
        ) : (
          view && <ViewOf key={view.id} view={view} asked={asked} onChange={change} />
        )}
        {views.isPending && <ListLoading />}
      </div>
      <KeysHelp opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}

const PAUSE_MS = 250;

/** Searches when typing pauses; Escape ends it. */
function SearchBox({ value, onChange, box }: { value: string; onChange: (q: string) => void; box: React.RefObject<HTMLInputElement | null> }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const change = useRef(onChange);
  useEffect(() => {
    change.current = onChange;
  });
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => change.current(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <search className={styles.search}>
      <TextInput
        ref={box}
        type="search"
        aria-label={t("tickets.list.search")}
        placeholder={t("tickets.list.searchPlaceholder")}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          setText("");
          event.currentTarget.blur();
        }}
      />
    </search>
  );
}

interface ViewOfProps {
  view: View;
  asked: Asked;
  onChange: (part: Partial<Asked>) => void;
}

function ViewOf({ view, asked, onChange }: ViewOfProps) {
  const { t } = useTranslation();
  const order: Order = asked.order ?? view.order;
  const conditions = useMemo(() => conditionsOf(view, asked.filters, asked.either), [view, asked.filters, asked.either]);
  const fields = useTicketSetUp().data?.fields.map((field) => field.id) ?? [];
  const [chosen, choose] = useColumns(view);
  const columns = columnsOf(chosen, fields);
  const board = asked.layout !== "table";
  const exporting = useExport({ conditions, order }, columns);
  return (
    <>
      <div className={styles.bar}>
        <Filters filters={asked.filters} onChange={(filters) => onChange({ filters })} />
        <Either tests={asked.either} onClear={() => onChange({ either: [] })} />
        <span className="grow" />
        <SaveView view={view} filters={asked.filters} either={asked.either} order={order} columns={columns} onSaved={(id) => onChange({ view: id, filters: [], either: [], order: null })} />
        <Select
          aria-label={t("tickets.list.order")}
          size="xs"
          w={150}
          allowDeselect={false}
          data={ORDERS.map((value) => ({ value, label: t(`tickets.list.orderOf.${value}`) }))}
          value={order}
          onChange={(value) => onChange({ order: value })}
        />
        {board && (
          <Select
            aria-label={t("tickets.list.boardBy")}
            size="xs"
            w={140}
            allowDeselect={false}
            data={(["state", "assignee", "priority"] as const).map((value) => ({ value, label: t(`tickets.list.boardOf.${value}`) }))}
            value={asked.layout}
            onChange={(value) => onChange({ layout: value as Asked["layout"] })}
          />
        )}
        <ExportMenu exporting={exporting} />
        {!board && <ColumnChoice view={view} columns={columns} onChange={choose} />}
        <SegmentedControl
          size="xs"
          aria-label={t("tickets.list.layout")}
          data={[
            { value: "table", label: t("tickets.list.table") },
            { value: "board", label: t("tickets.list.board") },
          ]}
          value={board ? "board" : "table"}
          onChange={(value) => onChange({ layout: value === "board" ? "state" : "table" })}
        />
      </div>
      <ExportState exporting={exporting} />
      {board ? (
        <Board conditions={conditions} order={order} by={asked.layout as "state"} />
      ) : (
        <Rows
          key={JSON.stringify([conditions, order])}
          view={view}
          asked={asked}
          order={order}
          columns={columns}
          conditions={conditions}
          onChange={onChange}
        />
      )}
    </>
  );
}

interface RowsOfProps extends ViewOfProps {
  order: Order;
  columns: readonly string[];
  conditions: ReturnType<typeof conditionsOf>;
}

function Rows({ asked, onChange, order, columns, conditions }: RowsOfProps) {
  const { t } = useTranslation();
  const me = useMe();
  const problemText = useProblemText();
  const list = useList(conditions, order, true);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const current = useCurrent(list.rows, setSelected);
  const works = may(me, "tickets.work");
  const onSelect = (ids: readonly string[], on: boolean) =>
    setSelected((held) => {
      const next = new Set(held);
      for (const id of ids) if (on) next.add(id);
        else next.delete(id);
      return next;
    });
  if (list.pending) return <ListLoading />;
  const filtered = asked.filters.length + asked.either.length > 0;
  const props = { rows: list.rows, moved: list.moved, selected, onSelect, current, selectable: works };
  return (
    <>
      {list.error && (
        <Sentence
          tone="red"
          action={
            <Button size="compact-sm" variant="default" loading={list.fetching} onClick={() => void list.renew()}>
              {t("common.retry")}
            </Button>
          }
        >
          {t("tickets.failed", { detail: problemText(list.error) })}
        </Sentence>
      )}
      <div role="status" style={{ display: "contents" }}>
        {list.changed && (
          <button type="button" className={styles.pill} onClick={() => void list.renew()}>
            {list.news > 0 ? t("tickets.list.news", { count: list.news }) : t("tickets.list.changedPill")}
          </button>
        )}
      </div>
      {list.rows.length === 0 && !list.error && (
        <div className="panel">
          <Empty
            icon={<IconInbox size={32} stroke={1.5} aria-hidden />}
            title={filtered ? t("tickets.list.emptyFiltered") : t("tickets.list.empty")}
          >
            <p>{filtered ? t("tickets.list.emptyFilteredText") : t("tickets.list.emptyText")}</p>
            {filtered && (
              <Button variant="default" onClick={() => onChange({ filters: [], either: [] })}>
                {t("tickets.list.clearFilters")}
              </Button>
            )}
          </Empty>
        </div>
      )}
      {list.rows.length > 0 && (
        <>
          <Table {...props} columns={columns} order={order} onOrder={(by) => onChange({ order: by })} />
          <Cards {...props} />
          <Foot list={list} />
        </>
      )}
      {works && <BulkBar selected={selected} onClear={() => setSelected(new Set())} onDone={() => void list.renew()} />}
    </>
  );
}

function Foot({ list }: { list: ListState }) {
  const { t } = useTranslation();
  return (
    <div className={styles.foot}>
      <span className="dim small" role="status">
        {t("tickets.list.shown", { count: list.rows.length })}
      </span>
      {list.hasMore && (
        <Button variant="default" loading={list.fetchingMore} onClick={list.more}>
          {t("tickets.list.more")}
        </Button>
      )}
    </div>
  );
}

/** The row that keys are about: j and k walk, Enter opens, x selects, a takes it. */
function useCurrent(rows: readonly TicketRow[], select: React.Dispatch<React.SetStateAction<ReadonlySet<string>>>): string | null {
  const me = useMe();
  const navigate = useNavigate();
  const [current, setCurrent] = useState<string | null>(null);
  const at = rows.findIndex((row) => row.id === current);
  const row = at === -1 ? null : (rows[at] ?? null);
  const patch = usePatch(row ?? { id: "", sequence: 0 });
  const step = (by: number) => () => {
    const next = rows[at === -1 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
    if (!next) return;
    setCurrent(next.id);
    document.querySelector(`[data-row="${CSS.escape(next.id)}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const works = may(me, "tickets.work");
  useKeys({
    j: step(1),
    k: step(-1),
    Enter: row ? () => void navigate(`/tickets/${row.number}`) : undefined,
    r: row ? () => void navigate(`/tickets/${row.number}`, { state: { reply: true } }) : undefined,
    x:
      row && works
        ? () =>
            select((held) => {
              const next = new Set(held);
              if (!next.delete(row.id)) next.add(row.id);
              return next;
            })
        : undefined,
    a: row && works ? () => patch.mutate({ assignee: me.id }) : undefined,
  });
  return row?.id ?? null;
}
