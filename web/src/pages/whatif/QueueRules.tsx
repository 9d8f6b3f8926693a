import { Button, SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { NumberField } from "../../components/admin/Fields";
import { useStrategies } from "../../hooks/admin";
import { FormContext, useFields, type Draft, type FormFields } from "../../hooks/draft";
import type { QueueSettings } from "../../lib/admin/types";
import { changedRules, withEntry, type SetUp } from "../../lib/whatif/ask";
import { useQueueSections } from "../admin/queues/sections";
import type { PartProps, QuestionDraft } from "./Ask";
import styles from "./whatif.module.css";

const AS_SET_UP = "same";

/** Each queue's rules, changed for the run alone; the editors are those of the set-up. */
export function QueueRules({ draft, setUp }: PartProps) {
  const { t } = useTranslation();
  const { value, set } = draft;
  const [open, setOpen] = useState<string | null>(null);
  return (
    <>
      {setUp.queues.length > 1 && (
        <div className={styles.choices}>
          <div>
            <span id="whatif-order">{t("whatif.order")}</span>
            <SegmentedControl
              size="xs"
              aria-labelledby="whatif-order"
              value={value.order ?? AS_SET_UP}
              onChange={(order) => set({ order: order === AS_SET_UP ? null : (order) })}
              data={[{ value: AS_SET_UP, label: t("whatif.orderSame") }, ...(["priority", "c-mu"] as const).map((order) => ({ value: order, label: t(`admin.order.${order}`) }))]}
            />
          </div>
        </div>
      )}
      <ul className={styles.rules}>
        {setUp.queues.map((queue) => (
          <Queue key={queue.id} draft={draft} setUp={setUp} queue={queue} open={open === queue.id} onOpen={() => setOpen(open === queue.id ? null : queue.id)} />
        ))}
      </ul>
    </>
  );
}

interface QueueProps extends PartProps {
  queue: QueueSettings;
  open: boolean;
  onOpen: () => void;
}

function Queue({ draft, setUp, queue, open, onOpen }: QueueProps) {
  const { t } = useTranslation();
  const { wrong } = useFields();
  const count = Object.keys(draft.value.rules[queue.id] ?? {}).length;
  const bad = wrong(`rules.${queue.id}`);
  return (
    <li data-changed={count > 0} data-trouble={bad}>
      <div className="row wrap">
        <h3 className="grow">{queue.name}</h3>
        <span className={count > 0 ? "mark" : "dim small"} data-tone="blue">
          {count > 0 ? t("whatif.changed", { count }) : t("whatif.asSetUp")}
        </span>
        {count > 0 && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t("whatif.resetOf", { queue: queue.name })}
            onClick={() => draft.set({ rules: withEntry(draft.value.rules, queue.id, undefined) })}
          >
            {t("whatif.reset")}
          </Button>
        )}
        <Button size="compact-sm" variant="default" aria-expanded={open} aria-label={t(open ? "whatif.doneOf" : "whatif.editOf", { queue: queue.name })} onClick={onOpen}>
          {open ? t("whatif.done") : t("whatif.edit")}
        </Button>
      </div>
      {bad && !open && (
        <p className={styles.wrong} data-wrong="true" tabIndex={-1}>
          {t("admin.itemWrong")}
        </p>
      )}
      {open && <Editor draft={draft} setUp={setUp} queue={queue} />}
    </li>
  );
}

const PARTS = ["choice", "skills", "relax", "overflow", "after"];

/** The set-up's own fields, fed with the queue as it would be; only what differs is kept. */
function Editor({ draft, setUp, queue }: { draft: QuestionDraft; setUp: SetUp; queue: QueueSettings }) {
  const { t } = useTranslation();
  const strategies = useStrategies();
  const kept = draft.value.rules[queue.id];
  const value = { ...queue, ...kept };
  const prefix = `rules.${queue.id}.`;
  const outer = draft.fields;
  const fields: FormFields = { editable: true, trouble: (path) => outer.trouble(prefix + path), wrong: (path) => outer.wrong(prefix + path) };
  const set = (part: Partial<QueueSettings>) => {
    const changed = changedRules(queue, { ...kept, ...part });
    draft.set({ rules: withEntry(draft.value.rules, queue.id, Object.keys(changed).length > 0 ? changed : undefined) });
  };
  const own: Draft<QueueSettings> = { ...draft, value, set, fields };
  const around = useMemo(
    () => ({
      queues: setUp.queues.map(({ id, name }) => ({ id, name })),
      skills: setUp.skills,
      agents: [],
      strategies: strategies.data ?? [],
      calendars: [],
    }),
    [setUp, strategies.data],
  );
  const sections = useQueueSections(own, around);
  const number = (typed: number | null) => typed ?? Number.NaN;
  return (
    <FormContext.Provider value={fields}>
      <div className={styles.editor}>
        <div className={styles.grid}>
          <NumberField
            path="service_level_target_s"
            label={t("admin.queues.target")}
            suffix="s"
            decimals={1}
            value={value.service_level_target_s}
            onChange={(seconds) => set({ service_level_target_s: number(seconds) })}
          />
          <NumberField path="weight" label={t("admin.queues.weight")} value={value.weight} onChange={(weight) => set({ weight: number(weight) })} />
          <NumberField path="cost" label={t("admin.queues.cost")} decimals={3} value={value.cost} onChange={(cost) => set({ cost: number(cost) })} />
          <NumberField
            path="target_wait_s"
            label={t("admin.queues.targetWait")}
            placeholder={t("admin.queues.targetWaitNone", { seconds: value.service_level_target_s })}
            optional
            suffix="s"
            decimals={1}
            value={value.target_wait_s}
            onChange={(target_wait_s) => set({ target_wait_s })}
          />
        </div>
        {PARTS.flatMap((id) => sections.find((section) => section.id === id) ?? []).map((section) => (
          <section key={section.id} aria-label={section.title}>
            <h4>{section.title}</h4>
            <div className={styles.sectionBody}>{section.content}</div>
          </section>
        ))}
      </div>
    </FormContext.Provider>
  );
}
