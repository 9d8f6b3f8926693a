import { IconClockCheck } from "@tabler/icons-react";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import admin from "../../../components/admin/admin.module.css";
import { ChoiceField, SeveralField, TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { Conditions } from "../../../components/Conditions";
import { options } from "../../../hooks/admin";
import { useMaySetUp, useOthers, useSetUpRows, type Others } from "../../../hooks/ticket-setup";
import { useDraft } from "../../../hooks/draft";
import { duration, seconds } from "../../../lib/tickets/duration";
import { bodyOf, lastPosition, policyTroubles, type PolicyBody, type PolicyDraft, type PolicyRow, type Targets as Promised, type TicketSetUp } from "../../../lib/tickets/setup";
import { CLOCK_KINDS, PRIORITIES, type ClockKind } from "../../../lib/tickets/types";
import { Loaded } from "../../admin/Loaded";
import { Chain } from "./Chain";
import { useConditionFields } from "./condition-fields";
import { OneOf, SetUpHistory, useBack, useSaveSetUp } from "./form";
import { useRetireSection } from "./Parts";
import { SortedList } from "./SortedList";
import { Targets } from "./Targets";

export function PolicyList() {
  const { t } = useTranslation();
  const least = (targets: Promised) => Math.min(...PRIORITIES.map((each) => targets[each]?.first_response ?? Infinity));
  return (
    <SortedList
      kind="policies"
      icon={<IconClockCheck size={32} stroke={1.5} aria-hidden />}
      about={(policy) => {
        const count = policy.conditions.all.length + policy.conditions.any.length;
        const first = least(policy.targets);
        return [
          count > 0 ? t("ticketSetUp.policies.conditionCount", { count }) : t("ticketSetUp.policies.everyTicket"),
          ...(Number.isFinite(first) ? [t("ticketSetUp.policies.leastFirst", { duration: duration(first) })] : []),
        ].join(" · ");
      }}
    />
  );
}

export function NewPolicy() {
  return (
    <Loaded queries={[useSetUpRows(), useOthers()]} back={useBack("policies")}>
      {(all, others) => <New all={all} others={others} />}
    </Loaded>
  );
}

function New({ all, others }: { all: TicketSetUp; others: Others }) {
  const fresh = useMemo<PolicyRow>(() => {
    // Before the last one, which as a rule takes every ticket.
    const live = all.policies.filter((policy) => !policy.retired);
    const last = live.at(-1);
    const pauses = all.states.filter((state) => state.state_class === "pending" && !state.retired).map((state) => state.id);
    return {
      id: "",
      version: 0,
      name: "",
      position: last && last.position > 0 ? last.position - 1 : lastPosition(all.policies),
      conditions: { all: [], any: [] },
      targets: {},
      pauses,
      chain: [],
      calendar_id: null,
      retired: false,
    };
  }, [all]);
  return <Form key="new" row={fresh} all={all} others={others} />;
}

export function PolicyForm() {
  const others = useOthers();
  return (
    <OneOf kind="policies">
      {(row, all) => (
        <Loaded queries={[others]} back={{ to: "/admin/tickets/policies", word: row.name }}>
          {(found) => <Form key={row.id} row={row} all={all} others={found} />}
        </Loaded>
      )}
    </OneOf>
  );
}

/** Of each priority and clock. */
function each<T>(value: (priority: (typeof PRIORITIES)[number], clock: ClockKind) => T): Record<(typeof PRIORITIES)[number], Record<ClockKind, T>> {
  const row = (priority: (typeof PRIORITIES)[number]) => Object.fromEntries(CLOCK_KINDS.map((clock) => [clock, value(priority, clock)])) as Record<ClockKind, T>;
  return Object.fromEntries(PRIORITIES.map((priority) => [priority, row(priority)])) as Record<(typeof PRIORITIES)[number], Record<ClockKind, T>>;
}

const draftOf = (row: PolicyRow): PolicyDraft => ({ ...bodyOf(row), targets: each((priority, clock) => duration(row.targets[priority]?.[clock])) });

const settingsOf = (value: PolicyDraft): PolicyBody => ({
  ...value,
  name: value.name.trim(),
  targets: each((priority, clock) => seconds(value.targets[priority][clock])),
});

function Form({ row, all, others }: { row: PolicyRow; all: TicketSetUp; others: Others }) {
  const { t } = useTranslation();
  const isNew = row.id === "";
  const save = useSaveSetUp("policies", row.id);
  const retire = useRetireSection();
  const manage = useMaySetUp();
  const fields = useConditionFields();
  const saved = useMemo(() => draftOf(row), [row]);
  const troubles = useCallback(
    (value: PolicyDraft) =>
      policyTroubles(
        value,
        all.policies.filter((other) => other.id !== row.id),
      ),
    [all, row.id],
  );
  const draft = useDraft<PolicyDraft>({
    saved,
    editable: manage,
    troubles,
    save: async (value) => {
      await save(settingsOf(value), draft.leaving);
    },
  });
  const { value, set } = draft;
  const states = all.states.filter((state) => !state.retired || value.pauses.includes(state.id));
  const calendars = [...others.calendars, ...(value.calendar_id && !others.calendars.some((one) => one.id === value.calendar_id) ? [{ id: value.calendar_id, name: value.calendar_id }] : [])];
  return (
    <FormPage
      title={isNew ? t("ticketSetUp.policies.new") : row.name}
      back={useBack("policies")}
      draft={draft}
      isNew={isNew}
      aside={!isNew && <SetUpHistory kind="policies" row={row} dirty={draft.dirty} />}
      sections={[
        {
          id: "general",
          title: t("ticketSetUp.policies.one"),
          ...(isNew ? {} : { lead: `${t("ticketSetUp.policies.version", { version: row.version })}. ${t("ticketSetUp.policies.versioned")}` }),
          paths: ["name"],
          content: <TextField path="name" label={t("admin.name")} required autoFocus={isNew} value={value.name} onChange={(name) => set({ name })} />,
        },
        {
          id: "conditions",
          title: t("ticketSetUp.policies.conditions"),
          lead: t("ticketSetUp.policies.conditionsLead"),
          paths: ["conditions"],
          content: (
            <Conditions
              path="conditions"
              value={value.conditions}
              fields={fields}
              empty={t("ticketSetUp.policies.everyTicket")}
              onChange={(conditions) => set({ conditions })}
            />
          ),
        },
        {
          id: "targets",
          title: t("ticketSetUp.policies.targets"),
          lead: t("ticketSetUp.policies.targetsLead"),
          paths: ["targets"],
          content: <Targets value={value.targets} onChange={(targets) => set({ targets })} />,
        },
        {
          id: "when",
          title: t("ticketSetUp.policies.when"),
          paths: ["calendar_id", "pauses"],
          content: (
            <div className={admin.grid}>
              <ChoiceField
                path="calendar_id"
                label={t("ticketSetUp.policies.calendar")}
                description={t("ticketSetUp.policies.calendarHint")}
                placeholder={t("ticketSetUp.policies.calendarNone")}
                clearable
                value={value.calendar_id}
                options={options(calendars)}
                onChange={(calendar_id) => set({ calendar_id })}
              />
              <SeveralField
                path="pauses"
                label={t("ticketSetUp.policies.pauses")}
                description={t("ticketSetUp.policies.pausesHint")}
                value={value.pauses}
                options={options(states)}
                onChange={(pauses) => set({ pauses })}
              />
            </div>
          ),
        },
        {
          id: "chain",
          title: t("ticketSetUp.policies.chain"),
          lead: t("ticketSetUp.policies.chainLead"),
          paths: ["chain"],
          content: <Chain chain={value.chain} others={others} onChange={(chain) => set({ chain })} />,
        },
        ...(isNew ? [] : [retire(value.retired, (retired) => set({ retired }))]),
      ]}
    />
  );
}
