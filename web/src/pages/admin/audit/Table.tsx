import { ActionIcon } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { Changes } from "../../../components/admin/Changes";
import { useAuditWords } from "../../../hooks/audit";
import { useLocale } from "../../../hooks/words";
import type { Entry } from "../../../lib/admin/audit";
import styles from "./page.module.css";

/** Entries, newest first; each opens to what it changed and how it is sealed. */
export function Table({ entries }: { entries: readonly Entry[] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const toggle = (id: number) => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  return (
    <div className={`panel ${styles.list ?? ""}`}>
      <table className={`table ${styles.table ?? ""}`}>
        <thead>
          <tr>
            <th scope="col">{t("audit.when")}</th>
            <th scope="col">{t("audit.who")}</th>
            <th scope="col">{t("audit.what")}</th>
            <th scope="col">{t("audit.on")}</th>
            <th scope="col" className={styles.wide}>
              {t("audit.where")}
            </th>
            <th scope="col" className="num">
              {t("audit.number")}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Fragment key={entry.id}>
              <Row entry={entry} open={open.has(entry.id)} onToggle={() => toggle(entry.id)} />
              {open.has(entry.id) && (
                <tr className={styles.detail}>
                  <td colSpan={6} id={`entry-${entry.id}`}>
                    <Details entry={entry} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ entry, open, onToggle }: { entry: Entry; open: boolean; onToggle: () => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const words = useAuditWords();
  const Sign = open ? IconChevronDown : IconChevronRight;
  return (
    <tr data-open={open} onClick={onToggle}>
      <td className={styles.when}>
        <div className="row">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-expanded={open}
            aria-controls={`entry-${entry.id}`}
            aria-label={t("audit.details", { number: entry.seq ?? entry.id })}
            onClick={(event) => {
              event.stopPropagation();
              onToggle();
            }}
          >
            <Sign size={16} aria-hidden />
          </ActionIcon>
          <time dateTime={entry.at}>
            {new Date(entry.at).toLocaleString(locale, { dateStyle: "short", timeStyle: "medium" })}
          </time>
        </div>
      </td>
      <td className={styles.cell}>{words.actor(entry.actor)}</td>
      <td className={styles.cell}>
        {words.act(entry.act)}
        {entry.changes.length > 0 && <div className="dim small">{t("audit.changesCount", { count: entry.changes.length })}</div>}
      </td>
      <td className={styles.cell}>{words.subject(entry.subject)}</td>
      <td className={styles.wide}>{entry.address || t("common.none")}</td>
      <td className="num">{entry.seq ?? <span className="dim">{t("audit.unsealed")}</span>}</td>
    </tr>
  );
}

function Details({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const facts: [string, string | null][] = [
    [t("audit.where"), entry.address],
    [t("audit.session"), entry.session_id],
    [t("audit.request"), entry.request_id],
    [t("audit.seal"), entry.mac],
  ];
  return (
    <div className={styles.details}>
      <Changes entry={entry} />
      <dl className={`dim small ${styles.facts ?? ""}`}>
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </div>
  );
}
