import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import styles from "../../../components/admin/admin.module.css";
import expression from "../../../components/admin/expression.module.css";
import { ExpressionEditor } from "../../../components/admin/ExpressionEditor";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../../components/admin/Fields";
import type { FormSection } from "../../../components/admin/FormPage";
import { Members } from "../../../components/admin/Members";
import { OverflowRules, RelaxSteps } from "../../../components/admin/Rules";
import { options, useNames } from "../../../hooks/admin";
import type { Draft } from "../../../hooks/draft";
import { skillsIn } from "../../../lib/admin/expression";
import type { QueueSettings } from "../../../lib/admin/types";
import type { Around } from "./QueueForm";

type QueueDraft = Draft<QueueSettings>;

export function useQueueSections(draft: QueueDraft, around: Around): FormSection[] {
  const { t } = useTranslation();
  const section = (id: string, title: string, lead: string, paths: readonly (keyof QueueSettings)[], content: ReactNode) => ({
    id,
    title,
    paths,
    content,
    ...(lead ? { lead } : {}),
  });
  const word = (id: "general" | "members" | "skills" | "relax" | "choice" | "after" | "overflow" | "level" | "hours") =>
    [id, t(`admin.queues.section.${id}`), t(`admin.queues.lead.${id}`)] as const;
  const props = { draft, around };
  return [
    section(...word("general"), ["name", "position"], <General {...props} />),
    section(...word("skills"), ["required_skills", "preferred_skills"], <Skills {...props} />),
    section(...word("relax"), ["relax", "tier_delay_s"], <Relax {...props} />),
    section(
      ...word("choice"),
      ["strategy", "ring_timeout_s", "ring_next_s", "fair_window_s", "refusal_lapse_s"],
      <Choice {...props} />,
    ),
    section(...word("after"), ["wrap_up_s", "wrap_up_forced"], <After {...props} />),
    section(...word("overflow"), ["overflow"], <Overflow {...props} />),
    section(
      ...word("level"),
      ["service_level_goal", "service_level_target_s", "weight", "ageing_s", "cost", "target_wait_s", "keeps_clock"],
      <Level {...props} />,
    ),
    section(...word("hours"), ["calendar_id"], <Hours {...props} />),
    section(
      ...word("members"),
      ["members"],
      <Members value={draft.value.members} agents={around.agents} onChange={(members) => draft.set({ members })} />,
    ),
  ];
}

interface PartProps {
  draft: QueueDraft;
  around: Around;
}

const number = (value: number | null) => value ?? Number.NaN;

function General({ draft: { value, set } }: PartProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.grid}>
      <TextField path="name" label={t("admin.name")} required autoFocus={value.id === ""} value={value.name} onChange={(name) => set({ name })} />
      <NumberField
        path="position"
        label={t("admin.queues.position")}
        description={t("admin.queues.positionText")}
        value={value.position}
        min={0}
        onChange={(position) => set({ position: number(position) })}
      />
    </div>
  );
}

function Skills({ draft: { value, set }, around }: PartProps) {
  const { t } = useTranslation();
  const names = useNames(around.skills);
  const skills = options(around.skills);
  if (around.skills.length === 0)
    return (
      <p className="dim">
        {t("admin.queues.noSkills")} <Link to="/admin/skills/new">{t("admin.skills.add")}</Link>
      </p>
    );
  return (
    <>
      <h3>{t("admin.queues.required")}</h3>
      <ExpressionEditor
        path="required_skills"
        value={value.required_skills}
        onChange={(required_skills) => set({ required_skills })}
        skills={skills}
        names={names}
        nothing={t("admin.queues.requiredNone")}
      />
      <h3>{t("admin.queues.preferred")}</h3>
      <p className="dim small">{t("admin.queues.preferredText")}</p>
      <ExpressionEditor
        path="preferred_skills"
        value={value.preferred_skills}
        onChange={(preferred_skills) => set({ preferred_skills })}
        skills={skills}
        names={names}
        nothing={t("admin.queues.preferredNone")}
      />
    </>
  );
}

function Relax({ draft: { value, set }, around }: PartProps) {
  const { t } = useTranslation();
  const names = useNames(around.skills);
  const asked = skillsIn(value.required_skills);
  const skills = asked.length > 0 ? around.skills.filter((skill) => asked.includes(skill.id)) : around.skills;
  return (
    <>
      <RelaxSteps value={value.relax} onChange={(relax) => set({ relax })} required={value.required_skills} skills={options(skills)} names={names} />
      <div className={styles.grid}>
        <NumberField
          path="tier_delay_s"
          label={t("admin.queues.tierDelay")}
          description={t("admin.queues.tierDelayText")}
          placeholder={t("admin.queues.tierDelayNone")}
          optional
          suffix="s"
          decimals={1}
          value={value.tier_delay_s}
          onChange={(tier_delay_s) => set({ tier_delay_s })}
        />
      </div>
    </>
  );
}

function Choice({ draft: { value, set }, around }: PartProps) {
  const { t } = useTranslation();
  const strategy = around.strategies.find((other) => other.name === value.strategy);
  const strategies = around.strategies.map((other) => ({ value: other.name, label: other.title }));
  return (
    <>
      <ChoiceField
        path="strategy"
        label={t("admin.queues.strategy")}
        value={value.strategy}
        options={strategy ? strategies : [...strategies, { value: value.strategy, label: value.strategy }]}
        nothing={t("admin.noMatch")}
        onChange={(name) => set({ strategy: name ?? value.strategy })}
      />
      {strategy && (
        <p className={expression.says} aria-live="polite">
          <span>{strategy.rule}</span>
        </p>
      )}
      <div className={styles.grid}>
        <NumberField
          path="ring_timeout_s"
          label={t("admin.queues.ringTimeout")}
          suffix="s"
          decimals={1}
          value={value.ring_timeout_s}
          onChange={(seconds) => set({ ring_timeout_s: number(seconds) })}
        />
        <NumberField
          path="refusal_lapse_s"
          label={t("admin.queues.refusal")}
          placeholder={t("admin.queues.refusalNone")}
          optional
          suffix="s"
          decimals={1}
          value={value.refusal_lapse_s}
          onChange={(refusal_lapse_s) => set({ refusal_lapse_s })}
        />
        {value.strategy === "ring-progressively" && (
          <NumberField
            path="ring_next_s"
            label={t("admin.queues.ringNext")}
            suffix="s"
            decimals={1}
            value={value.ring_next_s}
            onChange={(seconds) => set({ ring_next_s: number(seconds) })}
          />
        )}
        {value.strategy === "fair-distribution" && (
          <NumberField
            path="fair_window_s"
            label={t("admin.queues.fairWindow")}
            suffix="s"
            value={value.fair_window_s}
            onChange={(seconds) => set({ fair_window_s: number(seconds) })}
          />
        )}
      </div>
    </>
  );
}

function After({ draft: { value, set } }: PartProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.grid}>
      <NumberField
        path="wrap_up_s"
        label={value.wrap_up_forced ? t("admin.queues.wrapUpPlanned") : t("admin.queues.wrapUp")}
        suffix="s"
        value={value.wrap_up_s}
        min={0}
        onChange={(seconds) => set({ wrap_up_s: number(seconds) })}
      />
      <SwitchField
        path="wrap_up_forced"
        label={t("admin.queues.forced")}
        description={value.wrap_up_forced ? t("admin.queues.forcedText") : t("admin.queues.timedText")}
        value={value.wrap_up_forced}
        onChange={(wrap_up_forced) => set({ wrap_up_forced })}
      />
    </div>
  );
}

function Overflow({ draft: { value, set }, around }: PartProps) {
  const names = useNames([...around.queues, ...around.agents]);
  const others = around.queues.filter((queue) => queue.id !== value.id);
  return (
    <OverflowRules
      value={value.overflow}
      onChange={(overflow) => set({ overflow })}
      queues={options(others)}
      people={options(around.agents)}
      names={names}
    />
  );
}

function Level({ draft: { value, set } }: PartProps) {
  const { t } = useTranslation();
  return (
    <>
      <div className={styles.grid}>
        <NumberField
          path="service_level_goal"
          label={t("admin.queues.goal")}
          suffix="%"
          decimals={1}
          value={Number.isNaN(value.service_level_goal) ? Number.NaN : Math.round(value.service_level_goal * 1000) / 10}
          onChange={(percent) => set({ service_level_goal: number(percent) / 100 })}
        />
        <NumberField
          path="service_level_target_s"
          label={t("admin.queues.target")}
          suffix="s"
          decimals={1}
          value={value.service_level_target_s}
          onChange={(seconds) => set({ service_level_target_s: number(seconds) })}
        />
      </div>
      <h3>{t("admin.queues.among")}</h3>
      <div className={styles.grid}>
        <NumberField
          path="weight"
          label={t("admin.queues.weight")}
          description={t("admin.queues.weightText")}
          value={value.weight}
          onChange={(weight) => set({ weight: number(weight) })}
        />
        <NumberField
          path="ageing_s"
          label={t("admin.queues.ageing")}
          description={t("admin.queues.ageingText")}
          placeholder={t("admin.queues.ageingNone")}
          optional
          suffix="s"
          decimals={1}
          value={value.ageing_s}
          onChange={(ageing_s) => set({ ageing_s })}
        />
        <NumberField
          path="cost"
          label={t("admin.queues.cost")}
          description={t("admin.queues.costText")}
          decimals={3}
          value={value.cost}
          onChange={(cost) => set({ cost: number(cost) })}
        />
        <NumberField
          path="target_wait_s"
          label={t("admin.queues.targetWait")}
          description={t("admin.queues.targetWaitText")}
          placeholder={t("admin.queues.targetWaitNone", { seconds: value.service_level_target_s })}
          optional
          suffix="s"
          decimals={1}
          value={value.target_wait_s}
          onChange={(target_wait_s) => set({ target_wait_s })}
        />
      </div>
      <SwitchField
        path="keeps_clock"
        label={t("admin.queues.keepsClock")}
        description={t("admin.queues.keepsClockText")}
        value={value.keeps_clock}
        onChange={(keeps_clock) => set({ keeps_clock })}
      />
    </>
  );
}

function Hours({ draft: { value, set }, around }: PartProps) {
  const { t } = useTranslation();
  return (
    <>
      <ChoiceField
        path="calendar_id"
        label={t("admin.queues.calendar")}
        placeholder={t("admin.queues.calendarNone")}
        clearable
        value={value.calendar_id}
        options={options(around.calendars)}
        onChange={(calendar_id) => set({ calendar_id })}
      />
      {value.calendar_id && (
        <p>
          <Link to={`/admin/calendars/${encodeURIComponent(value.calendar_id)}`}>{t("admin.queues.openCalendar")}</Link>
        </p>
      )}
    </>
  );
}
