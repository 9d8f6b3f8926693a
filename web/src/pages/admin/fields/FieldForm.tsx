import "../../../i18n/fields";
import { IconLock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { Loading } from "../../../components/Loading";
import { ChoiceList } from "../../../components/admin/ChoiceList";
import { Danger } from "../../../components/admin/Danger";
import { ChoiceField, SwitchField, TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import { Mark } from "../../../components/Mark";
import { Sentence } from "../../../components/Sentence";
import { useWrite } from "../../../hooks/admin";
import { useDraft, type Draft } from "../../../hooks/draft";
import { useProblemText } from "../../../hooks/words";
import { FIELD_TYPES, fieldTroubles, type FieldDraft, type FieldSettings, type FieldType, type FieldUse } from "../../../lib/admin/fields";
import { get } from "../../../lib/api";
import { Gone, Loaded } from "../Loaded";
import { useFieldSettings } from "./FieldList";

const useBack = () => ({ to: "/admin/fields", word: useTranslation().t("admin.area.fields") });
const fieldPath = (id: string) => `/customer-fields/${encodeURIComponent(id)}`;

export function NewCustomerField() {
  return (
    <Loaded queries={[useFieldSettings()]} back={useBack()}>
      {(fields) => {
        const position = Math.max(-1, ...fields.map((field) => field.position)) + 1;
        const fresh = { id: "", name: "", type: "text" as const, required: false, sensitive: false, choices: [], position };
        return <Form key="new" field={fresh} fields={fields} />;
      }}
    </Loaded>
  );
}

export function CustomerFieldForm() {
  const { id = "" } = useParams();
  const back = useBack();
  return (
    <Loaded queries={[useFieldSettings()]} back={back}>
      {(fields) => {
        const field = fields.find((one) => one.id === id);
        return field ? <Form key={id} field={field} fields={fields} /> : <Gone back={back} />;
      }}
    </Loaded>
  );
}

function Form({ field, fields }: { field: FieldSettings; fields: readonly FieldSettings[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  const back = useBack();
  const isNew = field.id === "";
  const saved = useMemo<FieldDraft>(
    () => ({
      name: field.name,
      type: field.type,
      required: field.required,
      sensitive: field.sensitive,
      choices: field.choices,
      position: field.position,
    }),
    [field],
  );
  const troubles = useCallback(
    (value: FieldDraft) =>
      fieldTroubles(
        value,
        fields.filter((other) => other.id !== field.id),
      ),
    [fields, field.id],
  );
  const draft = useDraft<FieldDraft>({
    saved,
    editable: true,
    troubles,
    save: async (value) => {
      const choices = value.type === "choice" ? value.choices.map((choice) => choice.trim()) : [];
      const body = { ...value, name: value.name.trim(), choices };
      if (!isNew) return write.replace(fieldPath(field.id), body);
      const made = await write.create<FieldSettings>("/customer-fields", body);
      draft.leaving.current = true;
      await navigate(`/admin/fields/${encodeURIComponent(made.id)}`, { replace: true });
    },
  });
  const { value } = draft;
  return (
    <FormPage
      title={isNew ? t("fields.new") : field.name}
      back={back}
      draft={draft}
      isNew={isNew}
      aside={
        !isNew && (
          <History
            subject={`customer-field:${field.id}`}
            name={field.name}
            act="customer_field.changed"
            dirty={draft.dirty}
          />
        )
      }
      sections={[
        {
          id: "general",
          title: t("fields.field"),
          paths: ["name", "type", "required", "sensitive", "position"],
          content: <General draft={draft} field={field} />,
        },
        ...(value.type === "choice"
          ? [{ id: "choices", title: t("fields.choices"), lead: isNew ? "" : t("fields.choiceGone"), paths: ["choices"], content: <Choices draft={draft} /> }]
          : []),
      ]}
      below={!isNew && <Delete field={field} onDelete={() => write.remove(fieldPath(field.id), draft, () => void navigate(back.to))} />}
    />
  );
}

function General({ draft: { value, set }, field }: { draft: Draft<FieldDraft>; field: FieldSettings }) {
  const { t } = useTranslation();
  const isNew = field.id === "";
  return (
    <>
      <TextField path="name" label={t("admin.name")} required autoFocus={isNew} value={value.name} onChange={(name) => set({ name })} />
      {isNew ? (
        <ChoiceField
          path="type"
          label={t("fields.type")}
          description={t(`fields.typeHint.${value.type}`)}
          value={value.type}
          options={FIELD_TYPES.map((type) => ({ value: type, label: t(`fields.types.${type}`) }))}
          onChange={(type) => set({ type: (type ?? "text") as FieldType })}
        />
      ) : (
        <div>
          <p>
            <span className="dim">{t("fields.type")}: </span>
            {t(`fields.types.${value.type}`)} <span className="dim">· {t("fields.id")}: </span>
            <code>{field.id}</code>
          </p>
          {field.sensitive && (
            <Mark icon={IconLock} tone="violet">
              {t("fields.marks.sensitive")}
            </Mark>
          )}
        </div>
      )}
      <SwitchField path="required" label={t("fields.required")} description={t("fields.requiredHint")} value={value.required} onChange={(required) => set({ required })} />
      {isNew && (
        <SwitchField
          path="sensitive"
          label={t("fields.sensitive")}
          description={t("fields.sensitiveHint")}
          value={value.sensitive}
          onChange={(sensitive) => set({ sensitive })}
        />
      )}
      <p className="dim small">{t("fields.fixed")}</p>
    </>
  );
}

function Choices({ draft: { value, set } }: { draft: Draft<FieldDraft> }) {
  const { t } = useTranslation();
  return (
    <ChoiceList
      path="choices"
      choices={value.choices}
      onChange={(choices) => set({ choices })}
      words={{ empty: t("fields.noChoices"), add: t("fields.addChoice"), choice: (number) => t("fields.choice", { number }) }}
    />
  );
}

function Delete({ field, onDelete }: { field: FieldSettings; onDelete: () => Promise<void> }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const use = useQuery({
    queryKey: ["admin", fieldPath(field.id), "use"],
    queryFn: ({ signal }) => get<FieldUse>(`${fieldPath(field.id)}/use`, {}, signal),
  });
  if (use.isPending) return <Loading bars={[20]} label={t("fields.useLoading")} />;
  if (use.isError) return <Sentence tone="red">{problemText(use.error)}</Sentence>;
  const segments = use.data.segments.map((name) => t("fields.usedSegment", { name }));
  const customers = use.data.customers > 0 ? [t("fields.usedCustomers", { count: use.data.customers })] : [];
  return <Danger name={field.name} word={t("fields.delete")} usedBy={[...segments, ...customers]} held={segments.length > 0} onDelete={onDelete} />;
}
