import { useTranslation } from "react-i18next";
import { useTeams } from "../../hooks/people";
import { may, useMe } from "../../hooks/session";
import { useLocale } from "../../hooks/words";
import { replaced } from "../../lib/admin/draft";
import { fitRule, isLeftFor, limitUnit, RECEIVERS, receiverKind, valueOf } from "../../lib/admin/queue";
import { overflowSentence, relaxSentenceIn, type Names } from "../../lib/admin/sentences";
import {
  ABSENCES,
  CAUSES,
  TARGETS,
  type Absence,
  type Cause,
  type Expression,
  type OverflowRule,
  type RelaxStep,
  type TargetKind,
} from "../../lib/admin/types";
import styles from "./admin.module.css";
import { ChoiceField, NumberField, SeveralField, TextField, type Option } from "./Fields";
import { OrderedList } from "./OrderedList";

interface OverflowProps {
  value: readonly OverflowRule[];
  onChange: (value: OverflowRule[]) => void;
  queues: readonly Option[];
  people: readonly Option[];
  names: Names;
}

export function OverflowRules({ value, onChange, queues, people, names }: OverflowProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <OrderedList
      path="overflow"
      items={value}
      onChange={onChange}
      movable
      sentence={(rule) => overflowSentence(t, locale, rule, names)}
      editor={(rule, index) => (
        <OverflowFields
          at={`overflow.${index}`}
          rule={rule}
          queues={queues}
          people={people}
          onChange={(changed) => onChange(replaced(value, index, fitRule(changed)))}
        />
      )}
      fresh={(): OverflowRule => ({ cause: "max-wait", to: { kind: "leave", value: null }, limit: 300, absent: [] })}
      addWord={t("admin.overflow.add")}
      empty={t("admin.overflow.empty")}
    />
  );
}

interface OverflowFieldsProps {
  at: string;
  rule: OverflowRule;
  queues: readonly Option[];
  people: readonly Option[];
  onChange: (rule: OverflowRule) => void;
}

function OverflowFields({ at, rule, queues, people, onChange }: OverflowFieldsProps) {
  const { t } = useTranslation();
  const unit = limitUnit(rule.cause);
  const value = rule.to.value ?? "";
  return (
    <div className={styles.grid}>
      <ChoiceField
        path={`${at}.cause`}
        label={t("admin.overflow.when")}
        value={rule.cause}
        options={CAUSES.map((cause) => ({ value: cause, label: t(`admin.causeName.${cause}`) }))}
        onChange={(cause) => onChange({ ...rule, cause: (cause ?? "max-wait") as Cause })}
      />
      {unit === null ? (
        <SeveralField
          path={`${at}.absent`}
          label={t("admin.overflow.absent")}
          value={rule.absent}
          options={ABSENCES.map((absence) => ({ value: absence, label: t(`admin.absent.${absence}`) }))}
          onChange={(absent) => onChange({ ...rule, absent: absent as Absence[] })}
        />
      ) : (
        <NumberField
          path={`${at}.limit`}
          label={unit === "contacts" ? t("admin.overflow.contacts") : t("admin.overflow.above")}
          value={rule.limit}
          optional
          min={0}
          {...(unit === "seconds" ? { suffix: "s" } : {})}
          onChange={(limit) => onChange({ ...rule, limit })}
        />
      )}
      <ChoiceField
        path={`${at}.to.kind`}
        label={t("admin.overflow.then")}
        value={rule.to.kind}
        options={TARGETS.map((kind) => ({ value: kind, label: t(`admin.target.${kind}`) }))}
        onChange={(kind) => onChange({ ...rule, to: { kind: (kind ?? "leave") as TargetKind, value: null } })}
      />
      {rule.to.kind === "queue" ? (
        <ChoiceField
          path={`${at}.to`}
          label={t("admin.overflow.queue")}
          placeholder={t("admin.overflow.chooseQueue")}
          value={value || null}
          options={queues}
          onChange={(queue) => onChange({ ...rule, to: { kind: "queue", value: queue } })}
        />
      ) : isLeftFor(rule.to.kind) ? (
        <ChoiceField
          path={`${at}.to`}
          label={t("admin.overflow.leftFor")}
          placeholder={t("admin.overflow.thisQueue")}
          clearable
          value={value || null}
          options={queues}
          onChange={(queue) => onChange({ ...rule, to: { kind: rule.to.kind, value: queue } })}
        />
      ) : rule.to.kind === "message" ? (
        <Receiver
          at={`${at}.to`}
          value={value}
          people={people}
          onChange={(to) => onChange({ ...rule, to: { kind: "message", value: to } })}
        />
      ) : (
        valueOf(rule.to.kind) !== "none" && (
          <TextField
            path={`${at}.to`}
            label={t(`admin.overflow.value.${rule.to.kind as "number"}`)}
            type={rule.to.kind === "number" ? "tel" : "text"}
            value={value}
            onChange={(typed) => onChange({ ...rule, to: { ...rule.to, value: typed || null } })}
          />
        )
      )}
    </div>
  );
}

interface ReceiverProps {
  at: string;
  value: string;
  people: readonly Option[];
  onChange: (value: string | null) => void;
}

/** Who gets what the caller says: a team's people or one person by mail, or an address. */
function Receiver({ at, value, people, onChange }: ReceiverProps) {
  const { t } = useTranslation();
  const teams = useTeamOptions();
  const kind = receiverKind(value);
  const id = kind === "mail" ? value : value.slice(kind.length + 1);
  return (
    <>
      <ChoiceField
        path={`${at}.receiver`}
        label={t("admin.overflow.receiver")}
        value={kind}
        options={RECEIVERS.map((each) => ({ value: each, label: t(`admin.overflow.to.${each}`) }))}
        onChange={(chosen) => onChange(chosen === "mail" || chosen === null ? null : `${chosen}:`)}
      />
      {kind === "mail" ? (
        <TextField
          path={at}
          label={t("admin.overflow.to.mail")}
          value={value}
          onChange={(typed) => onChange(typed || null)}
        />
      ) : (
        <ChoiceField
          path={at}
          label={t(`admin.overflow.to.${kind}`)}
          placeholder={t("admin.overflow.choose")}
          value={id || null}
          options={kind === "team" ? teams : people}
          nothing={t("admin.noMatch")}
          onChange={(chosen) => onChange(`${kind}:${chosen ?? ""}`)}
        />
      )}
    </>
  );
}

function useTeamOptions(): Option[] {
  const me = useMe();
  const teams = useTeams(may(me, "directory.view", "teams.manage"));
  return (teams.data ?? []).map((team) => ({ value: team.id, label: team.name }));
}

interface RelaxProps {
  value: readonly RelaxStep[];
  onChange: (value: RelaxStep[]) => void;
  required: readonly Expression[];
  /** The skills the queue asks for: only they can be dropped. */
  skills: readonly Option[];
  names: Names;
}

export function RelaxSteps({ value, onChange, required, skills, names }: RelaxProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const last = value.at(-1)?.after_s ?? 0;
  return (
    <OrderedList
      path="relax"
      items={value}
      onChange={onChange}
      sentence={(_, index) => relaxSentenceIn(t, locale, value, index, required, names)}
      editor={(step, index) => (
        <RelaxFields
          at={`relax.${index}`}
          step={step}
          skills={skills}
          names={names}
          onChange={(changed) => onChange(replaced(value, index, changed))}
        />
      )}
      fresh={() => ({ after_s: (Number.isFinite(last) ? last : 0) + 30, level_down: 1, drop: [], reach: null })}
      addWord={t("admin.relax.add")}
      empty={t("admin.relax.empty")}
    />
  );
}

interface RelaxFieldsProps {
  at: string;
  step: RelaxStep;
  skills: readonly Option[];
  names: Names;
  onChange: (step: RelaxStep) => void;
}

function RelaxFields({ at, step, skills, names, onChange }: RelaxFieldsProps) {
  const { t } = useTranslation();
  const gone = step.drop.filter((id) => !skills.some((skill) => skill.value === id));
  return (
    <div className={styles.grid}>
      <NumberField
        path={`${at}.after_s`}
        label={t("admin.relax.after")}
        suffix="s"
        min={0}
        value={step.after_s}
        onChange={(after) => onChange({ ...step, after_s: after ?? Number.NaN })}
      />
      <NumberField
        path={`${at}.level_down`}
        label={t("admin.relax.level")}
        min={0}
        max={4}
        value={step.level_down}
        onChange={(down) => onChange({ ...step, level_down: down ?? 0 })}
      />
      <SeveralField
        path={`${at}.drop`}
        label={t("admin.relax.drop")}
        placeholder={step.drop.length === 0 ? t("admin.relax.dropNone") : ""}
        options={[...skills, ...gone.map((id) => ({ value: id, label: names.get(id) ?? id }))]}
        value={step.drop}
        onChange={(drop) => onChange({ ...step, drop })}
      />
      <NumberField
        path={`${at}.reach`}
        label={t("admin.relax.reach")}
        placeholder={t("admin.relax.reachSame")}
        optional
        min={1}
        value={step.reach}
        onChange={(reach) => onChange({ ...step, reach })}
      />
    </div>
  );
}
