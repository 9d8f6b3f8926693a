import { Button, Switch } from "@mantine/core";
import { IconAlertTriangle, IconListDetails, IconRobot } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import linked from "../../../../components/admin/rows.module.css";
import { SortableRows } from "../../../../components/admin/SortableRows";
import { Mark } from "../../../../components/Mark";
import { Sentence } from "../../../../components/Sentence";
import { useRuleOrder, useRules, useShelved } from "../../../../hooks/ticket-automation";
import { useProblemText } from "../../../../hooks/words";
import { moved } from "../../../../lib/admin/draft";
import { bodyOf, type Rule } from "../../../../lib/tickets/automation";
import styles from "../setup.module.css";
import { ListPage } from "./ListPage";
import { useRuleWords } from "./rule-words";

export function RuleList() {
  const { t } = useTranslation();
  const rules = useRules();
  const log = (
    <Button component={Link} to="/admin/tickets/rule-log" variant="default" leftSection={<IconListDetails size={16} aria-hidden />}>
      {t("ticketAutomation.rules.log")}
    </Button>
  );
  return (
    <ListPage kind="rules" icon={<IconRobot size={32} stroke={1.5} aria-hidden />} query={rules} words={(row) => row.description} aside={log}>
      {(rows, searching) => {
        const triggers = rows.filter((row) => !row.timer);
        const timers = rows.filter((row) => row.timer);
        return (
          <>
            <Rows title={t("ticketAutomation.rules.triggers")} rows={triggers} around={(order) => [...order, ...timers]} movable={!searching && triggers.length > 1} />
            <Rows title={t("ticketAutomation.rules.timers")} rows={timers} around={(order) => [...triggers, ...order]} movable={!searching && timers.length > 1} />
          </>
        );
      }}
    </ListPage>
  );
}

interface RowsProps {
  title: string;
  rows: Rule[];
  /** The whole order, with these in a new one. */
  around: (order: Rule[]) => Rule[];
  movable: boolean;
}

function Rows({ title, rows, around, movable }: RowsProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const order = useRuleOrder();
  const shelved = useShelved("rules");
  const words = useRuleWords();
  const [failed, setFailed] = useState<{ name: string; error: Error } | null>(null);
  const turn = async (rule: Rule, enabled: boolean) => {
    setFailed(null);
    try {
      await shelved.replace<Rule>(rule.id, { ...bodyOf(rule), enabled });
    } catch (error) {
      setFailed({ name: rule.name, error: error as Error });
    }
  };
  if (rows.length === 0) return null;
  return (
    <section className="stack" aria-label={title}>
      <h2>{title}</h2>
      {failed && <Sentence tone="red">{t("ticketAutomation.rules.notSwitched", { name: failed.name, detail: problemText(failed.error) })}</Sentence>}
      <SortableRows
        rows={rows}
        idOf={(rule) => rule.id}
        nameOf={(rule) => rule.name}
        movable={movable}
        className="panel"
        rowClass={`${linked.linked ?? ""} ${styles.row ?? ""} ${styles.rule ?? ""}`}
        onMove={(from, to) => order(around(moved(rows, from, to)))}
      >
        {(rule) => (
          <>
            <Link className={linked.name ?? ""} to={`/admin/tickets/rules/${encodeURIComponent(rule.id)}`}>
              {rule.name}
            </Link>
            <span className={`dim small ${styles.about ?? ""}`}>
              {words.about(rule)}
              {rule.broken && (
                <span className={styles.stopped}>
                  <Mark icon={IconAlertTriangle} tone="red">
                    {t("ticketAutomation.rules.broken")}
                  </Mark>
                  {rule.broken}
                </span>
              )}
              {rule.stopped && (
                <span className={styles.stopped}>
                  <Mark icon={IconAlertTriangle} tone="red">
                    {t("ticketAutomation.rules.stopped")}
                  </Mark>
                  {rule.stopped}
                  <Button size="compact-xs" variant="default" onClick={() => void turn(rule, true)}>
                    {t("ticketAutomation.rules.again")}
                  </Button>
                </span>
              )}
            </span>
            <Switch
              className={styles.switch ?? ""}
              checked={rule.enabled}
              aria-label={t("ticketAutomation.rules.on", { name: rule.name })}
              onChange={(event) => void turn(rule, event.currentTarget.checked)}
            />
          </>
        )}
      </SortableRows>
    </section>
  );
}
