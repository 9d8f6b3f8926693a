import { Button, Popover, VisuallyHidden } from "@mantine/core";
import { IconBell, IconSettings } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import "../i18n/notices";
import { useReadNotices, useRecentNotices } from "../hooks/notices";
import { useProblemText } from "../hooks/words";
import { seenOn } from "../lib/notices";
import { Loading } from "./Loading";
import frame from "./frame.module.css";
import { NoticeList } from "./NoticeList";
import styles from "./notices.module.css";
import { Sentence } from "./Sentence";

const MOST = 99;

/** What concerns me: how much is unread, and the newest of it. */
export function Bell() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const recent = useRecentNotices();
  const unread = recent.data?.unread ?? 0;
  useSeen();
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width="min(420px, 100vw - 16px)" shadow="md" withinPortal={false} trapFocus returnFocus transitionProps={{ duration: 0 }} zIndex={200}>
      <Popover.Target>
        <button type="button" className={styles.bell} onClick={() => setOpen(!open)}>
          <IconBell size={22} aria-hidden />
          <VisuallyHidden>{t("notices.bell", { count: unread })}</VisuallyHidden>
          {unread > 0 && (
            <span className={styles.count} aria-hidden>
              {unread > MOST ? t("notices.many") : unread}
            </span>
          )}
        </button>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t("notices.title")}>
        <Panel onClose={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** Whoever has the thing before him has seen what was told about it. */
function useSeen() {
  const { pathname } = useLocation();
  const recent = useRecentNotices();
  const { mutate } = useReadNotices();
  useEffect(() => {
    const look = () => {
      if (document.visibilityState !== "visible") return;
      for (const group of seenOn(pathname, recent.data?.items ?? [])) mutate({ group });
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [pathname, recent.data, mutate]);
}

function Panel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const recent = useRecentNotices();
  const read = useReadNotices();
  const problemText = useProblemText();
  return (
    <div className={styles.panel}>
      <div className="row">
        <h2 className="grow">{t("notices.title")}</h2>
        {(recent.data?.unread ?? 0) > 0 && (
          <Button size="compact-sm" variant="subtle" loading={read.isPending} onClick={() => read.mutate({ group: null })}>
            {t("notices.readAll")}
          </Button>
        )}
      </div>
      <div className={styles.scroll}>
        {recent.isPending && <Loading bars={[120]} />}
        {recent.error && <Sentence tone="red">{t("notices.failed", { detail: problemText(recent.error) })}</Sentence>}
        {recent.data?.items.length === 0 && (
          <p className="dim">
            {t("notices.none")} {t("notices.noneText")}
          </p>
        )}
        {recent.data && <NoticeList groups={recent.data.items} lines={2} onOpen={onClose} />}
      </div>
      <hr className={frame.rule} />
      <div className="row">
        <Button component={Link} to="/notices" size="compact-sm" variant="subtle" onClick={onClose}>
          {t("notices.all")}
        </Button>
        <span className="grow" />
        <Button component={Link} to="/account#notices" size="compact-sm" variant="subtle" leftSection={<IconSettings size={16} aria-hidden />} onClick={onClose}>
          {t("notices.settings")}
        </Button>
      </div>
    </div>
  );
}
