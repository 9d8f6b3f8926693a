import { ActionIcon, Menu } from "@mantine/core";
import { IconDotsVertical } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { OwedDialogs, type OwedQuestion } from "../../components/OwedDialogs";
import { OwedMark } from "../../components/OwedMark";
import { useNow } from "../../hooks/now";
import { useCallerName, useLocale } from "../../hooks/words";
import type { LaterRow } from "../../lib/wallboard";
import { reschedule } from "../../lib/line";
import { exact, relative } from "../../lib/time";
import type { LineActs } from "./acts";
import styles from "./live.module.css";
import { OwedItems } from "./OwedItems";

/** Callbacks and messages of a queue that come into its line later, the next one first. */
export function Later({ rows, acts, mayAct }: { rows: readonly LaterRow[]; acts: LineActs; mayAct: boolean }) {
  const { t } = useTranslation();
  if (rows.length === 0) return null;
  return (
    <section aria-label={t("owed.later")}>
      <h3 className={styles.laterHead}>{t("owed.later")}</h3>
      <ol className={styles.contacts}>
        {[...rows]
          .sort((a, b) => a.due_at.localeCompare(b.due_at))
          .map((row) => (
            <Row key={row.id} row={row} acts={acts} mayAct={mayAct} />
          ))}
      </ol>
    </section>
  );
}

function Row({ row, acts, mayAct }: { row: LaterRow; acts: LineActs; mayAct: boolean }) {
  const { t } = useTranslation();
  const name = useCallerName()(row.caller);
  const locale = useLocale();
  const now = useNow();
  const [asking, setAsking] = useState<OwedQuestion | null>(null);
  return (
    <li className={styles.laterRow}>
      <span className="truncate">
        <OwedMark channel={row.channel} /> {name}
      </span>
      <span className="small dim" title={exact(row.due_at, locale)}>
        {relative(row.due_at, now, locale)}
      </span>
      {mayAct && (
        <Menu position="bottom-end" width={240} shadow="md" withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={32} disabled={acts.busy} aria-label={t("live.actOn", { caller: name })}>
              <IconDotsVertical size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown className={styles.menu ?? ""}>
            <OwedItems
              onAsk={setAsking}
              onCallUp={() => void acts.act(reschedule(row.id, null), t("owed.wasCalledUp", { name }))}
            />
          </Menu.Dropdown>
        </Menu>
      )}
      <OwedDialogs asking={asking} id={row.id} name={name} onClose={() => setAsking(null)} onAct={(act, text) => void acts.act(act, text)} />
    </li>
  );
}
