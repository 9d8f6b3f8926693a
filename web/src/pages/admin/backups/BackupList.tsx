import "../../../i18n/safety";
import { Button } from "@mantine/core";
import { IconDatabaseExport, IconDatabaseOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Loading, alike } from "../../../components/Loading";
import { NotLoaded } from "../../../components/NotLoaded";
import admin from "../../../components/admin/admin.module.css";
import { Copyable, Facts } from "../../../components/admin/Facts";
import { Progress } from "../../../components/Progress";
import { Empty, Sentence } from "../../../components/Sentence";
import { useNow } from "../../../hooks/now";
import { useBackupProgress, useBackups, useBeginBackup } from "../../../hooks/safety";
import { may, useMe } from "../../../hooks/session";
import { useTitle } from "../../../hooks/title";
import { useLocale, useProblemText } from "../../../hooks/words";
import { health, hoursText, isNews, type BackupProgress, type Backups } from "../../../lib/admin/safety";
import { sizeText } from "../../../lib/size";
import { relative } from "../../../lib/time";
import NotFound from "../../NotFound";
import styles from "../safety.module.css";
import { Kept } from "./Kept";

const SETTING = '[backup]\ndir = "/srv/backups"';

export function BackupList() {
  return may(useMe(), "backups.view") ? <Page /> : <NotFound />;
}

function Page() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  useTitle(t("admin.area.backups"));
  const list = useBackups();
  const progress = useBackupProgress(list.data?.progress);
  const begin = useBeginBackup();
  const mayMake = may(useMe(), "backups.make");
  const busy = begin.isPending || (progress?.work ?? null) !== null;
  return (
    <div className={admin.area}>
      <header className={admin.areaHead}>
        <div className="grow">
          <h1>{t("admin.area.backups")}</h1>
          <p className="dim">{t("safety.backups.lead")}</p>
        </div>
        {mayMake && list.data && list.data.schedule.folder !== null && (
          <Button leftSection={<IconDatabaseExport size={16} aria-hidden />} disabled={busy} onClick={() => begin.mutate("/backups")}>
            {t("safety.backups.make")}
          </Button>
        )}
      </header>
      {list.isError && (
        <NotLoaded query={list}>{t("safety.backups.failed", { detail: problemText(list.error) })}</NotLoaded>
      )}
      {list.isPending && <Loading bars={[48, ...alike(3, 56)]} />}
      {begin.isError && (
        <Sentence tone="red">
          {t(begin.variables === "/backups" ? "safety.backups.notMade" : "safety.backups.notChecked", { detail: problemText(begin.error) })}
        </Sentence>
      )}
      {progress && <Coming progress={progress} />}
      {list.data && (
        <>
          {list.data.problem && <Sentence tone="red">{list.data.problem}</Sentence>}
          {!list.data.problem && <Health shown={list.data} />}
          {list.data.schedule.folder === null ? <Off /> : <Kept shown={list.data} busy={busy} onCheck={mayMake ? (name) => begin.mutate(`/backups/${encodeURIComponent(name)}/check`) : undefined} />}
          {list.data.schedule.folder !== null && <Schedule shown={list.data} />}
        </>
      )}
    </div>
  );
}

function Coming({ progress }: { progress: BackupProgress }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { work, last } = progress;
  if (work) {
    const values = { name: work.name, done: sizeText(work.done, locale), total: sizeText(work.total, locale) };
    const known = work.total > 0;
    return (
      <div className={`panel ${styles.part ?? ""}`}>
        <Progress
          word={t(known ? `safety.backups.work.${work.deed}` : `safety.backups.work.${work.deed}Begins`, values)}
          done={known ? work.done : null}
          total={Math.max(1, work.total)}
        />
        <p className="dim small">{t("safety.backups.work.goesOn")}</p>
      </div>
    );
  }
  if (!last || !isNews(last, now)) return null;
  if (last.failed) return <Sentence tone="red">{t(`safety.backups.last.${last.deed}Failed`, { detail: last.failed })}</Sentence>;
  return <Sentence tone="green">{t(`safety.backups.last.${last.deed}`)}</Sentence>;
}

const TONES = { off: "amber", none: "amber", unsound: "red", overdue: "red", soon: "green", fine: "green" } as const;

/** How old the newest one is, and whether that is as it should be. */
function Health({ shown }: { shown: Backups }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const how = health(shown, now);
  const words = {
    ago: shown.newest_at === null ? "" : relative(shown.newest_at, now, locale),
    next: shown.next_at === null ? "" : relative(shown.next_at, now, locale),
    hours: hoursText(shown.schedule.every_hours, locale),
  };
  return (
    <Sentence tone={TONES[how]} quiet>
      {t(`safety.backups.state.${how}`, words)}
    </Sentence>
  );
}

function Off() {
  const { t } = useTranslation();
  return (
    <div className="panel">
      <Empty icon={<IconDatabaseOff size={32} stroke={1.5} aria-hidden />} title={t("safety.backups.list.none")}>
        <p>{t("safety.backups.off.text")}</p>
        <Copyable text={SETTING} what={t("safety.backups.off.setting")} />
      </Empty>
    </div>
  );
}

function Schedule({ shown }: { shown: Backups }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { schedule } = shown;
  const keep = { daily: schedule.keep_daily, weekly: schedule.keep_weekly, monthly: schedule.keep_monthly };
  return (
    <>
      <section className={`panel ${styles.part ?? ""}`} aria-labelledby="backup-schedule">
        <header>
          <div>
            <h2 id="backup-schedule">{t("safety.backups.schedule.title")}</h2>
            <p className="dim">{t("safety.backups.schedule.lead")}</p>
          </div>
        </header>
        <Facts
          rows={[
            [t("safety.backups.schedule.every"), t("safety.backups.schedule.everyText", { hours: hoursText(schedule.every_hours, locale) })],
            [t("safety.backups.schedule.keep"), t("safety.backups.schedule.keepText", keep)],
            [t("safety.backups.schedule.folder"), <Copyable key="folder" text={schedule.folder ?? ""} what={t("safety.backups.schedule.folder")} />],
            ...(shown.free_octets === null ? [] : [[t("safety.backups.schedule.free"), sizeText(shown.free_octets, locale)] as const]),
            [t("safety.backups.schedule.passphrase"), t(schedule.passphrase ? "safety.backups.schedule.passphraseYes" : "safety.backups.schedule.passphraseNo")],
          ]}
        />
        <p className="dim">{t("safety.backups.schedule.download")}</p>
      </section>
      <section className={`panel ${styles.part ?? ""}`} aria-labelledby="backup-check">
        <h2 id="backup-check">{t("safety.backups.check.title")}</h2>
        <p>{t("safety.backups.check.text")}</p>
      </section>
    </>
  );
}
