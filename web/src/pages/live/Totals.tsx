import { useTranslation } from "react-i18next";
import { useStore } from "../../hooks/live";
import type { ServiceRow } from "../../lib/wallboard";
import { levelDefinition } from "../../lib/service-levels";
import styles from "./live.module.css";
import { percentText, speedText } from "./words";

/** The day over all queues; a contact is in time by the target of the queue it was in. */
export function Totals({ today }: { today: ServiceRow }) {
  const { t } = useTranslation();
  const definition = useStore(levelDefinition);
  const figures: [string, string | number][] = [
    [t("live.offered"), today.offered],
    [t("live.answered"), today.answered],
    [t("live.abandoned"), today.abandoned],
    [t("live.abandonment"), percentText(t, today.abandonment)],
    [t("live.speed"), speedText(t, today.average_speed_of_answer_s)],
    [
      `${t("live.inTime")} · ${t(`live.level.${definition}.name`)}`,
      percentText(t, today.service_levels[definition]),
    ],
  ];
  return (
    <section className={`panel ${styles.totals ?? ""}`} aria-label={t("live.total")}>
      <h2>{t("live.total")}</h2>
      <dl>
        {figures.map(([word, value]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
