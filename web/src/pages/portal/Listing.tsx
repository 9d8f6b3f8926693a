import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, Notice, Waiting } from "./kit";
import { useProblemText } from "./session";

interface ListingProps<T> {
  list: UseInfiniteQueryResult<InfiniteData<{ items: T[] }>>;
  className: string;
  /** The word for asking for more of them. */
  more: string;
  empty: ReactNode;
  children: (row: T) => ReactNode;
}

/** One page of a list after the other, with what it says while there is nothing to show. */
export function Listing<T>({ list, className, more, empty, children }: ListingProps<T>) {
  const { t } = useTranslation();
  const text = useProblemText();
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {list.isError && (
        <Notice
          tone="red"
          action={
            <Button tone="plain" onClick={() => void list.refetch()}>
              {t("portal.retry")}
            </Button>
          }
        >
          {text(list.error)}
        </Notice>
      )}
      {list.isPending && <Waiting lines={4} />}
      {list.data && rows.length === 0 && <div className="panel p-form">{empty}</div>}
      {rows.length > 0 && <ul className={`panel p-list ${className}`}>{rows.map(children)}</ul>}
      {list.hasNextPage && (
        <Button tone="plain" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {more}
        </Button>
      )}
    </>
  );
}
