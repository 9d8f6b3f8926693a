import { SegmentedControl } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconStack2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AreaTable } from "../../../components/admin/AreaTable";
import styles from "../../../components/admin/admin.module.css";
import { Sentence } from "../../../components/Sentence";
import { paths, useDetails, useMayManage, useOrder, useQueueNames, useStrategies, useWrite } from "../../../hooks/admin";
import { useTitle } from "../../../hooks/title";
import { useProblemText } from "../../../hooks/words";
import type { Order, QueueSettings } from "../../../lib/admin/types";
import type { Named } from "../../../lib/contract";

export function QueueList() {
  const { t } = useTranslation();
  useTitle(t("admin.area.queues"));
  const query = useQueueNames();
  const strategies = useStrategies();
  const details = useDetails<QueueSettings>(query.data, paths.queue);
  const manage = useMayManage();
  const titleOf = (name: string | undefined) =>
    name === undefined ? null : (strategies.data?.find((strategy) => strategy.name === name)?.title ?? name);
  const goal = (queue: QueueSettings | undefined) =>
    queue
      ? t("admin.queues.goalIn", {
          percent: Math.round(queue.service_level_goal * 100),
          seconds: queue.service_level_target_s,
        })
      : null;
  const of = (row: Named) => details.get(row.id);
  return (
    <AreaTable
      title={t("admin.area.queues")}
      lead={t("admin.areaText.queues")}
      rows={query.data}
      error={query.error}
      onRetry={() => void query.refetch()}
      id={(row) => row.id}
      to={(row) => `/admin/queues/${encodeURIComponent(row.id)}`}
      columns={[
        { id: "name", word: t("admin.name"), value: (row) => row.name },
        { id: "strategy", word: t("admin.queues.strategy"), from: "tablet", value: (row) => titleOf(of(row)?.strategy) },
        {
          id: "members",
          word: t("admin.queues.members"),
          numeric: true,
          value: (row) => of(row)?.members.length ?? null,
          cell: (row) => <Members count={of(row)?.members.length} />,
        },
        {
          id: "skills",
          word: t("admin.queues.rules"),
          from: "desktop",
          numeric: true,
          value: (row) => {
            const queue = of(row);
            return queue ? queue.relax.length + queue.overflow.length : null;
          },
        },
        {
          id: "goal",
          word: t("admin.queues.goal"),
          numeric: true,
          value: (row) => of(row)?.service_level_goal ?? null,
          cell: (row) => goal(of(row)) ?? t("common.none"),
        },
      ]}
      empty={{
        icon: <IconStack2 size={32} stroke={1.5} aria-hidden />,
        title: t("live.noQueues"),
        text: t("admin.queues.noneText"),
      }}
      add={manage ? { to: "/admin/queues/new", word: t("admin.queues.add") } : undefined}
      above={query.data && query.data.length > 1 && <QueueOrder manage={manage} />}
    />
  );
}

function Members({ count }: { count: number | undefined }) {
  const { t } = useTranslation();
  if (count === undefined) return t("common.none");
  return count > 0 ? (
    count
  ) : (
    <span className="mark" data-tone="amber">
      {t("admin.queues.nobody")}
    </span>
  );
}

const ORDERS: readonly Order[] = ["priority", "c-mu"];

/** Which queue's first contact an agent of several queues gets. Set at once. */
function QueueOrder({ manage }: { manage: boolean }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const query = useOrder();
  const write = useWrite();
  const change = useMutation({ mutationFn: (order: Order) => write.replace("/routing/order", { order }) });
  if (!query.data) return null;
  const order = change.isPending ? change.variables : query.data.order;
  return (
    <section className={`panel ${styles.order ?? ""}`} aria-labelledby="queue-order">
      <div className="grow">
        <h2 id="queue-order">{t("admin.order.title")}</h2>
        <p className="dim small">{t(`admin.order.text.${order}`)}</p>
      </div>
      <SegmentedControl
        size="xs"
        aria-labelledby="queue-order"
        readOnly={!manage}
        disabled={!manage}
        value={order}
        onChange={(value) => change.mutate(value)}
        data={ORDERS.map((value) => ({ value, label: t(`admin.order.${value}`) }))}
      />
      {change.isError && (
        <Sentence tone="red" onDismiss={change.reset}>
          {t("admin.notSaved", { detail: problemText(change.error) })}
        </Sentence>
      )}
    </section>
  );
}
