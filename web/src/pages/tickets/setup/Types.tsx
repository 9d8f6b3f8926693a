import { IconTicket } from "@tabler/icons-react";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import admin from "../../../components/admin/admin.module.css";
import { ChoiceField, NumberField, SwitchField, TextAreaField, TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { options } from "../../../hooks/admin";
import { useMaySetUp, useOthers, useSetUpRows, type Others } from "../../../hooks/ticket-setup";
import { useDraft, type Draft } from "../../../hooks/draft";
import { bodyOf, DONE, lastPosition, typeTroubles, type TicketSetUp, type TypeBody, type TypeRow } from "../../../lib/tickets/setup";
import { PRIORITIES, type Priority } from "../../../lib/tickets/types";
import { Loaded } from "../../admin/Loaded";
import { PriorityMark } from "../parts";
import { OneOf, SetUpHistory, useBack, useSaveSetUp } from "./form";
import { FormBuilder } from "./FormBuilder";
import { useRetireSection } from "./Parts";
import { Remove } from "./Remove";
import { SkillsAsked } from "./SkillsAsked";
import { SortedList } from "./SortedList";
import { Workflow } from "./Workflow";

export function TypeList() {
  const { t } = useTranslation();
  return (
    <SortedList
      kind="types"
      icon={<IconTicket size={32} stroke={1.5} aria-hidden />}
      about={(type, all) => {
        const state = all.states.find((each) => each.id === type.initial_state)?.name ?? type.initial_state;
        const parts = [t("ticketSetUp.types.begins", { state }), t("ticketSetUp.types.ways", { count: type.transitions.length })];
        if (type.form.length > 0) parts.push(t("ticketSetUp.types.fields", { count: type.form.length }));
        return type.description || parts.join(" · ");
      }}
      marks={(type) => <PriorityMark priority={type.priority} />}
    />
  );
}

export function NewType() {
  return (
    <Loaded queries={[useSetUpRows(), useOthers()]} back={useBack("types")}>
      {(all, others) => <New all={all} others={others} />}
    </Loaded>
  );
}

function New({ all, others }: { all: TicketSetUp; others: Others }) {
  // A new type begins with the ways of the first one: a workflow from nothing is seldom what is wanted.
  const fresh = useMemo<TypeRow>(() => {
    const model = all.types.find((type) => !type.retired);
    const first = model?.initial_state ?? all.states.find((state) => !DONE.includes(state.state_class))?.id ?? "";
    return {
      id: "",
      name: "",
      description: "",
      initial_state: first,
      priority: "medium",
      queue_id: null,
      team_id: null,
      transitions: model?.transitions ?? [],
      form: [],
      close_after_days: 7,
      for_customers: true,
      customer_mails: true,
      push: false,
      skills: [],
      position: lastPosition(all.types),
      retired: false,
    };
  }, [all]);
  return <Form key="new" row={fresh} all={all} others={others} />;
}

export function TypeForm() {
  const others = useOthers();
  return (
    <OneOf kind="types">
      {(row, all) => (
        <Loaded queries={[others]} back={{ to: "/admin/tickets/types", word: row.name }}>
          {(found) => <Form key={row.id} row={row} all={all} others={found} />}
        </Loaded>
      )}
    </OneOf>
  );
}

function Form({ row, all, others }: { row: TypeRow; all: TicketSetUp; others: Others }) {
  const { t } = useTranslation();
  const isNew = row.id === "";
  const save = useSaveSetUp("types", row.id);
  const retire = useRetireSection();
  const manage = useMaySetUp();
  const saved = useMemo<TypeBody>(() => bodyOf(row), [row]);
  const troubles = useCallback(
    (value: TypeBody) =>
      typeTroubles(
        value,
        all.types.filter((other) => other.id !== row.id),
        all.states,
      ),
    [all, row.id],
  );
  const draft = useDraft<TypeBody>({
    saved,
    editable: manage,
    troubles,
    save: async (value) => {
      await save({ ...value, name: value.name.trim() }, draft.leaving);
    },
  });
  const { value, set } = draft;
  return (
    <FormPage
      title={isNew ? t("ticketSetUp.types.new") : row.name}
      back={useBack("types")}
      draft={draft}
      isNew={isNew}
      aside={!isNew && <SetUpHistory kind="types" row={row} dirty={draft.dirty} />}
      sections={[
        {
          id: "general",
          title: t("ticketSetUp.types.one"),
          paths: ["name", "description", "initial_state", "priority", "for_customers", "customer_mails", "close_after_days"],
          content: <General draft={draft} all={all} isNew={isNew} />,
        },
        {
          id: "where",
          title: t("ticketSetUp.types.where"),
          paths: ["queue_id", "team_id"],
          content: (
            <div className={admin.grid}>
              <ChoiceField
                path="queue_id"
                label={t("ticketSetUp.types.queue")}
                description={t("ticketSetUp.types.queueHint")}
                placeholder={t("ticketSetUp.types.nobody")}
                clearable
                value={value.queue_id}
                options={options(others.queues)}
                onChange={(queue_id) => set({ queue_id })}
              />
              <ChoiceField
                path="team_id"
                label={t("ticketSetUp.types.team")}
                placeholder={t("ticketSetUp.types.nobody")}
                clearable
                value={value.team_id}
                options={options(others.teams)}
                onChange={(team_id) => set({ team_id })}
              />
            </div>
          ),
        },
        {
          id: "push",
          title: t("ticketSetUp.types.push"),
          lead: t("ticketSetUp.types.pushLead"),
          paths: ["push", "skills"],
          content: (
            <>
              <SwitchField
                path="push"
                label={t("ticketSetUp.types.pushed")}
                description={t("ticketSetUp.types.pushedHint")}
                value={value.push}
                onChange={(push) => set({ push })}
              />
              {value.push && <SkillsAsked path="skills" asked={value.skills} skills={others.skills} onChange={(skills) => set({ skills })} />}
            </>
          ),
        },
        {
          id: "workflow",
          title: t("ticketSetUp.types.workflow"),
          lead: t("ticketSetUp.types.workflowLead"),
          paths: ["transitions"],
          content: <Workflow draft={draft} all={all} others={others} />,
        },
        {
          id: "form",
          title: t("ticketSetUp.types.form"),
          lead: t("ticketSetUp.types.formLead"),
          paths: ["form"],
          content: <FormBuilder form={value.form} fields={all.fields} onChange={(form) => set({ form })} />,
        },
        ...(isNew ? [] : [retire(value.retired, (retired) => set({ retired }))]),
      ]}
      below={!isNew && manage && <Remove kind="types" row={row} all={all} leaving={draft.leaving} />}
    />
  );
}

function General({ draft: { value, set }, all, isNew }: { draft: Draft<TypeBody>; all: TicketSetUp; isNew: boolean }) {
  const { t } = useTranslation();
  const beginnings = all.states.filter((state) => (!state.retired && !DONE.includes(state.state_class)) || state.id === value.initial_state);
  return (
    <>
      <TextField path="name" label={t("admin.name")} required autoFocus={isNew} value={value.name} onChange={(name) => set({ name })} />
      <TextAreaField
        path="description"
        label={t("ticketSetUp.types.description")}
        description={t("ticketSetUp.types.descriptionHint")}
        rows={2}
        value={value.description}
        onChange={(description) => set({ description })}
      />
      <div className={admin.grid}>
        <ChoiceField
          path="initial_state"
          label={t("ticketSetUp.types.initial")}
          description={t("ticketSetUp.types.initialHint")}
          required
          value={value.initial_state || null}
          options={options(beginnings)}
          onChange={(state) => set({ initial_state: state ?? "" })}
        />
        <ChoiceField
          path="priority"
          label={t("ticketSetUp.types.priority")}
          description={t("ticketSetUp.types.priorityHint")}
          value={value.priority}
          options={PRIORITIES.map((each) => ({ value: each, label: t(`tickets.priorityOf.${each}`) }))}
          onChange={(priority) => set({ priority: (priority ?? "medium") as Priority })}
        />
        <NumberField
          path="close_after_days"
          label={t("ticketSetUp.types.close")}
          description={t("ticketSetUp.types.closeHint")}
          optional
          min={0}
          suffix={t("ticketSetUp.types.days")}
          value={value.close_after_days}
          onChange={(close_after_days) => set({ close_after_days })}
        />
      </div>
      <SwitchField
        path="for_customers"
        label={t("ticketSetUp.types.customers")}
        description={t("ticketSetUp.types.customersHint")}
        value={value.for_customers}
        onChange={(for_customers) => set({ for_customers })}
      />
      <SwitchField
        path="customer_mails"
        label={t("ticketSetUp.types.mails")}
        description={t("ticketSetUp.types.mailsHint")}
        value={value.customer_mails}
        onChange={(customer_mails) => set({ customer_mails })}
      />
    </>
  );
}
