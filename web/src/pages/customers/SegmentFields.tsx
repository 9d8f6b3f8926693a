import { ActionIcon, Select } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ChoiceField, NumberField, TextField } from "../../components/admin/Fields";
import type { Draft } from "../../hooks/draft";
import { get } from "../../lib/api";
import type { Page } from "../../lib/contract";
import type { Customer, CustomerLine, CustomField, FieldValue } from "../../lib/customers";
import type { SegmentDraft } from "../../lib/segments";
import own from "./segments.module.css";

interface Props {
  draft: Draft<SegmentDraft>;
  fields: readonly CustomField[];
}

export function FilterFields({ draft: { value, set, fields: form }, fields }: Props) {
  const { t } = useTranslation();
  const tags = useQuery({ queryKey: ["customer-tags"], queryFn: () => get<{ items: string[] }>("/customer-tags") });
  const known = [...new Set([...(tags.data?.items ?? []), ...(value.tag ? [value.tag] : [])])];
  const vip = value.vip === null ? "any" : value.vip ? "yes" : "no";
  return (
    <>
      <div className={own.grid}>
        <TextField path="filter.q" label={t("customers.segments.q")} description={t("customers.segments.qHint")} value={value.q} onChange={(q) => set({ q })} />
        <ChoiceField
          path="filter.kind"
          label={t("customers.kind")}
          placeholder={t("customers.any")}
          clearable
          value={value.kind}
          options={(["person", "organisation"] as const).map((kind) => ({ value: kind, label: t(`customers.${kind}`) }))}
          onChange={(kind) => set({ kind: kind as SegmentDraft["kind"] })}
        />
        <ChoiceField
          path="filter.tag"
          label={t("customers.tag")}
          placeholder={t("customers.any")}
          clearable
          value={value.tag}
          options={known.map((tag) => ({ value: tag, label: tag }))}
          onChange={(tag) => set({ tag })}
        />
        <ChoiceField
          path="filter.vip"
          label={t("customers.vip")}
          value={vip}
          options={[
            { value: "any", label: t("customers.segments.vipAny") },
            { value: "yes", label: t("customers.segments.vipYes") },
            { value: "no", label: t("customers.segments.vipNo") },
          ]}
          onChange={(chosen) => set({ vip: chosen === "yes" ? true : chosen === "no" ? false : null })}
        />
        <TextField
          path="filter.language"
          label={t("customers.language")}
          description={t("customers.form.languageHint")}
          value={value.language ?? ""}
          onChange={(language) => set({ language })}
        />
        <Organisation value={value.organisation} editable={form.editable} onChange={(organisation) => set({ organisation })} />
      </div>
      <OwnFields draft={{ value, set, fields: form }} fields={fields.filter((field) => !field.sensitive)} />
    </>
  );
}

interface OrganisationProps {
  value: string | null;
  editable: boolean;
  onChange: (id: string | null) => void;
}

function Organisation({ value, editable, onChange }: OrganisationProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const found = useQuery({
    queryKey: ["customers", "organisations", typed],
    queryFn: ({ signal }) => get<Page<CustomerLine>>("/customers", { kind: "organisation", q: typed, limit: 20 }, signal),
    placeholderData: (before) => before,
  });
  const chosen = useQuery({
    queryKey: ["customer", value],
    queryFn: ({ signal }) => get<Customer>(`/customers/${encodeURIComponent(value ?? "")}`, {}, signal),
    enabled: value !== null,
  });
  const options = new Map((found.data?.items ?? []).map((row) => [row.id, row.name]));
  if (value !== null) options.set(value, chosen.data?.name ?? t("customers.segments.organisationKept"));
  return (
    <Select
      data-path="filter.organisation"
      label={t("customers.segments.organisation")}
      description={t("customers.segments.organisationHint")}
      inputWrapperOrder={["label", "input", "description", "error"]}
      placeholder={t("customers.any")}
      data={[...options].map(([id, label]) => ({ value: id, label }))}
      value={value}
      searchable
      clearable={editable}
      // The server has searched already.
      filter={({ options: all }) => all}
      onSearchChange={(text) => setTyped(text === chosen.data?.name ? "" : text)}
      onChange={onChange}
    />
  );
}

function OwnFields({ draft: { value, set, fields: form }, fields }: { draft: Pick<Draft<SegmentDraft>, "value" | "set" | "fields">; fields: readonly CustomField[] }) {
  const { t } = useTranslation();
  const asked = Object.keys(value.fields);
  const left = fields.filter((field) => !asked.includes(field.id));
  const put = (id: string, given: FieldValue) => set({ fields: { ...value.fields, [id]: given } });
  return (
    <div className="stack">
      {asked.map((id) => {
        const field = fields.find((one) => one.id === id);
        const name = field?.name ?? id;
        return (
          <div key={id} className={own.line}>
            <Value id={id} name={name} type={field?.type ?? "text"} choices={field?.choices ?? []} value={value.fields[id] ?? null} onChange={(given) => put(id, given)} />
            {form.editable && (
              <ActionIcon
                variant="subtle"
                color="gray"
                c="var(--cc-dim)"
                size={36}
                aria-label={t("customers.segments.removeField", { name })}
                title={t("customers.segments.removeField", { name })}
                onClick={() => set({ fields: Object.fromEntries(Object.entries(value.fields).filter(([each]) => each !== id)) })}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            )}
          </div>
        );
      })}
      {form.editable && left.length > 0 && (
        <Select
          className={own.add ?? ""}
          aria-label={t("customers.segments.addField")}
          placeholder={t("customers.segments.addField")}
          data={left.map((field) => ({ value: field.id, label: field.name }))}
          value={null}
          searchable
          onChange={(id) => {
            const field = fields.find((one) => one.id === id);
            if (field) put(field.id, field.type === "yes-no" ? true : field.type === "choice" ? (field.choices[0] ?? null) : null);
          }}
        />
      )}
    </div>
  );
}

interface ValueProps {
  id: string;
  name: string;
  type: CustomField["type"];
  choices: readonly string[];
  value: FieldValue;
  onChange: (value: FieldValue) => void;
}

/** Left empty, it asks for customers who have none. */
function Value({ id, name, type, choices, value, onChange }: ValueProps) {
  const { t } = useTranslation();
  const path = `filter.fields.${id}`;
  const nothing = t("customers.segments.unset");
  if (type === "number")
    return <NumberField path={path} label={name} placeholder={nothing} optional decimals={6} value={typeof value === "number" ? value : null} onChange={onChange} />;
  if (type === "yes-no")
    return (
      <ChoiceField
        path={path}
        label={name}
        placeholder={nothing}
        clearable
        value={value === null ? null : String(value)}
        options={[
          { value: "true", label: t("customers.form.yes") },
          { value: "false", label: t("customers.form.no") },
        ]}
        onChange={(given) => onChange(given === null ? null : given === "true")}
      />
    );
  if (type === "choice")
    return (
      <ChoiceField
        path={path}
        label={name}
        placeholder={nothing}
        clearable
        value={typeof value === "string" && value ? value : null}
        options={choices.map((choice) => ({ value: choice, label: choice }))}
        onChange={onChange}
      />
    );
  return (
    <TextField
      path={path}
      label={name}
      placeholder={nothing}
      type={type === "date" ? "date" : "text"}
      value={typeof value === "string" ? value : ""}
      onChange={(text) => onChange(text || null)}
    />
  );
}
