import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ListFrame } from "../../../components/admin/ListFrame";
import linked from "../../../components/admin/rows.module.css";
import { SortableRows } from "../../../components/admin/SortableRows";
import { useMaySetUp, useSetUpRows, useWriteSetUp } from "../../../hooks/ticket-setup";
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

/** Things in the order that counts, moved by hand or by keys; what is retired stands below. */
export function SortedList<K extends Sorted>(props: SortedListProps<K>) {
  const { kind, icon } = props;
  const { t } = useTranslation();
  const all = useSetUpRows();
  const manage = useMaySetUp();
  type Row = TicketSetUp[K][number];
  const named = (rows: readonly Row[], words: string) => {
    const wanted = words.trim().toLocaleLowerCase();
    return rows.filter((row) => `${row.name} ${row.id}`.toLocaleLowerCase().includes(wanted));
  };
  return (
    <ListFrame<Row>
      nav={<Parts />}
      title={t(`ticketSetUp.${kind}.title`)}
      lead={t(`ticketSetUp.${kind}.lead`)}
      add={
        manage && (
          <Button component={Link} to={`/admin/tickets/${kind}/new`} leftSection={<IconPlus size={16} aria-hidden />}>
            {t(`ticketSetUp.${kind}.new`)}
          </Button>
        )
      }
      empty={{ icon, title: t(`ticketSetUp.${kind}.none`), text: t(`ticketSetUp.${kind}.noneText`) }}
      search={{ placeholder: t("ticketSetUp.list.search"), noMatch: t("ticketSetUp.list.noMatch"), found: named }}
      query={{ data: all.data?.[kind], error: all.error, refetch: all.refetch }}
    >
      {(found, searching) => all.data && <Lists {...props} all={all.data} found={found} movable={manage && !searching} />}
    </ListFrame>
  );
}

type ListProps<K extends Sorted> = SortedListProps<K> & { all: TicketSetUp; movable: boolean };

function Lists<K extends Sorted>({ found, ...props }: ListProps<K> & { found: readonly TicketSetUp[K][number][] }) {
  const { t } = useTranslation();
  const retired = found.filter((row) => row.retired);
  const live = found.filter((row) => !row.retired);
  return (
    <>
      {live.length > 0 && <Rows {...props} rows={live} movable={props.movable && live.length > 1} />}
      {retired.length > 0 && (
        <>
          <h2 className={styles.retired}>{t("ticketSetUp.list.retiredTitle")}</h2>
          <Rows {...props} rows={retired} movable={false} />
        </>
      )}
    </>
  );
}

function Rows<K extends Sorted>({ kind, all, rows, movable, about, marks }: ListProps<K> & { rows: readonly TicketSetUp[K][number][] }) {
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
