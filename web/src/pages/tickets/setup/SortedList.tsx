import { Button, Skeleton, TextInput } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import admin from "../../../components/admin/admin.module.css";
import linked from "../../../components/admin/rows.module.css";
import { SortableRows } from "../../../components/admin/SortableRows";
import { Empty, Sentence } from "../../../components/Sentence";
import { useMaySetUp, useSetUpRows, useWriteSetUp } from "../../../hooks/ticket-setup";
import { useTitle } from "../../../hooks/title";
import { useProblemText } from "../../../hooks/words";
import { moved } from "../../../lib/admin/draft";
import type { Kind, TicketSetUp } from "../../../lib/tickets/setup";
import { Parts, RetiredMark } from "./Parts";
import styles from "./setup.module.css";

type Sorted = Exclude<Kind, "categories">;

interface SortedListProps<K extends Sorted> {
  kind: K;
  icon: ReactNode;
  /** What is said of a thing beside its name. */
  about: (row: TicketSetUp[K][number], all: TicketSetUp) => ReactNode;
  marks?: (row: TicketSetUp[K][number]) => ReactNode;
}

/** From so many on they are searched. */
const MANY = 9;

/** Things in the order that counts, moved by hand or by keys; what is retired stands below. */
export function SortedList<K extends Sorted>(props: SortedListProps<K>) {
  const { kind, icon } = props;
  const { t } = useTranslation();
  const problemText = useProblemText();
  useTitle(t(`ticketSetUp.${kind}.title`));
  const all = useSetUpRows();
  const manage = useMaySetUp();
  const rows = all.data?.[kind];
  const add = manage && (
    <Button component={Link} to={`/admin/tickets/${kind}/new`} leftSection={<IconPlus size={16} aria-hidden />}>
      {t(`ticketSetUp.${kind}.new`)}
    </Button>
  );
  return (
    <div className={admin.area}>
      <Parts />
      <header className={admin.areaHead}>
        <div className="grow">
          <h1>{t(`ticketSetUp.${kind}.title`)}</h1>
          <p className="dim">{t(`ticketSetUp.${kind}.lead`)}</p>
        </div>
        {add}
      </header>
      {all.error && !rows && (
        <Sentence
          tone="red"
          action={
            <Button size="compact-sm" variant="default" onClick={() => void all.refetch()}>
              {t("common.retry")}
            </Button>
          }
        >
          {t("admin.listFailed", { detail: problemText(all.error) })}
        </Sentence>
      )}
      {!rows && !all.error && (
        <div className="stack" role="status" aria-label={t("common.loading")}>
          {[0, 1, 2, 3].map((row) => (
            <Skeleton key={row} height={48} />
          ))}
        </div>
      )}
      {rows?.length === 0 && (
        <div className="panel">
          <Empty icon={icon} title={t(`ticketSetUp.${kind}.none`)}>
            <p>{t(`ticketSetUp.${kind}.noneText`)}</p>
            {add}
          </Empty>
        </div>
      )}
      {all.data && rows && rows.length > 0 && <Lists {...props} all={all.data} manage={manage} />}
    </div>
  );
}

type ListProps<K extends Sorted> = SortedListProps<K> & { all: TicketSetUp; manage: boolean };

function Lists<K extends Sorted>(props: ListProps<K>) {
  const { kind, all } = props;
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const rows = all[kind] as readonly TicketSetUp[K][number][];
  const wanted = words.trim().toLocaleLowerCase();
  const found = rows.filter((row) => `${row.name} ${row.id}`.toLocaleLowerCase().includes(wanted));
  const retired = found.filter((row) => row.retired);
  const live = found.filter((row) => !row.retired);
  return (
    <>
      {rows.length >= MANY && (
        <TextInput
          className={admin.search ?? ""}
          type="search"
          aria-label={t("admin.searchIn", { area: t(`ticketSetUp.${kind}.title`) })}
          placeholder={t("ticketSetUp.list.search")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      )}
      {found.length === 0 && <p className="panel empty">{t("ticketSetUp.list.noMatch")}</p>}
      {live.length > 0 && <Rows {...props} rows={live} movable={props.manage && !wanted && live.length > 1} />}
      {retired.length > 0 && (
        <>
          <h2 className={styles.retired}>{t("ticketSetUp.list.retiredTitle")}</h2>
          <Rows {...props} rows={retired} movable={false} />
        </>
      )}
    </>
  );
}

function Rows<K extends Sorted>({ kind, all, rows, movable, about, marks }: ListProps<K> & { rows: readonly TicketSetUp[K][number][]; movable: boolean }) {
  const write = useWriteSetUp();
  const move = (from: number, to: number) => {
    const retired = (all[kind] as readonly TicketSetUp[K][number][]).filter((each) => each.retired);
    return write.order(kind, [...moved(rows, from, to), ...retired] as TicketSetUp[K]);
  };
  return (
    <SortableRows
      rows={rows}
      idOf={(row) => row.id}
      nameOf={(row) => row.name}
      movable={movable}
      className="panel"
      rowClass={`${linked.linked ?? ""} ${styles.row ?? ""}`}
      onMove={move}
    >
      {(row) => (
        <>
          <Link className={linked.name ?? ""} to={`/admin/tickets/${kind}/${encodeURIComponent(row.id)}`}>
            {row.name}
          </Link>
          <span className={`dim small ${styles.about ?? ""}`}>{about(row, all)}</span>
          <span className={`${linked.marks ?? ""} ${styles.marks ?? ""}`}>
            {row.retired && <RetiredMark />}
            {marks?.(row)}
          </span>
        </>
      )}
    </SortableRows>
  );
}
