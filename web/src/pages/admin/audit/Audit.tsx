import "../../../i18n/audit";
import { Button } from "@mantine/core";
import { IconFilterOff, IconListSearch } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { Loading, alike } from "../../../components/Loading";
import { NotLoaded } from "../../../components/NotLoaded";
import admin from "../../../components/admin/admin.module.css";
import { Empty } from "../../../components/Sentence";
import { useAuditEntries, useTrailState } from "../../../hooks/audit";
import { may, useMe } from "../../../hooks/session";
import { useTitle } from "../../../hooks/title";
import { useProblemText } from "../../../hooks/words";
import { countAuditFilters, readAuditFilters, writeAuditFilters, type AuditFilters } from "../../../lib/admin/audit";
import NotFound from "../../NotFound";
import { Filters } from "./Filters";
import { State } from "./State";
import { Table } from "./Table";
import styles from "./page.module.css";

export function Audit() {
  return may(useMe(), "audit.view") ? <Page /> : <NotFound />;
}

function Page() {
  const { t } = useTranslation();
  useTitle(t("audit.title"));
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => readAuditFilters(params), [params]);
  const state = useTrailState();
  const change = (part: Partial<AuditFilters>) => setParams(writeAuditFilters({ ...filters, ...part }), { replace: true });
  return (
    <div className={admin.area}>
      <header>
        <h1>{t("audit.title")}</h1>
        <p className="dim">{t("audit.lead")}</p>
      </header>
      <State state={state} filters={filters} />
      <Filters filters={filters} state={state.data} onChange={change} onClear={() => setParams({}, { replace: true })} />
      <Results filters={filters} onClear={() => setParams({}, { replace: true })} />
    </div>
  );
}

function Results({ filters, onClear }: { filters: AuditFilters; onClear: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const list = useAuditEntries(filters);
  const entries = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isPending)
    return <Loading bars={alike(8, 28)} className={`panel ${styles.loading ?? ""}`} />;
  return (
    <>
      {list.isError && (
        <NotLoaded query={list}>{t("audit.failed", { detail: problemText(list.error) })}</NotLoaded>
      )}
      {entries.length === 0 && !list.isError && <Nothing filtered={countAuditFilters(filters) > 0} onClear={onClear} />}
      {entries.length > 0 && <Table entries={entries} />}
      {entries.length > 0 && (
        <div className={styles.foot}>
          <span className="dim small" role="status">
            {t("audit.shown", { count: entries.length })}
          </span>
          {list.hasNextPage && (
            <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t("audit.more")}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const { t } = useTranslation();
  const Sign = filtered ? IconFilterOff : IconListSearch;
  return (
    <div className="panel">
      <Empty icon={<Sign size={32} stroke={1.5} aria-hidden />} title={t(filtered ? "audit.emptyFiltered" : "audit.empty")}>
        <p>{t(filtered ? "audit.emptyFilteredText" : "audit.emptyText")}</p>
        {filtered && (
          <Button variant="default" onClick={onClear}>
            {t("audit.clear")}
          </Button>
        )}
      </Empty>
    </div>
  );
}
