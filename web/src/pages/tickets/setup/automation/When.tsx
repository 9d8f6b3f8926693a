import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import admin from "../../../../components/admin/admin.module.css";
import { ChoiceField, NumberField, SeveralField } from "../../../../components/admin/Fields";
import { OrderedList } from "../../../../components/admin/OrderedList";
import { options } from "../../../../hooks/admin";
import { useFields } from "../../../../hooks/draft";
import { useSetUpRows } from "../../../../hooks/ticket-setup";
import { replaced } from "../../../../lib/admin/draft";
import { EVENTS, SINCE, type Became, type RuleBody, type RuleEvent, type Since, type Timer } from "../../../../lib/tickets/automation";
import { CLOCK_KINDS, type ClockKind, type Scalar } from "../../../../lib/tickets/types";
import { useConditionFields } from "../condition-fields";
import { useRuleWords } from "./rule-words";
import { ValueField } from "./ValueField";

interface WhenProps {
  value: RuleBody;
  set: (part: Partial<RuleBody>) => void;
}

/** What a rule answers: something that happens, or time that has passed. */
export function When({ value, set }: WhenProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  const timed = value.timer !== null;
  return (
    <>
      <SegmentedControl
        aria-label={t("ticketAutomation.rules.kind")}
        disabled={!editable}
        style={{ alignSelf: "flex-start" }}
        value={timed ? "time" : "event"}
        onChange={(kind) =>
          set(kind === "time" ? { timer: value.timer ?? { since: "we_wait", hours: 72, states: [] }, actions: value.actions.filter((action) => action.do !== "stop") } : { timer: null, events: value.events.length > 0 ? value.events : ["made"] })
        }
        data={[
          { value: "event", label: t("ticketAutomation.rules.kindEvent") },
          { value: "time", label: t("ticketAutomation.rules.kindTime") },
        ]}
      />
      {value.timer ? <TimerFields timer={value.timer} onChange={(timer) => set({ timer })} /> : <EventFields value={value} set={set} />}
    </>
  );
}

function EventFields({ value, set }: WhenProps) {
  const { t } = useTranslation();
  const clocked = value.events.includes("warned") || value.events.includes("breached");
  const changed = value.events.includes("made") || value.events.includes("changed");
  return (
    <>
      <div className={admin.grid}>
        <SeveralField
          path="events"
          label={t("ticketAutomation.rules.events")}
          description={t("ticketAutomation.rules.eventsHint")}
          value={value.events}
          options={EVENTS.map((event) => ({ value: event, label: t(`ticketAutomation.event.${event}`) }))}
          onChange={(events) => set({ events: events as RuleEvent[] })}
        />
        {clocked && (
          <ChoiceField
            path="clock"
            label={t("ticketAutomation.rules.clock")}
            placeholder={t("ticketAutomation.rules.clockAny")}
            clearable
            value={value.clock}
            options={CLOCK_KINDS.map((clock) => ({ value: clock, label: t(`tickets.clock.${clock}`) }))}
            onChange={(clock) => set({ clock: clock as ClockKind | null })}
          />
        )}
      </div>
      {changed && (
        <div>
          <h3>{t("ticketAutomation.rules.became")}</h3>
          <BecameFields became={value.became} onChange={(became) => set({ became })} />
        </div>
      )}
    </>
  );
}

/** What no change is ever told of. */
const STILL: readonly string[] = ["made_at", "changed_at", "due_at", "number"];

function BecameFields({ became, onChange }: { became: readonly Became[]; onChange: (became: Became[]) => void }) {
  const { t } = useTranslation();
  const words = useRuleWords();
  const fields = useConditionFields().filter((each) => !STILL.includes(each.field));
  const any = t("ticketAutomation.rules.becameAny");
  return (
    <OrderedList
      path="became"
      items={became}
      onChange={onChange}
      sentence={words.became}
      editor={(each, index) => {
        const put = (part: Partial<Became>) => onChange(replaced(became, index, { ...each, ...part }));
        const found = fields.find((one) => one.field === each.field) ?? { field: each.field, label: each.field, kind: "text" as const };
        // One of several words is asked for as one.
        const single = found.kind === "list" ? { ...found, kind: found.options ? ("choice" as const) : ("text" as const) } : found;
        return (
          <div className={admin.grid}>
            <ChoiceField
              path={`became.${index}.field`}
              label={t("ticketAutomation.rules.becameField")}
              value={each.field}
              options={fields.map((one) => ({ value: one.field, label: one.label }))}
              onChange={(field) => field && put({ field, before: null, after: null })}
            />
            <ValueField path={`became.${index}.before`} label={t("ticketAutomation.rules.becameBefore")} field={single} value={each.before} nothing={any} onChange={(before) => put({ before: before as Scalar })} />
            <ValueField path={`became.${index}.after`} label={t("ticketAutomation.rules.becameAfter")} field={single} value={each.after} nothing={any} onChange={(after) => put({ after: after as Scalar })} />
          </div>
        );
      }}
      fresh={(): Became => ({ field: "state", before: null, after: null })}
      addWord={t("ticketAutomation.rules.becameAdd")}
      empty={t("ticketAutomation.rules.becameEmpty")}
    />
  );
}

function TimerFields({ timer, onChange }: { timer: Timer; onChange: (timer: Timer) => void }) {
  const { t } = useTranslation();
  const states = useSetUpRows().data?.states.filter((state) => !state.retired || timer.states.includes(state.id));
  return (
    <div className={admin.grid}>
      <NumberField
        path="timer.hours"
        label={t("ticketAutomation.rules.hours")}
        suffix={t("ticketAutomation.rules.hoursUnit")}
        decimals={2}
        min={0}
        value={timer.hours}
        onChange={(hours) => onChange({ ...timer, hours: hours ?? Number.NaN })}
      />
      <ChoiceField
        path="timer.since"
        label={t("ticketAutomation.rules.since")}
        value={timer.since}
        options={SINCE.map((since) => ({ value: since, label: t(`ticketAutomation.since.${since}`) }))}
        onChange={(since) => onChange({ ...timer, since: (since ?? "made") as Since })}
      />
      {timer.since === "state" && (
        <SeveralField path="timer.states" label={t("ticketAutomation.rules.states")} value={timer.states} options={options(states)} onChange={(chosen) => onChange({ ...timer, states: chosen })} />
      )}
    </div>
  );
}
