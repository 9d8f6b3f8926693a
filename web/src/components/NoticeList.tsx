import { ActionIcon } from "@mantine/core";
import { IconMail, IconMailOpened } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import "../i18n/notices";
import { useReadNotices } from "../hooks/notices";
import { knownKind, type NoticeGroup, type NoticeItem } from "../lib/notices";
import styles from "./notices.module.css";
import { Ago } from "./Times";

interface Props {
  groups: NoticeGroup[];
  /** How many lines of each thing are shown. */
  lines: number;
  onOpen?: () => void;
}

/** Notices by what they are about, the newest first. */
export function NoticeList({ groups, lines, onOpen }: Props) {
  const { t } = useTranslation();
  const read = useReadNotices();
  const words = useNoticeWords();
  return (
    <ul className={styles.list}>
      {groups.map((group) => (
        <li key={`${group.object_kind} ${group.object_id}`} className={styles.group} data-unread={group.unread > 0 || undefined}>
          <Link
            to={group.link}
            className={styles.thing}
            onClick={() => {
              if (group.unread > 0) read.mutate({ group });
              onOpen?.();
            }}
          >
            <span className={styles.name}>
              {group.unread > 0 && <span className={styles.dot} role="img" aria-label={t("notices.unread")} />}
              <span className="truncate">{group.title}</span>
            </span>
            {group.items.slice(0, lines).map((item) => (
              <span key={item.id} className={styles.line} data-read={item.read || undefined}>
                <span className={styles.said}>{words(item)}</span>
                <Ago at={item.at} />
              </span>
            ))}
            {group.count > lines && <span className="dim small">{t("notices.more", { count: group.count - lines })}</span>}
          </Link>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t(group.unread > 0 ? "notices.markRead" : "notices.markUnread", { title: group.title })}
            title={t(group.unread > 0 ? "notices.markRead" : "notices.markUnread", { title: group.title })}
            onClick={() => read.mutate({ group, read: group.unread > 0 })}
          >
            {group.unread > 0 ? <IconMailOpened size={18} aria-hidden /> : <IconMail size={18} aria-hidden />}
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}

function useNoticeWords(): (item: NoticeItem) => string {
  const { t } = useTranslation();
  return ({ kind, facts }) => {
    const clock = (["first_response", "next_response", "resolution"] as const).find((each) => each === facts.clock);
    const told = { who: "", state: "", percent: "", text: "", ...facts, clock: clock ? t(`notices.clock.${clock}`) : "" };
    return t(`notices.kind.${knownKind(kind)}`, told);
  };
}
