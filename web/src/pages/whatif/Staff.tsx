import { ActionIcon, NumberInput } from "@mantine/core";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFields } from "../../hooks/draft";
import type { QueueSettings } from "../../lib/admin/types";
import { staffOf, withEntry } from "../../lib/whatif/ask";
import type { PartProps } from "./Ask";
import styles from "./staff.module.css";

/** Agents more or fewer, queue by queue. */
export function Staff({ draft: { value, set }, setUp }: PartProps) {
  const { t } = useTranslation();
  const change = (queue: string, by: number) => set({ staff: withEntry(value.staff, queue, by === 0 ? undefined : by) });
  return (
    <ul className={styles.staff}>
      {setUp.queues.map((queue) => (
        <Row key={queue.id} queue={queue} now={staffOf(value, queue)} by={value.staff[queue.id] ?? 0} onChange={(by) => change(queue.id, by)} />
      ))}
      <li aria-hidden className={styles.staffHead}>
        <span>{t("whatif.queue")}</span>
        <span>{t("whatif.now")}</span>
        <span>{t("whatif.change")}</span>
        <span>{t("whatif.then")}</span>
      </li>
    </ul>
  );
}

function Row({ queue, now, by, onChange }: { queue: QueueSettings; now: number; by: number; onChange: (by: number) => void }) {
  const { t } = useTranslation();
  const { trouble } = useFields();
  const path = `staff.${queue.id}`;
  const wrong = trouble(path);
  const round = Number.isFinite(by) ? Math.trunc(by) : 0;
  return (
    <li data-changed={by !== 0}>
      <span className={styles.staffName}>{queue.name}</span>
      <span className="dim" title={t("whatif.now")}>
        {now}
      </span>
      <div className={styles.stepper}>
        <ActionIcon variant="default" size={36} aria-label={t("whatif.fewer", { queue: queue.name })} disabled={now + round <= 0} onClick={() => onChange(round - 1)}>
          <IconMinus size={16} aria-hidden />
        </ActionIcon>
        <NumberInput
          data-path={path}
          aria-label={t("whatif.by", { queue: queue.name })}
          hideControls
          allowDecimal={false}
          prefix={by > 0 ? "+" : ""}
          value={Number.isFinite(by) ? by : ""}
          error={wrong}
          onChange={(typed) => onChange(typed === "" ? 0 : Number(typed))}
        />
        <ActionIcon variant="default" size={36} aria-label={t("whatif.more", { queue: queue.name })} onClick={() => onChange(round + 1)}>
          <IconPlus size={16} aria-hidden />
        </ActionIcon>
      </div>
      <strong title={t("whatif.then")}>{Math.max(0, now + round)}</strong>
    </li>
  );
}
