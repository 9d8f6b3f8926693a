import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ListFrame } from "../../../../components/admin/ListFrame";
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

/** The list of one part of automation. */
export function ListPage<T extends { name: string }>({ kind, icon, query, words, aside, children }: ListPageProps<T>) {
  const { t } = useTranslation();
  const home = useHome();
  return (
    <ListFrame
      nav={<Nav />}
      title={t(`ticketAutomation.${kind}.title`)}
      lead={t(`ticketAutomation.${kind}.lead`)}
      aside={aside}
      add={
        <Button component={Link} to={`${home}/${kind}/new`} leftSection={<IconPlus size={16} aria-hidden />}>
          {t(`ticketAutomation.${kind}.new`)}
        </Button>
      }
      empty={{ icon, title: t(`ticketAutomation.${kind}.none`), text: t(`ticketAutomation.${kind}.noneText`) }}
      search={{ placeholder: t("ticketAutomation.shelf.search"), noMatch: t("ticketAutomation.shelf.noMatch"), found: (rows, text) => searched(rows, text, words) }}
      query={query}
    >
      {children}
    </ListFrame>
  );
}
