import { IconBolt, IconClockExclamation, IconHourglass, IconInbox, IconListSearch, IconCircleCheck, IconStack2, IconUserQuestion, type Icon } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useCounts, useTicketTick } from "../../hooks/tickets";
import type { View } from "../../lib/tickets/types";
import styles from "./tickets.module.css";

const READY = ["mine", "unassigned", "open", "due", "pending", "done", "all"] as const;
type Ready = (typeof READY)[number];
const ICONS: Record<Ready, Icon> = {
  mine: IconInbox,
  unassigned: IconUserQuestion,
  open: IconBolt,
  due: IconClockExclamation,
  pending: IconHourglass,
  done: IconCircleCheck,
  all: IconStack2,
};

/** Those that come with the product are called in the reader's language, the rest as they were named. */
export function useViewName(): (view: View) => string {
  const { t } = useTranslation();
  return (view) => (view.ready && isReady(view.id) ? t(`tickets.readyView.${view.id}`) : view.name);
}

const isReady = (id: string): id is Ready => (READY as readonly string[]).includes(id);

const COUNT_MS = 5000;

export function ViewRail({ views, current, onChoose }: { views: readonly View[]; current: string | null; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const name = useViewName();
  const counts = useCounts();
  const tick = useTicketTick();
  const refetch = useRef(counts.refetch);
  const first = useRef(tick);
  useEffect(() => {
    refetch.current = counts.refetch;
  });
  useEffect(() => {
    if (tick === first.current) return;
    const timer = setTimeout(() => {
      first.current = tick;
      void refetch.current();
    }, COUNT_MS);
    return () => clearTimeout(timer);
  }, [tick]);
  const told = (view: View) => {
    const count = counts.data?.counts[view.id];
    if (count === undefined || !counts.data) return "";
    return count >= counts.data.most ? t("tickets.list.countMore", { count }) : String(count);
  };
  const link = (view: View) => {
    const Sign = isReady(view.id) ? ICONS[view.id] : IconListSearch;
    return (
      <button key={view.id} type="button" className={styles.view} aria-current={view.id === current ? "true" : undefined} onClick={() => onChoose(view.id)}>
        <Sign size={18} aria-hidden />
        <span className="grow truncate">{name(view)}</span>
        <span className={styles.count}>{told(view)}</span>
      </button>
    );
  };
  const own = views.filter((view) => !view.ready);
  return (
    <nav className={styles.views} aria-label={t("tickets.list.views")}>
      {views.filter((view) => view.ready).map(link)}
      {own.length > 0 && <h2>{t("tickets.list.ownViews")}</h2>}
      {own.map(link)}
    </nav>
  );
}
