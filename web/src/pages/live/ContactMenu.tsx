import { ActionIcon, Menu } from "@mantine/core";
import { IconArrowBarToUp, IconArrowDown, IconArrowForwardUp, IconArrowUp, IconDotsVertical } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ContactRow, QueueRow } from "../../lib/contract";
import { move, prioritize, priorityToBeNext } from "../../lib/line";
import type { LineActs } from "./acts";
import styles from "./live.module.css";

interface ContactMenuProps {
  row: ContactRow;
  name: string;
  line: readonly ContactRow[];
  queues: readonly QueueRow[];
  acts: LineActs;
}

/** What can be done with one waiting contact. */
export function ContactMenu({ row, name, line, queues, acts }: ContactMenuProps) {
  const { t } = useTranslation();
  const next = priorityToBeNext(row, line);
  const others = queues.filter((queue) => queue.id !== row.queue_id);
  const setPriority = (priority: number) =>
    void acts.act(prioritize(row, priority), t("live.prioritized", { caller: name, priority }));
  return (
    <Menu position="bottom-end" width={240} shadow="md" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={32} disabled={acts.busy} aria-label={t("live.actOn", { caller: name })}>
          <IconDotsVertical size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={styles.menu ?? ""}>
        {next !== null && (
          <Menu.Item leftSection={<IconArrowBarToUp size={18} aria-hidden />} onClick={() => setPriority(next)}>
            {t("live.serveNext")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconArrowUp size={18} aria-hidden />} onClick={() => setPriority(row.priority + 1)}>
          {t("live.priorityUp")}
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowDown size={18} aria-hidden />} onClick={() => setPriority(row.priority - 1)}>
          {t("live.priorityDown")}
        </Menu.Item>
        {others.length > 0 && <Menu.Label>{t("live.moveTo")}</Menu.Label>}
        {others.map((queue) => (
          <Menu.Item
            key={queue.id}
            leftSection={<IconArrowForwardUp size={18} aria-hidden />}
            rightSection={<span className="dim small">{t("live.waits", { count: queue.waiting })}</span>}
            onClick={() => void acts.act(move(row, queue.id), t("live.moved", { caller: name, queue: queue.name }))}
          >
            {queue.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
