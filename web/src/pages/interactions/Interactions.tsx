import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { IconFilterOff, IconMessages } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { ListLoading } from "../../components/Loading";
import { NotLoaded } from "../../components/NotLoaded";
import { Empty } from "../../components/Sentence";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { get } from "../../lib/api";
import type { Interaction, Page } from "../../lib/contract";
import { countFilters, filterQuery, readFilters, writeFilters, type Filters } from "../../lib/interaction-filters";
import { FilterBar } from "./FilterBar";
import styles from "./interactions.module.css";
import { Cards, List } from "./List";

const PAGE = 50;
const REFRESH_MS = 10_000;
const PHONE = "(max-width: 47.99em)";

export default function Interactions() {
  const { t } = useTranslation();
  useTitle(t("interactions.title"));
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => readFilters(params), [params]);
  const change = (part: Partial<Filters>) => setParams(writeFilters({ ...filters, ...part }), { replace: true });
  const clear = () => setParams({}, { replace: true });
  return (
    <div className={styles.page}>
      <h1>{t("interactions.title")}</h1>
      <FilterBar filters={filters} onChange={change} onClear={clear} />
      <Results filters={filters} onClear={clear} />
    </div>
  );
}

function useInteractions(filters: Filters) {
  return useInfiniteQuery({
    queryKey: ["interactions", filters],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Interaction>>("/interactions", { ...filterQuery(filters), cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    // Further pages stay as they were read: renewing them all would move what is being read.
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : REFRESH_MS),
  });
}

function Results({ filters, onClear }: { filters: Filters; onClear: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const phone = useMediaQuery(PHONE, window.matchMedia(PHONE).matches, { getInitialValueInEffect: false });
  const list = useInteractions(filters);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isPending) return <ListLoading />;
  return (
    <>
      {list.isError && (
        <NotLoaded query={list}>{t("interactions.failed", { detail: problemText(list.error) })}</NotLoaded>
      )}
      {rows.length === 0 && !list.isError && <NothingFound filtered={countFilters(filters) > 0} onClear={onClear} />}
      {rows.length > 0 && (phone ? <Cards rows={rows} /> : <List rows={rows} />)}
      {rows.length > 0 && (
        <div className={styles.foot}>
          <span className="dim small" role="status">
            {t("interactions.shown", { count: rows.length })}
          </span>
          {list.hasNextPage && (
            <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t("interactions.more")}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function NothingFound({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const { t } = useTranslation();
  if (!filtered)
    return (
      <div className="panel">
        <Empty icon={<IconMessages size={32} stroke={1.5} aria-hidden />} title={t("interactions.empty")}>
          <p>{t("interactions.emptyText")}</p>
        </Empty>
      </div>
    );
  return (
    <div className="panel">
      <Empty icon={<IconFilterOff size={32} stroke={1.5} aria-hidden />} title={t("interactions.emptyFiltered")}>
        <p>{t("interactions.emptyFilteredText")}</p>
        <Button variant="default" onClick={onClear}>
          {t("interactions.clear")}
        </Button>
      </Empty>
    </div>
  );
}
