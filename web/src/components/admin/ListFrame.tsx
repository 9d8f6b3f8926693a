import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { Loading, alike } from "../Loading";
import { NotLoaded } from "../NotLoaded";
import { Empty } from "../Sentence";
import admin from "./admin.module.css";

/** From so many on they are searched. */
const MANY = 9;

interface ListFrameProps<T> {
  /** Above the title: the way to the other lists of the area. */
  nav: ReactNode;
  title: string;
  lead: string;
  /** Buttons: beside the title, and the one that makes a new thing also where there is none. */
  aside?: ReactNode;
  add: ReactNode;
  empty: { icon: ReactNode; title: string; text: string };
  search: { placeholder: string; noMatch: string; found: (rows: readonly T[], words: string) => T[] };
  query: { data: readonly T[] | undefined; error: Error | null; refetch: () => unknown };
  children: (found: T[], searching: boolean) => ReactNode;
}

/** A list of set-up with its title and search, and what it says while there is nothing to show. */
export function ListFrame<T>({ nav, title, lead, aside, add, empty, search, query, children }: ListFrameProps<T>) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [words, setWords] = useState("");
  useTitle(title);
  const rows = query.data;
  const found = rows && search.found(rows, words);
  return (
    <div className={admin.area}>
      {nav}
      <header className={admin.areaHead}>
        <div className="grow">
          <h1>{title}</h1>
          <p className="dim">{lead}</p>
        </div>
        {aside}
        {add}
      </header>
      {query.error && !rows && (
        <NotLoaded query={query}>{t("admin.listFailed", { detail: problemText(query.error) })}</NotLoaded>
      )}
      {!rows && !query.error && (
        <Loading bars={alike(4, 48)} />
      )}
      {rows?.length === 0 && (
        <div className="panel">
          <Empty icon={empty.icon} title={empty.title}>
            <p>{empty.text}</p>
            {add}
          </Empty>
        </div>
      )}
      {rows && rows.length >= MANY && (
        <TextInput
          className={admin.search ?? ""}
          type="search"
          aria-label={t("admin.searchIn", { area: title })}
          placeholder={search.placeholder}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      )}
      {rows && rows.length > 0 && found?.length === 0 && <p className="panel empty">{search.noMatch}</p>}
      {found && found.length > 0 && children(found, words.trim() !== "")}
    </div>
  );
}
