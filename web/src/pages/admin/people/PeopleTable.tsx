import { Checkbox } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import admin from "../../../components/admin/admin.module.css";
import { Ago } from "../../../components/Times";
import type { Person } from "../../../lib/admin/people";
import styles from "./people.module.css";
import { StateMark } from "./words";

interface PeopleTableProps {
  rows: readonly Person[];
  sort: string;
  onSort: (sort: string) => void;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  choosable: boolean;
}

export function PeopleTable({ rows, sort, onSort, chosen, onChoose, choosable }: PeopleTableProps) {
  const { t } = useTranslation();
  const all = rows.every((row) => chosen.has(row.id));
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    <div className="panel" style={{ overflow: "hidden" }}>
      <table className={`table ${admin.table ?? ""}`}>
        <thead>
          <tr>
            {choosable && (
              <th scope="col" className={styles.check}>
                <Checkbox
                  aria-label={t("setup.people.chooseAll")}
                  checked={all}
                  indeterminate={!all && rows.some((row) => chosen.has(row.id))}
                  onChange={() => onChoose(all ? new Set() : new Set(rows.map((row) => row.id)))}
                />
              </th>
            )}
            <Head id="name" word={t("admin.name")} sort={sort} onSort={onSort} />
            <Head id="email" word={t("setup.people.email")} from="tablet" sort={sort} onSort={onSort} />
            <th scope="col">{t("setup.people.stateWord")}</th>
            <th scope="col" data-from="tablet">
              {t("admin.area.roles")}
            </th>
            <th scope="col" data-from="desktop">
              {t("admin.area.teams")}
            </th>
            <th scope="col" data-from="desktop">
              {t("setup.people.seen")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              {choosable && (
                <td className={styles.check}>
                  <Checkbox aria-label={t("setup.people.choose", { name: row.name })} checked={chosen.has(row.id)} onChange={() => toggle(row.id)} />
                </td>
              )}
              <td>
                <Link className={admin.open ?? ""} to={`/admin/people/${encodeURIComponent(row.id)}`}>
                  {row.name}
                </Link>
              </td>
              <td data-from="tablet">{row.email}</td>
              <td>
                <StateMark state={row.state} />
              </td>
              <td data-from="tablet">{row.roles.map((role) => (role.where ? t("setup.people.partly", { role: role.name }) : role.name)).join(", ")}</td>
              <td data-from="desktop">{row.teams.map((team) => team.name).join(", ")}</td>
              <td data-from="desktop">{row.last_seen_at ? <Ago at={row.last_seen_at} /> : t("common.none")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeadProps {
  id: string;
  word: string;
  from?: "tablet";
  sort: string;
  onSort: (sort: string) => void;
}

function Head({ id, word, from, sort, onSort }: HeadProps) {
  const { t } = useTranslation();
  const active = sort.replace(/^-/, "") === id;
  const down = sort.startsWith("-");
  const Sign = !active ? IconArrowsSort : down ? IconArrowDown : IconArrowUp;
  return (
    <th scope="col" data-from={from} aria-sort={!active ? "none" : down ? "descending" : "ascending"}>
      <button type="button" className="sort" title={t("live.sortBy", { column: word })} onClick={() => onSort(active && !down ? `-${id}` : id)}>
        {word}
        <Sign size={14} aria-hidden style={{ opacity: active ? 1 : 0.4 }} />
      </button>
    </th>
  );
}
