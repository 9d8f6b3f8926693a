import "../../../i18n/setup";
import { Button, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconSearch, IconTableImport, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { DownloadButton } from "../../../components/DownloadButton";
import { Loading, alike } from "../../../components/Loading";
import { NotLoaded } from "../../../components/NotLoaded";
import admin from "../../../components/admin/admin.module.css";
import { Empty } from "../../../components/Sentence";
import { options } from "../../../hooks/admin";
import { usePeople, useRoles, useTeams } from "../../../hooks/people";
import { may, useMe } from "../../../hooks/session";
import { useTitle } from "../../../hooks/title";
import { useProblemText } from "../../../hooks/words";
import { STATES } from "../../../lib/admin/people";
import { Bulk } from "./Bulk";
import styles from "./people.module.css";
import { PeopleTable } from "./PeopleTable";

const TYPING_MS = 250;

export function PeopleList() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  useTitle(t("admin.area.people"));
  const [params, setParams] = useSearchParams();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const asked = { role: params.get("role"), team: params.get("team"), state: params.get("state"), sort: params.get("sort") ?? "name" };
  const [q] = useDebouncedValue(params.get("q") ?? "", TYPING_MS);
  const people = usePeople({ ...asked, q });
  const manage = may(useMe(), "users.manage");
  const change = (key: string, value: string | null) =>
    setParams(
      (old) => {
        if (value) old.set(key, value);
        else old.delete(key);
        return old;
      },
      { replace: true },
    );
  const rows = people.data?.pages.flatMap((page) => page.items);
  const total = people.data?.pages[0]?.total ?? 0;
  const narrowed = q !== "" || asked.role !== null || asked.team !== null || asked.state !== null;
  return (
    <div className={admin.area}>
      <header className={admin.areaHead}>
        <div className="grow">
          <h1>{t("admin.area.people")}</h1>
          <p className="dim">{t("admin.areaText.people")}</p>
        </div>
        {manage && (
          <div className="row wrap">
            <DownloadButton path="/users/export" word={t("setup.people.export")} />
            <Button component={Link} to="/admin/people/import" variant="default" leftSection={<IconTableImport size={16} aria-hidden />}>
              {t("setup.people.import")}
            </Button>
            <Button component={Link} to="/admin/people/new" leftSection={<IconPlus size={16} aria-hidden />}>
              {t("setup.people.invite")}
            </Button>
          </div>
        )}
      </header>
      <Filters params={params} onChange={change} />
      {people.error && (
        <NotLoaded query={people}>{t("admin.listFailed", { detail: problemText(people.error) })}</NotLoaded>
      )}
      {!rows && !people.error && (
        <Loading bars={alike(5, 40)} />
      )}
      {rows?.length === 0 && (
        <div className="panel">
          <Empty icon={<IconUsers size={32} stroke={1.5} aria-hidden />} title={narrowed ? t("admin.noMatch") : t("setup.people.none")}>
            {narrowed && (
              <Button variant="default" onClick={() => setParams({}, { replace: true })}>
                {t("setup.people.all")}
              </Button>
            )}
          </Empty>
        </div>
      )}
      {rows && rows.length > 0 && (
        <>
          <span className="dim small" role="status">
            {t("setup.people.count", { count: total })}
          </span>
          {manage && <Bulk people={rows.filter((row) => chosen.has(row.id))} onDone={() => setChosen(new Set())} />}
          <PeopleTable rows={rows} sort={asked.sort} onSort={(sort) => change("sort", sort)} chosen={chosen} onChoose={setChosen} choosable={manage} />
          {people.hasNextPage && (
            <Button variant="default" loading={people.isFetchingNextPage} onClick={() => void people.fetchNextPage()}>
              {t("admin.more", { count: Math.min(50, total - rows.length) })}
            </Button>
          )}
        </>
      )}
    </div>
  );
}

function Filters({ params, onChange }: { params: URLSearchParams; onChange: (key: string, value: string | null) => void }) {
  const { t } = useTranslation();
  const choices = [
    ["role", t("setup.people.role"), options(useRoles().data)],
    ["team", t("setup.people.team"), options(useTeams().data)],
    ["state", t("setup.people.stateWord"), STATES.map((state) => ({ value: state, label: t(`setup.people.state.${state}`) }))],
  ] as const;
  return (
    <div className={`row wrap ${styles.filters ?? ""}`}>
      <TextInput
        type="search"
        aria-label={t("admin.searchIn", { area: t("admin.area.people") })}
        placeholder={t("setup.people.search")}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={params.get("q") ?? ""}
        onChange={(event) => onChange("q", event.currentTarget.value)}
      />
      {choices.map(([key, word, data]) => (
        <Select
          key={key}
          aria-label={word}
          placeholder={word}
          data={data}
          value={params.get(key)}
          clearable
          searchable={data.length > 8}
          limit={100}
          onChange={(value) => onChange(key, value)}
        />
      ))}
    </div>
  );
}
