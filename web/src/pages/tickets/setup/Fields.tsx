import { IconForms } from "@tabler/icons-react";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ChoiceList } from "../../../components/admin/ChoiceList";
import { ChoiceField, TextAreaField, TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { useMaySetUp, useSetUpRows } from "../../../hooks/ticket-setup";
import { useDraft } from "../../../hooks/draft";
import { bodyOf, FIELD_TYPES, fieldTroubles, hasChoices, lastPosition, type FieldBody, type FieldRow, type TicketSetUp } from "../../../lib/tickets/setup";
import { Loaded } from "../../admin/Loaded";
import { OneOf, SetUpHistory, useBack, useSaveSetUp } from "./form";
import { useRetireSection } from "./Parts";
import { Remove } from "./Remove";
import { SortedList } from "./SortedList";

export function FieldList() {
  const { t } = useTranslation();
  const inForms = (id: string, all: TicketSetUp) => all.types.filter((type) => type.form.some((slot) => slot.field === id)).length;
  return (
    <SortedList
      kind="fields"
      icon={<IconForms size={32} stroke={1.5} aria-hidden />}
      about={(field, all) => {
        const count = inForms(field.id, all);
        return `${t(`ticketSetUp.fields.types.${field.type}`)} · ${count > 0 ? t("ticketSetUp.fields.inTypes", { count }) : t("ticketSetUp.fields.inNone")}`;
      }}
    />
  );
}

export function NewField() {
  return (
    <Loaded queries={[useSetUpRows()]} back={useBack("fields")}>
      {(all) => <New all={all} />}
    </Loaded>
  );
}

function New({ all }: { all: TicketSetUp }) {
  const fresh = useMemo<FieldRow>(
    () => ({ id: "", name: "", help: "", type: "text", choices: [], position: lastPosition(all.fields), retired: false }),
    [all],
  );
  return <Form key="new" row={fresh} all={all} />;
}

export function FieldForm() {
  return <OneOf kind="fields">{(row, all) => <Form key={row.id} row={row} all={all} />}</OneOf>;
}

function Form({ row, all }: { row: FieldRow; all: TicketSetUp }) {
  const { t } = useTranslation();
  const isNew = row.id === "";
  const save = useSaveSetUp("fields", row.id);
  const retire = useRetireSection();
  const manage = useMaySetUp();
  const saved = useMemo<FieldBody>(() => bodyOf(row), [row]);
  const troubles = useCallback(
    (value: FieldBody) =>
      fieldTroubles(
        value,
        all.fields.filter((other) => other.id !== row.id),
      ),
    [all, row.id],
  );
  const draft = useDraft<FieldBody>({
    saved,
    editable: manage,
    troubles,
    save: async (value) => {
      const choices = hasChoices(value) ? value.choices.map((choice) => choice.trim()) : [];
      await save({ ...value, name: value.name.trim(), choices }, draft.leaving);
    },
  });
  const { value, set } = draft;
  return (
    <FormPage
      title={isNew ? t("ticketSetUp.fields.new") : row.name}
      back={useBack("fields")}
      draft={draft}
      isNew={isNew}
      aside={!isNew && <SetUpHistory kind="fields" row={row} dirty={draft.dirty} />}
      sections={[
        {
          id: "general",
          title: t("ticketSetUp.fields.one"),
          paths: ["name", "help", "type"],
          content: (
            <>
              <TextField path="name" label={t("admin.name")} required autoFocus={isNew} value={value.name} onChange={(name) => set({ name })} />
              <TextAreaField
                path="help"
                label={t("ticketSetUp.fields.help")}
                description={t("ticketSetUp.fields.helpHint")}
                rows={2}
                value={value.help}
                onChange={(help) => set({ help })}
              />
              {isNew ? (
                <ChoiceField
                  path="type"
                  label={t("ticketSetUp.fields.type")}
                  value={value.type}
                  options={FIELD_TYPES.map((type) => ({ value: type, label: t(`ticketSetUp.fields.types.${type}`) }))}
                  onChange={(type) => set({ type: (type ?? "text") as FieldBody["type"] })}
                />
              ) : (
                <div>
                  <p>
                    <span className="dim">{t("ticketSetUp.fields.type")}: </span>
                    {t(`ticketSetUp.fields.types.${row.type}`)} <span className="dim">· {t("ticketSetUp.fields.id")}: </span>
                    <code>{row.id}</code>
                  </p>
                  <p className="dim small">{t("ticketSetUp.fields.typeFixed")}</p>
                </div>
              )}
            </>
          ),
        },
        ...(hasChoices(value)
          ? [
              {
                id: "choices",
                title: t("ticketSetUp.fields.choices"),
                ...(isNew ? {} : { lead: t("ticketSetUp.fields.choicesLead") }),
                paths: ["choices"],
                content: (
                  <ChoiceList
                    path="choices"
                    choices={value.choices}
                    onChange={(choices) => set({ choices })}
                    words={{
                      empty: t("ticketSetUp.fields.noChoices"),
                      add: t("ticketSetUp.fields.addChoice"),
                      choice: (number) => t("ticketSetUp.fields.choice", { number }),
                    }}
                  />
                ),
              },
            ]
          : []),
        ...(isNew ? [] : [retire(value.retired, (retired) => set({ retired }))]),
      ]}
      below={!isNew && manage && <Remove kind="fields" row={row} all={all} leaving={draft.leaving} />}
    />
  );
}
