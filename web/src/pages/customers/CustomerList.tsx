import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { IconFilter, IconFilterPlus, IconPlus, IconSearch, IconTableImport, IconUsers, IconUsersGroup } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { DownloadButton } from "../../components/DownloadButton";
import { ListLoading } from "../../components/Loading";
import { NotLoaded } from "../../components/NotLoaded";
import { Empty } from "../../components/Sentence";
import { Ago } from "../../components/Times";
import { may, useMe } from "../../hooks/session";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { get, withQuery } from "../../lib/api";
import type { Page } from "../../lib/contract";
import type { CustomerLine } from "../../lib/customers";
import styles from "./customers.module.css";
import { Tag, Vip } from "./parts";
import { useSegments } from "./SegmentList";

const KEYS = ["q", "kind", "tag", "segment", "vip"] as const;
type Filters = Record<(typeof KEYS)[number], string>;

export function CustomerList() {
  const { t } = useTranslation();
  const me = useMe();
  useTitle(t("customers.title"));
  const [params, setParams] = useSearchParams();
  const filters = Object.fromEntries(KEYS.map((key) => [key, params.get(key) ?? ""])) as Filters;
  const change = (part: Partial<Filters>) => {
    const wanted = Object.entries({ ...filters, ...part }).filter(([, value]) => value);
    setParams(Object.fromEntries(wanted), { replace: true });
  };
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{t("customers.title")}</h1>
        {may(me, "customers.merge") && (
          <Button component={Link} to="/customers/duplicates" variant="default" leftSection={<IconUsersGroup size={16} aria-hidden />}>
            {t("customers.duplicates")}
          </Button>
        )}
        <Button component={Link} to="/customers/segments" variant="default" leftSection={<IconFilter size={16} aria-hidden />}>
          {t("customers.segments.manage")}
        </Button>
        {may(me, "customers.import") && (
          <Button component={Link} to="/customers/import" variant="default" leftSection={<IconTableImport size={16} aria-hidden />}>
            {t("customers.importGo")}
          </Button>
        )}
        {may(me, "customers.export") && <DownloadButton path={withQuery("/customers/export", filters)} word={t("customers.export")} />}
        {may(me, "customers.manage") && (
          <Button component={Link} to="/customers/new" leftSection={<IconPlus size={16} aria-hidden />}>
            {t("customers.new")}
          </Button>
        )}
      </header>
      <FilterBar filters={filters} onChange={change} />
      {may(me, "customers.manage") && filters.segment === "" && Object.values(filters).some(Boolean) && (
        <div>
          <Button
            component={Link}
            size="compact-sm"
            variant="subtle"
            leftSection={<IconFilterPlus size={16} aria-hidden />}
            to={withQuery("/customers/segments/new", { q: filters.q, kind: filters.kind, tag: filters.tag, vip: filters.vip })}
          >
            {t("customers.segments.save")}
          </Button>
        </div>
      )}
      <Results filters={filters} onClear={() => setParams({}, { replace: true })} />
    </div>
  );
}

function FilterBar({ filters, onChange }: { filters: Filters; onChange: (part: Partial<Filters>) => void }) {
  const { t } = useTranslation();
  const tags = useQuery({ queryKey: ["customer-tags"], queryFn: () => get<{ items: string[] }>("/customer-tags") });
  const segments = useSegments();
  return (
    <search className={styles.filters}>
      <SearchBox value={filters.q} onChange={(q) => onChange({ q })} />
      <Select
        label={t("customers.kind")}
        placeholder={t("customers.any")}
        clearable
        data={(["person", "organisation"] as const).map((value) => ({ value, label: t(`customers.${value}`) }))}
        value={filters.kind || null}
        onChange={(kind) => onChange({ kind: kind ?? "" })}
      />
      <Select
        label={t("customers.tag")}
        placeholder={t("customers.any")}
        clearable
        searchable
        data={tags.data?.items ?? []}
        value={filters.tag || null}
        onChange={(tag) => onChange({ tag: tag ?? "" })}
      />
      <Select
        label={t("customers.segment")}
        placeholder={t("customers.any")}
        clearable
        searchable
        data={(segments.data ?? []).map((item) => ({ value: item.id, label: item.name }))}
        value={filters.segment || null}
        onChange={(segment) => onChange({ segment: segment ?? "" })}
      />
      <Checkbox
        label={t("customers.onlyVip")}
        pb={8}
        checked={filters.vip === "true"}
        onChange={(event) => onChange({ vip: event.currentTarget.checked ? "true" : "" })}
      />
    </search>
  );
}

const PAUSE_MS = 250;

/** Searches when typing pauses. */
function SearchBox({ value, onChange }: { value: string; onChange: (q: string) => void }) {
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
    <TextInput
      label={t("customers.search")}
      placeholder={t("customers.searchPlaceholder")}
      type="search"
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}

function Results({ filters, onClear }: { filters: Filters; onClear: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const list = useInfiniteQuery({
    queryKey: ["customers", filters],
    queryFn: ({ pageParam, signal }) => get<Page<CustomerLine>>("/customers", { ...filters, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Object.values(filters).some(Boolean);
  if (list.isPending) return <ListLoading />;
  return (
    <>
      {list.isError && (
        <NotLoaded query={list}>{t("customers.failed", { detail: problemText(list.error) })}</NotLoaded>
      )}
      {rows.length === 0 && !list.isError && (
        <div className="panel">
          <Empty
            icon={<IconUsers size={32} stroke={1.5} aria-hidden />}
            title={filtered ? t("customers.notFound") : t("customers.empty")}
          >
            <p>{filtered ? t("customers.notFoundText") : t("customers.emptyText")}</p>
            {filtered && (
              <Button variant="default" onClick={onClear}>
                {t("customers.clear")}
              </Button>
            )}
          </Empty>
        </div>
      )}
      {rows.length > 0 && <Table rows={rows} />}
      {rows.length > 0 && (
        <div className={styles.foot}>
          <span className="dim small" role="status">
            {t("customers.shown", { count: rows.length })}
          </span>
          {list.hasNextPage && (
            <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t("customers.more")}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function Table({ rows }: { rows: readonly CustomerLine[] }) {
  const { t } = useTranslation();
  return (
    <div className="panel" style={{ overflow: "hidden" }}>
      <table className={`table ${styles.table ?? ""}`}>
        <thead>
          <tr>
            <th scope="col">{t("customers.name")}</th>
            <th scope="col" className={styles.tablet}>
              {t("customers.phone")}
            </th>
            <th scope="col" className={styles.tablet}>
              {t("customers.email")}
            </th>
            <th scope="col" className={styles.wide}>
              {t("customers.tags")}
            </th>
            <th scope="col" className={`num ${styles.tablet ?? ""}`}>
              {t("customers.changed")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td className={styles.cell}>
                <div className="row wrap">
                  <Link className={styles.open ?? ""} to={`/customers/${row.id}`}>
                    {row.name}
                  </Link>
                  {row.vip && <Vip />}
                </div>
                <div className="dim small truncate">
                  {row.organisation?.name ?? (row.kind === "organisation" && t("customers.organisation"))}
                </div>
                <div className={`dim small ${styles.narrow ?? ""}`}>{row.phone ?? row.email}</div>
              </td>
              <td className={styles.tablet}>{row.phone ?? t("common.none")}</td>
              <td className={`${styles.cell ?? ""} ${styles.tablet ?? ""} truncate`}>{row.email ?? t("common.none")}</td>
              <td className={styles.wide}>
                <span className="row wrap">
                  {row.tags.map((tag) => (
                    <Tag key={tag} word={tag} />
                  ))}
                </span>
              </td>
              <td className={`num ${styles.tablet ?? ""}`}>
                <Ago at={row.changed_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
