import { Button, SegmentedControl } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import "../../i18n/notices";
import { Loading } from "../../components/Loading";
import { NotLoaded } from "../../components/NotLoaded";
import { NoticeList } from "../../components/NoticeList";
import styles from "../../components/notices.module.css";
import { Empty } from "../../components/Sentence";
import { useNotices, useReadNotices } from "../../hooks/notices";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";

/** Everything that somebody was told. */
export default function Notices() {
  const { t } = useTranslation();
  const [unread, setUnread] = useState(false);
  const list = useNotices(unread);
  const read = useReadNotices();
  const problemText = useProblemText();
  useTitle(t("notices.title"));
  const groups = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className={styles.page}>
      <header>
        <h1>{t("notices.title")}</h1>
        <p className="dim">{t("notices.lead")}</p>
      </header>
      <div className={styles.tools}>
        <SegmentedControl
          aria-label={t("notices.show")}
          value={unread ? "unread" : "all"}
          onChange={(value) => setUnread(value === "unread")}
          data={[
            { value: "all", label: t("notices.showAll") },
            { value: "unread", label: t("notices.showUnread") },
          ]}
        />
        <span className="grow" />
        <Button variant="default" disabled={!list.data?.pages[0]?.unread} loading={read.isPending} onClick={() => read.mutate({ group: null })}>
          {t("notices.readAll")}
        </Button>
        <Button component={Link} to="/account#notices" variant="default">
          {t("notices.settings")}
        </Button>
      </div>
      {list.error && (
        <NotLoaded query={list}>{t("notices.failed", { detail: problemText(list.error) })}</NotLoaded>
      )}
      {list.isPending && <Loading bars={[240]} />}
      {list.data && groups.length === 0 && (
        <Empty icon={<IconBell size={32} aria-hidden />} title={t(unread ? "notices.noneUnread" : "notices.none")}>
          {!unread && <p className="dim">{t("notices.noneText")}</p>}
        </Empty>
      )}
      {groups.length > 0 && (
        <section className="panel" style={{ padding: 8 }} aria-label={t("notices.title")}>
          <NoticeList groups={groups} lines={5} />
        </section>
      )}
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("notices.older")}
        </Button>
      )}
    </div>
  );
}
