import { Button, Checkbox, NumberInput, Select, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker, useNavigate, useParams, useSearchParams } from "react-router";
import { PageSkeleton } from "../../components/PageSkeleton";
import { Sentence } from "../../components/Sentence";
import { useUnload } from "../../hooks/draft";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { get, Problem, request } from "../../lib/api";
import {
  bodyOf,
  IDENTITY_KINDS,
  NEW_CUSTOMER,
  type Customer,
  type CustomerBody,
  type CustomerLine,
  type CustomField,
  type FieldValue,
} from "../../lib/customers";
import { useCustomFields } from "./CustomerPage";
import styles from "./customers.module.css";

export function CustomerForm() {
  const { t } = useTranslation();
  const { id } = useParams();
  const [params] = useSearchParams();
  const problemText = useProblemText();
  const query = useQuery({
    queryKey: ["customer", id],
    queryFn: () => get<Customer>(`/customers/${encodeURIComponent(id ?? "")}`),
    enabled: id !== undefined,
  });
  const fields = useCustomFields();
  if (query.error) return <Sentence tone="red">{t("customers.failed", { detail: problemText(query.error) })}</Sentence>;
  if ((id !== undefined && !query.data) || fields.isPending) return <PageSkeleton />;
  const phone = params.get("phone");
  const prefilled: CustomerBody = {
    ...NEW_CUSTOMER,
    name: params.get("name") ?? "",
    identities: phone ? [{ kind: "phone", value: phone, channel: "", label: "" }] : [],
  };
  return (
    <Form
      id={query.data?.id ?? null}
      start={query.data ? bodyOf(query.data) : prefilled}
      known={query.data ?? null}
      fields={fields.data?.items ?? []}
    />
  );
}

interface FormProps {
  id: string | null;
  start: CustomerBody;
  known: Customer | null;
  fields: readonly CustomField[];
}

function Form({ id, start, known, fields }: FormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const problemText = useProblemText();
  const [body, setBody] = useState(start);
  const [done, setDone] = useState(false);
  const dirty = !done && JSON.stringify(body) !== JSON.stringify(start);
  useUnload(dirty);
  const blocker = useBlocker(dirty);
  const title = known ? t("customers.form.edit", { name: known.name }) : t("customers.form.new");
  useTitle(title);
  const save = useMutation({
    mutationFn: () => request<Customer>(id ? "PUT" : "POST", id ? `/customers/${id}` : "/customers", { body }),
    onSuccess: async (saved) => {
      setDone(true);
      await client.invalidateQueries({ queryKey: ["customer"] });
      void client.invalidateQueries({ queryKey: ["customers"] });
      setTimeout(() => void navigate(`/customers/${saved.id}`, { replace: true }));
    },
  });
  const trouble = save.error instanceof Problem ? save.error : null;
  const at = typeof trouble?.extra.field === "string" ? trouble.extra.field : "";
  const wrong = (field: string) => (at === field || at.startsWith(`${field}.`) ? trouble?.detail.replace(`${at}: `, "") : undefined);
  const set = (part: Partial<CustomerBody>) => setBody({ ...body, ...part });
  return (
    <div className={styles.page}>
      <h1>{title}</h1>
      {blocker.state === "blocked" && (
        <Sentence
          tone="amber"
          action={
            <Button size="compact-sm" variant="default" onClick={() => blocker.proceed()}>
              {t("customers.form.leave")}
            </Button>
          }
        >
          {t("customers.form.unsaved")}
        </Sentence>
      )}
      <form
        className={styles.form}
        noValidate
        aria-label={title}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <section className={`panel ${styles.card ?? ""}`} aria-label={t("customers.about")}>
          <h2>{t("customers.about")}</h2>
          <Plain body={body} set={set} wrong={wrong} known={known} />
        </section>
        <Identities body={body} set={set} wrong={wrong} />
        <Addresses body={body} set={set} />
        {fields.length > 0 && (
          <section className={`panel ${styles.card ?? ""}`} aria-label={t("customers.fields")}>
            <h2>{t("customers.fields")}</h2>
            <div className={styles.grid}>
              {fields.map((field) => (
                <Custom
                  key={field.id}
                  field={field}
                  value={body.fields[field.id] ?? null}
                  error={wrong(`fields.${field.id}`)}
                  onChange={(value) => set({ fields: { ...body.fields, [field.id]: value } })}
                />
              ))}
            </div>
          </section>
        )}
        {save.isError && <Sentence tone="red">{t("customers.form.failed", { detail: problemText(save.error) })}</Sentence>}
        <div className="row">
          <Button type="submit" loading={save.isPending}>
            {t("customers.form.save")}
          </Button>
          <Button variant="default" onClick={() => void navigate(id ? `/customers/${id}` : "/customers")}>
            {t("customers.form.cancel")}
          </Button>
        </div>
      </form>
    </div>
  );
}

interface PartProps {
  body: CustomerBody;
  set: (part: Partial<CustomerBody>) => void;
  wrong: (field: string) => string | undefined;
}

function Plain({ body, set, wrong, known }: PartProps & { known: Customer | null }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState("");
  const found = useQuery({
    queryKey: ["organisations", asked],
    queryFn: () => get<{ items: CustomerLine[] }>("/customers", { kind: "organisation", q: asked, limit: 20 }),
    enabled: body.kind === "person",
  });
  const organisations = new Map((found.data?.items ?? []).map((item) => [item.id, item.name]));
  if (known?.organisation) organisations.set(known.organisation.id, known.organisation.name);
  const text = (field: "name" | "called" | "language" | "timezone", hint?: string) => (
    <TextInput
      label={t(`customers.${field}`)}
      description={hint}
      maxLength={200}
      required={field === "name"}
      error={wrong(field)}
      value={body[field]}
      onChange={(event) => set({ [field]: event.currentTarget.value })}
    />
  );
  return (
    <div className={styles.grid}>
      {text("name")}
      {text("called", t("customers.form.calledHint"))}
      <Select
        label={t("customers.kind")}
        allowDeselect={false}
        data={(["person", "organisation"] as const).map((value) => ({ value, label: t(`customers.${value}`) }))}
        value={body.kind}
        onChange={(kind) =>
          set(kind === "organisation" ? { kind, organisation_id: null } : { kind: "person" })
        }
      />
      <Select
        label={t("customers.organisation")}
        disabled={body.kind === "organisation"}
        clearable
        searchable
        onSearchChange={setAsked}
        error={wrong("organisation_id")}
        data={[...organisations].map(([value, label]) => ({ value, label }))}
        value={body.organisation_id}
        onChange={(organisation_id) => set({ organisation_id })}
      />
      {text("language", t("customers.form.languageHint"))}
      {text("timezone", t("customers.form.timezoneHint"))}
      <NumberInput
        label={t("customers.priority")}
        description={t("customers.form.priorityHint")}
        min={-1000}
        max={1000}
        allowDecimal={false}
        error={wrong("priority")}
        value={body.priority}
        onChange={(priority) => set({ priority: Number(priority) || 0 })}
      />
      <TagsInput
        label={t("customers.tags")}
        description={t("customers.form.tagsHint")}
        error={wrong("tags")}
        value={body.tags}
        onChange={(tags) => set({ tags })}
      />
      <Checkbox label={t("customers.vip")} checked={body.vip} onChange={(event) => set({ vip: event.currentTarget.checked })} />
    </div>
  );
}

function Identities({ body, set, wrong }: PartProps) {
  const { t } = useTranslation();
  const rows = body.identities;
  const change = (place: number, part: Partial<(typeof rows)[number]>) =>
    set({ identities: rows.map((row, index) => (index === place ? { ...row, ...part } : row)) });
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={t("customers.reached")}>
      <h2>{t("customers.reached")}</h2>
      {rows.map((row, place) => (
        <div key={place} className={styles.line} role="group" aria-label={`${t("customers.reached")} ${place + 1}`}>
          <Select
            label={t("customers.form.identityKind")}
            allowDeselect={false}
            data={IDENTITY_KINDS.map((value) => ({ value, label: t(`customers.${value}`) }))}
            value={row.kind}
            onChange={(kind) => change(place, { kind: IDENTITY_KINDS.find((each) => each === kind) ?? "phone" })}
          />
          <TextInput
            label={t("customers.form.identityValue")}
            error={wrong(`identities.${place}`)}
            value={row.value}
            onChange={(event) => change(place, { value: event.currentTarget.value })}
          />
          <TextInput
            label={t("customers.form.identityChannel")}
            disabled={row.kind === "phone" || row.kind === "email"}
            value={row.channel}
            onChange={(event) => change(place, { channel: event.currentTarget.value })}
          />
          <TextInput
            label={t("customers.form.identityLabel")}
            value={row.label}
            onChange={(event) => change(place, { label: event.currentTarget.value })}
          />
          <Button
            variant="default"
            aria-label={t("customers.form.removeIdentity", { number: place + 1 })}
            onClick={() => set({ identities: rows.filter((_, index) => index !== place) })}
          >
            <IconTrash size={16} aria-hidden />
          </Button>
        </div>
      ))}
      <Button
        style={{ alignSelf: "flex-start" }}
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => set({ identities: [...rows, { kind: "phone", value: "", channel: "", label: "" }] })}
      >
        {t("customers.form.addIdentity")}
      </Button>
    </section>
  );
}

const PARTS = ["postcode", "city", "region", "country"] as const;
const NO_ADDRESS = { label: "", lines: "", postcode: "", city: "", region: "", country: "" };

function Addresses({ body, set }: Omit<PartProps, "wrong">) {
  const { t } = useTranslation();
  const rows = body.addresses;
  const change = (place: number, part: Partial<(typeof rows)[number]>) =>
    set({ addresses: rows.map((row, index) => (index === place ? { ...row, ...part } : row)) });
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={t("customers.addresses")}>
      <h2>{t("customers.addresses")}</h2>
      {rows.map((row, place) => (
        <div key={place} className={styles.grid} role="group" aria-label={`${t("customers.addresses")} ${place + 1}`}>
          <Textarea
            label={t("customers.form.lines")}
            autosize
            value={row.lines}
            onChange={(event) => change(place, { lines: event.currentTarget.value })}
          />
          <TextInput
            label={t("customers.form.identityLabel")}
            value={row.label}
            onChange={(event) => change(place, { label: event.currentTarget.value })}
          />
          {PARTS.map((part) => (
            <TextInput
              key={part}
              label={t(`customers.form.${part}`)}
              value={row[part]}
              onChange={(event) => change(place, { [part]: event.currentTarget.value })}
            />
          ))}
          <Button
            variant="default"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => set({ addresses: rows.filter((_, index) => index !== place) })}
          >
            {t("customers.form.removeAddress", { number: place + 1 })}
          </Button>
        </div>
      ))}
      <Button
        style={{ alignSelf: "flex-start" }}
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => set({ addresses: [...rows, NO_ADDRESS] })}
      >
        {t("customers.form.addAddress")}
      </Button>
    </section>
  );
}

interface CustomProps {
  field: CustomField;
  value: FieldValue;
  error: string | undefined;
  onChange: (value: FieldValue) => void;
}

function Custom({ field, value, error, onChange }: CustomProps) {
  const { t } = useTranslation();
  const common = {
    label: field.name,
    required: field.required,
    error,
    description: field.sensitive ? t("customers.form.sensitiveHint") : undefined,
  };
  if (field.type === "choice")
    return <Select {...common} clearable data={field.choices} value={typeof value === "string" ? value : null} onChange={onChange} />;
  if (field.type === "yes-no")
    return (
      <Select
        {...common}
        clearable
        placeholder={t("customers.form.unset")}
        data={[
          { value: "yes", label: t("customers.form.yes") },
          { value: "no", label: t("customers.form.no") },
        ]}
        value={typeof value === "boolean" ? (value ? "yes" : "no") : null}
        onChange={(chosen) => onChange(chosen === null ? null : chosen === "yes")}
      />
    );
  if (field.type === "number")
    return (
      <NumberInput
        {...common}
        value={typeof value === "number" ? value : ""}
        onChange={(typed) => onChange(typed === "" ? null : Number(typed))}
      />
    );
  return (
    <TextInput
      {...common}
      type={field.type === "date" ? "date" : "text"}
      value={typeof value === "string" ? value : ""}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  );
}
