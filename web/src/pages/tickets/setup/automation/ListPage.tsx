import { Button, Skeleton, TextInput } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import admin from "../../../../components/admin/admin.module.css";
import { Empty, Sentence } from "../../../../components/Sentence";
import { useTitle } from "../../../../hooks/title";
import { useProblemText } from "../../../../hooks/words";
import type { Shelf } from "../../../../hooks/ticket-automation";
import { searched } from "../../../../lib/tickets/automation";
import { useHome } from "./home";
import { Nav } from "./Nav";

interface ListPageProps<T> {
  kind: Shelf;
  icon: ReactNode;
  query: { data: T[] | undefined; error: Error | null; refetch: () => unknown };
  /** What is searched beside the name. */
  words: (row: T) => string;
  aside?: ReactNode;
  children: (rows: T[], searching: boolean) => ReactNode;
}

/** From so many on they are searched. */
const MANY = 9;

/** The list of one part of automation, with what it says while there is nothing to show. */
export function ListPage<T extends { name: string }>({ kind, icon, query, words, aside, children }: ListPageProps<T>) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const home = useHome();
  const [text, setText] = useState("");
  const title = t(`ticketAutomation.${kind}.title`);
  useTitle(title);
  const add = (
    <Button component={Link} to={`${home}/${kind}/new`} leftSection={<IconPlus size={16} aria-hidden />}>
      {t(`ticketAutomation.${kind}.new`)}
    </Button>
  );
  const rows = query.data;
  const found = rows && searched(rows, text, words);
  return (
    <div className={admin.area}>
      <Nav />
      <header className={admin.areaHead}>
        <div className="grow">
          <h1>{title}</h1>
          <p className="dim">{t(`ticketAutomation.${kind}.lead`)}</p>
        </div>
        {aside}
        {add}
      </header>
      {query.error && !rows && (
        <Sentence
          tone="red"
          action={
            <Button size="compact-sm" variant="default" onClick={() => void query.refetch()}>
              {t("common.retry")}
            </Button>
          }
        >
          {t("admin.listFailed", { detail: problemText(query.error) })}
        </Sentence>
      )}
      {!rows && !query.error && (
        <div className="stack" role="status" aria-label={t("common.loading")}>
          {[0, 1, 2, 3].map((row) => (
            <Skeleton key={row} height={48} />
          ))}
        </div>
      )}
      {rows?.length === 0 && (
        <div className="panel">
          <Empty icon={icon} title={t(`ticketAutomation.${kind}.none`)}>
            <p>{t(`ticketAutomation.${kind}.noneText`)}</p>
            {add}
          </Empty>
        </div>
      )}
      {rows && rows.length >= MANY && (
        <TextInput
          className={admin.search ?? ""}
          type="search"
          aria-label={t("admin.searchIn", { area: title })}
          placeholder={t("ticketAutomation.shelf.search")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      {rows && rows.length > 0 && found?.length === 0 && <p className="panel empty">{t("ticketAutomation.shelf.noMatch")}</p>}
      {found && found.length > 0 && children(found, text.trim() !== "")}
    </div>
  );
}
