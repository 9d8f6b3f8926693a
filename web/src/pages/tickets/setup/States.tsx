import { IconProgress } from "@tabler/icons-react";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ChoiceField, TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { useMaySetUp, useSetUpRows } from "../../../hooks/ticket-setup";
import { useDraft } from "../../../hooks/draft";
import { bodyOf, lastPosition, stateTroubles, type StateBody, type StateRow, type TicketSetUp } from "../../../lib/tickets/setup";
import { STATE_CLASSES, type StateClass } from "../../../lib/tickets/types";
import { Loaded } from "../../admin/Loaded";
import { StateMark } from "../parts";
import { OneOf, SetUpHistory, useBack, useSaveSetUp } from "./form";
import { useRetireSection } from "./Parts";
import { Remove } from "./Remove";
import { SortedList } from "./SortedList";

export function StateList() {
  const { t } = useTranslation();
  return (
    <SortedList
      kind="states"
      icon={<IconProgress size={32} stroke={1.5} aria-hidden />}
      about={(state) => t("ticketSetUp.states.told", { name: state.customer_name })}
      marks={(state) => <StateMark state={{ id: state.id, name: t(`tickets.stateClass.${state.state_class}`) }} of={state.state_class} />}
    />
  );
}

export function NewState() {
  return (
    <Loaded queries={[useSetUpRows()]} back={useBack("states")}>
      {(all) => <New all={all} />}
    </Loaded>
  );
}

function New({ all }: { all: TicketSetUp }) {
  const fresh = useMemo<StateRow>(
    () => ({ id: "", name: "", customer_name: "", state_class: "pending", position: lastPosition(all.states), retired: false }),
    [all],
  );
  return <Form key="new" row={fresh} all={all} />;
}

export function StateForm() {
  return <OneOf kind="states">{(row, all) => <Form key={row.id} row={row} all={all} />}</OneOf>;
}

function Form({ row, all }: { row: StateRow; all: TicketSetUp }) {
  const { t } = useTranslation();
  const isNew = row.id === "";
  const save = useSaveSetUp("states", row.id);
  const retire = useRetireSection();
  const manage = useMaySetUp();
  const saved = useMemo<StateBody>(() => bodyOf(row), [row]);
  const troubles = useCallback(
    (value: StateBody) =>
      stateTroubles(
        value,
        all.states.filter((other) => other.id !== row.id),
      ),
    [all, row.id],
  );
  const draft = useDraft<StateBody>({
    saved,
    editable: manage,
    troubles,
    save: async (value) => {
      await save({ ...value, name: value.name.trim(), customer_name: value.customer_name.trim() }, draft.leaving);
    },
  });
  const { value, set } = draft;
  return (
    <FormPage
      title={isNew ? t("ticketSetUp.states.new") : row.name}
      back={useBack("states")}
      draft={draft}
      isNew={isNew}
      aside={!isNew && <SetUpHistory kind="states" row={row} dirty={draft.dirty} />}
      sections={[
        {
          id: "general",
          title: t("ticketSetUp.states.one"),
          paths: ["name", "customer_name", "state_class"],
          content: (
            <>
              <TextField path="name" label={t("ticketSetUp.states.name")} required autoFocus={isNew} value={value.name} onChange={(name) => set({ name })} />
              <TextField
                path="customer_name"
                label={t("ticketSetUp.states.customerName")}
                description={t("ticketSetUp.states.customerNameHint")}
                required
                value={value.customer_name}
                onChange={(customer_name) => set({ customer_name })}
              />
              {isNew ? (
                <ChoiceField
                  path="state_class"
                  label={t("ticketSetUp.states.class")}
                  description={t(`ticketSetUp.states.classHint.${value.state_class}`)}
                  value={value.state_class}
                  options={STATE_CLASSES.map((each) => ({ value: each, label: t(`tickets.stateClass.${each}`) }))}
                  onChange={(chosen) => set({ state_class: (chosen ?? "pending") as StateClass })}
                />
              ) : (
                <div className="stack">
                  <div className="row">
                    <span className="dim">{t("ticketSetUp.states.class")}</span>
                    <StateMark state={{ id: row.id, name: t(`tickets.stateClass.${row.state_class}`) }} of={row.state_class} />
                  </div>
                  <p className="dim small">
                    {t(`ticketSetUp.states.classHint.${row.state_class}`)} {t("ticketSetUp.states.classFixed")}
                  </p>
                </div>
              )}
            </>
          ),
        },
        ...(isNew ? [] : [retire(value.retired, (retired) => set({ retired }))]),
      ]}
      below={!isNew && manage && <Remove kind="states" row={row} all={all} leaving={draft.leaving} />}
    />
  );
}
