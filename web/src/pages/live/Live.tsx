import { Button, VisuallyHidden } from "@mantine/core";
import { IconChartBar, IconDeviceTv, IconPlugConnectedX } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useLocale } from "../../hooks/words";
import { Mark } from "../../components/Mark";
import { PageSkeleton } from "../../components/PageSkeleton";
import { Empty } from "../../components/Sentence";
import { useRows, useStore, useTopic } from "../../hooks/live";
import { useNow } from "../../hooks/now";
import { useTitle } from "../../hooks/title";
import { alarmChanges, longWaitAfter, type AlarmStates } from "../../lib/alarms";
import type { AgentRow, ContactRow, IntervalRow, LaterRow, QueueRow, ServiceRow } from "../../lib/wallboard";
import { move } from "../../lib/line";
import { levelDefinition } from "../../lib/service-levels";
import { useLineActs } from "./acts";
import { Agents } from "./Agents";
import styles from "./live.module.css";
import tilesStyles from "./tiles.module.css";
import "./mantine.css";
import { QueueTile, type Drop } from "./QueueTile";
import { ServiceLevelChoice } from "./ServiceLevelChoice";
import { Toast } from "./Toast";
import { Totals } from "./Totals";
import { Tv } from "./Tv";
import { Waiting, type Dragged } from "./Waiting";

const Intervals = lazy(() => import("./Intervals"));

export default function Live() {
  const { t } = useTranslation();
  const locale = useLocale();
  useTitle(t("live.title"));
  const view = useTopic("wallboard");
  const queueRows = useRows<QueueRow>(view, "queues");
  const agents = useRows<AgentRow>(view, "agents");
  const contacts = useRows<ContactRow | LaterRow>(view, "contacts");
  const intervals = useRows<IntervalRow>(view, "intervals");
  const [today] = useRows<ServiceRow>(view, "totals");
  const queues = useMemo(() => {
    const text = new Intl.Collator(locale);
    return [...queueRows].sort((a, b) => text.compare(a.name, b.name));
  }, [queueRows, locale]);
  const [params, setParams] = useSearchParams();
  const chosen = queues.find((queue) => queue.id === params.get("queue"));
  const choose = (id: string | null) => setParams(id ? { queue: id } : {}, { replace: true });
  const acts = useLineActs();
  const [dragged, setDragged] = useState<Dragged | null>(null);
  const dropOn = (queue: QueueRow): Drop | undefined =>
    dragged && dragged.row.queue_id !== queue.id
      ? {
          onDrop: () => {
            setDragged(null);
            void acts.act(move(dragged.row, queue.id), t("live.moved", { caller: dragged.name, queue: queue.name }));
          },
        }
      : undefined;
  if (view.status === "loading") return <PageSkeleton />;
  if (params.get("tv"))
    return (
      <>
        <Tv queues={queues} agents={agents} onLeave={() => setParams({}, { replace: true })} />
        <Announcer queues={queues} />
      </>
    );
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h1 className="grow">{t("live.title")}</h1>
        {view.status === "stale" && (
          <Mark icon={IconPlugConnectedX} tone="amber">
            {t("live.stale")}
          </Mark>
        )}
        <ServiceLevelChoice />
        <Button
          variant="default"
          leftSection={<IconDeviceTv size={18} aria-hidden />}
          onClick={() => {
            setParams({ tv: "1" });
            // Browsers may refuse full screen; the mode itself fills the window all the same.
            void document.documentElement.requestFullscreen().catch(() => undefined);
          }}
        >
          {t("live.tv")}
        </Button>
      </div>
      <Announcer queues={queues} />
      {today && queues.length > 1 && <Totals today={today} />}
      <section className={styles.board} aria-label={t("live.queues")}>
        {queues.length === 0 && (
          <div className="panel grow">
            <Empty icon={<IconChartBar size={32} stroke={1.5} aria-hidden />} title={t("live.noQueues")}>
              <p>{t("live.noQueuesText")}</p>
            </Empty>
          </div>
        )}
        {queues.length > 0 && (
          <div className={tilesStyles.tiles}>
            {queues.map((queue) => (
              <QueueTile
                key={queue.id}
                queue={queue}
                chosen={queue.id === chosen?.id}
                onChoose={() => choose(queue.id === chosen?.id ? null : queue.id)}
                drop={dropOn(queue)}
              />
            ))}
          </div>
        )}
        {chosen && (
          <Waiting
            queue={chosen}
            queues={queues}
            contacts={contacts}
            acts={acts}
            dragged={dragged}
            onDrag={setDragged}
            onClose={() => choose(null)}
          />
        )}
      </section>
      <div className={styles.lower}>
        <Agents agents={agents} />
        <Suspense fallback={<div className={`panel ${styles.chart ?? ""}`} />}>
          <Intervals rows={intervals} />
        </Suspense>
      </div>
      <Toast acts={acts} />
    </div>
  );
}

/** Says aloud when an alarm begins or ends, politely and never at a tick. */
function Announcer({ queues }: { queues: readonly QueueRow[] }) {
  const { t } = useTranslation();
  const now = useNow();
  const definition = useStore(levelDefinition);
  const before = useRef<AlarmStates | null>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    const { states, changes } = alarmChanges(before.current, queues, now, definition);
    before.current = states;
    if (changes.length === 0) return;
    const words = changes.map(({ queue, alarm }) => {
      if (alarm === "wait") return t("live.alarmWait", { queue: queue.name, seconds: longWaitAfter(queue) });
      if (alarm === "nobody") return t("live.alarmNobody", { queue: queue.name });
      return alarm === "level" ? t("live.alarmLevel", { queue: queue.name }) : t("live.alarmOver", { queue: queue.name });
    });
    setText(words.join(" "));
  }, [queues, now, definition, t]);
  return (
    <VisuallyHidden aria-live="polite" role="status">
      {text}
    </VisuallyHidden>
  );
}
