import { Button, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconDatabase, IconHelpCircle, IconShieldCheck } from "@tabler/icons-react";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { Copyable } from "../../../components/admin/Facts";
import { Empty } from "../../../components/Sentence";
import { Ago } from "../../../components/Times";
import { useLocale } from "../../../hooks/words";
import type { Backup, Backups, By } from "../../../lib/admin/safety";
import { sizeText } from "../../../lib/size";
import styles from "../safety.module.css";

interface KeptProps {
  shown: Backups;
  busy: boolean;
  onCheck: ((name: string) => void) | undefined;
}

const COLUMNS = ["made", "size", "holds", "checked", "opens", "acts"] as const;

/** Each backup with what is in it, whether it is whole, and the way to restore it. */
export function Kept({ shown, busy, onCheck }: KeptProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<string | null>(null);
  if (shown.items.length === 0)
    return (
      <div className="panel">
        <Empty icon={<IconDatabase size={32} stroke={1.5} aria-hidden />} title={t("safety.backups.list.none")}>
          <p>{t("safety.backups.list.noneText")}</p>
        </Empty>
      </div>
    );
  return (
    <section className={`panel ${styles.part ?? ""}`} aria-labelledby="kept-backups">
      <h2 id="kept-backups">{t("safety.backups.list.title")}</h2>
      <div className={styles.table} tabIndex={0} role="region" aria-label={t("safety.backups.list.title")}>
        <table className="table">
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th key={column} scope="col">
                  {t(`safety.backups.list.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.items.map((item) => (
              <Fragment key={item.name}>
                <Row item={item} busy={busy} onCheck={onCheck} opened={open === item.name} onOpen={() => setOpen(open === item.name ? null : item.name)} />
                {open === item.name && (
                  <tr className={styles.detail}>
                    <td colSpan={COLUMNS.length}>
                      <HowTo item={item} />
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface RowProps extends Omit<KeptProps, "shown"> {
  item: Backup;
  opened: boolean;
  onOpen: () => void;
}

function Row({ item, busy, onCheck, opened, onOpen }: RowProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const by = useBy();
  return (
    <tr className={opened ? styles.opened : undefined}>
      <td>
        {new Date(item.made_at).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" })}
        <div className="dim small">
          <Ago at={item.made_at} /> {item.made_by && t("safety.backups.list.byWhom", { who: by(item.made_by) })}
        </div>
        {!item.scheduled && (
          <div className="dim small">
            {item.name}
            <br />
            {t("safety.backups.list.other")}
          </div>
        )}
      </td>
      <td data-word={t("safety.backups.list.size")}>{sizeText(item.octets, locale)}</td>
      <td data-word={t("safety.backups.list.holds")}>
        <Holds item={item} />
      </td>
      <td data-word={t("safety.backups.list.checked")}>
        <Checked item={item} />
      </td>
      <td data-word={t("safety.backups.list.opens")}>
        {item.masters.map((master) => (
          <div key={master.id}>
            {t(master.used ? "safety.backups.list.masterUsed" : "safety.backups.list.masterOther")}
            <div className="dim small">
              <code>{master.id}</code>
            </div>
          </div>
        ))}
        {item.passphrase && t("safety.backups.list.passphrase")}
      </td>
      <td data-word={t("safety.backups.list.acts")}>
        <div className={styles.acts}>
          {onCheck && item.damaged === null && (
            <Button size="compact-sm" variant="default" disabled={busy} aria-label={t("safety.backups.list.checkOf", { name: item.name })} leftSection={<IconShieldCheck size={16} aria-hidden />} onClick={() => onCheck(item.name)}>
              {t("safety.backups.list.check")}
            </Button>
          )}
          {item.damaged === null && (
            <Button size="compact-sm" variant="default" aria-expanded={opened} aria-label={t(opened ? "safety.backups.list.hideOf" : "safety.backups.list.restoreOf", { name: item.name })} onClick={onOpen}>
              {opened ? t("safety.backups.list.hide") : t("safety.backups.list.restore")}
            </Button>
          )}
        </div>
      </td>
    </tr>
  );
}

const COUNTED = ["recordings", "ticket_files", "files"] as const;

function Holds({ item }: { item: Backup }) {
  const { t } = useTranslation();
  const held = item.contents;
  if (!held) return <span className="dim">{t("safety.backups.list.unknown")}</span>;
  const words = COUNTED.filter((name) => held[name] > 0).map((name) => t(`safety.backups.list.${name}`, { count: held[name] }));
  return <>{[t("safety.backups.list.rows", { count: held.rows }), ...words].join(" · ")}</>;
}

function Checked({ item }: { item: Backup }) {
  const { t } = useTranslation();
  const by = useBy();
  const check = item.checked;
  const [Sign, tone, word] =
    item.damaged !== null
      ? ([IconAlertTriangle, "red", "damaged"] as const)
      : check === null
        ? ([IconHelpCircle, "grey", "notChecked"] as const)
        : check.sound
          ? ([IconCircleCheck, "green", "sound"] as const)
          : ([IconAlertTriangle, "red", "unsound"] as const);
  const why = item.damaged ?? check?.reason;
  const state = (
    <span className={styles.state} data-tone={tone}>
      <Sign size={16} aria-hidden />
      {t(`safety.backups.list.${word}`)}
    </span>
  );
  return (
    <>
      {check ? <Tooltip label={t("safety.backups.list.byWhom", { who: by(check.by) })}>{state}</Tooltip> : state}
      {check && (
        <div className="dim small">
          <Ago at={check.at} />
        </div>
      )}
      {why && <div className="small">{why}</div>}
    </>
  );
}

function HowTo({ item }: { item: Backup }) {
  const { t } = useTranslation();
  return (
    <div className={styles.howTo}>
      <h3>{t("safety.backups.restore.title", { name: item.name })}</h3>
      <ol className={styles.steps}>
        <li>{t("safety.backups.restore.stop")}</li>
        {item.masters.map((master) => (
          <li key={master.id}>
            {t("safety.backups.restore.key", { id: master.id })} {t(master.used ? "safety.backups.restore.keyUsed" : "safety.backups.restore.keyOther")}
          </li>
        ))}
        <li>
          {t("safety.backups.restore.run")}
          <br />
          <Copyable text={item.command} what={t("safety.backups.restore.command")} />
        </li>
        <li>{t("safety.backups.restore.force")}</li>
        <li>{t("safety.backups.restore.verify")}</li>
      </ol>
      <p>
        {t("safety.backups.restore.where")}: <Copyable text={item.path} what={t("safety.backups.restore.path")} />
      </p>
    </div>
  );
}

/** Who did it, in words. */
function useBy() {
  const { t } = useTranslation();
  return ({ kind, name }: By) => name || t(`safety.by.${kind}` as "safety.by.system", { defaultValue: kind });
}
