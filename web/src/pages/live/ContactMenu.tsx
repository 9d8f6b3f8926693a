import { ActionIcon, Menu } from "@mantine/core";
import { IconArrowBarToUp, IconArrowDown, IconArrowForwardUp, IconArrowUp, IconDotsVertical } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { OwedDialogs, type OwedQuestion } from "../../components/OwedDialogs";
import type { ContactRow, QueueRow } from "../../lib/wallboard";
import { isOwed, move, prioritize, priorityToBeNext } from "../../lib/line";
import type { LineActs } from "./acts";
import styles from "./live.module.css";
import { OwedItems } from "./OwedItems";

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
  const [asking, setAsking] = useState<OwedQuestion | null>(null);
  return (
    <>
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
        {isOwed(row.channel) && <OwedItems onAsk={setAsking} />}
      </Menu.Dropdown>
    </Menu>
    <OwedDialogs asking={asking} id={row.id} name={name} onClose={() => setAsking(null)} onAct={(act, text) => void acts.act(act, text)} />
    </>
  );
}
