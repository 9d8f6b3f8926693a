import { useQuery, useQueryClient } from "@tanstack/react-query";
import { IconArrowLeft } from "@tabler/icons-react";
import { useEffect, useId, useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { useHolding } from "../../../hooks/uploads";
import { get, request } from "../../../lib/api";
import { OnceKeys } from "../../../lib/once";
import { Button, Field, Notice, Page, SelectField } from "../kit";
import { Loaded } from "../Loaded";
import { own } from "../session";
import { useAct } from "./act";
import { Attach } from "./Attach";
import { useChosenFiles } from "./files";
import { Submit } from "./Held";
import { Leave } from "./Leave";
import type { FieldValue, FormField, RequestForm, RequestForms, RequestOut } from "./types";

export function New() {
  const { t } = useTranslation();
  const forms = useQuery({ queryKey: own("ticket-forms"), queryFn: () => get<RequestForms>("/portal/ticket-forms") });
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <Page title={t("portal.tickets.new")} lead={t("portal.tickets.newLead")} narrow>
      <Link to="/tickets" className="pt-up">
        <IconArrowLeft size={18} aria-hidden />
        {t("portal.area.tickets")}
      </Link>
      <Loaded query={forms}>
        {({ items, most_bytes: most }) => {
          const form = items.find((each) => each.id === chosen) ?? (items.length === 1 ? items[0] : undefined);
          if (items.length === 0) return <Notice tone="grey">{t("portal.tickets.nothingToAsk")}</Notice>;
          if (!form) return <Kinds forms={items} onChoose={setChosen} />;
          return <Form key={form.id} form={form} mostBytes={most} onBack={items.length > 1 ? () => setChosen(null) : null} />;
        }}
      </Loaded>
    </Page>
  );
}

function Kinds({ forms, onChoose }: { forms: RequestForm[]; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("portal.tickets.which")}>
      <h2>{t("portal.tickets.which")}</h2>
      <ul className="pt-kinds">
        {forms.map((form) => (
          <li key={form.id}>
            <button type="button" className="panel" onClick={() => onChoose(form.id)}>
              <strong>{form.name}</strong>
              {form.description && <span className="dim small">{form.description}</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Form({ form, mostBytes, onBack }: { form: RequestForm; mostBytes: number; onBack: (() => void) | null }) {
  const { t } = useTranslation();
  const id = useId();
  const go = useNavigate();
  const queries = useQueryClient();
  const act = useAct("subject", "text", ...form.fields.map((field) => `fields.${field.id}`));
  const [subject, setSubject] = useState("");
  const [text, setText] = useState("");
  const [values, setValues] = useState<Record<string, FieldValue>>({});
  const files = useChosenFiles("/portal/ticket-files", mostBytes);
  const [tried, setTried] = useState(false);
  const [sent, setSent] = useState("");
  // Once the guard has let go.
  useEffect(() => {
    if (sent) void go(`/tickets/${encodeURIComponent(sent)}`, { replace: true });
  }, [sent, go]);
  const [keys] = useState(() => new OnceKeys());
  const out = async () => {
    const fields = Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));
    const body = { type: form.id, subject: subject.trim(), text: text.trim(), fields, attachments: files.ids };
    const done = await act.run("send", () => request<RequestOut>("POST", "/portal/tickets", { body, key: keys.of(body) }));
    if (!done) return;
    queries.setQueryData(own("ticket", done.value.number), done.value);
    void queries.invalidateQueries({ queryKey: own("tickets") });
    setSent(done.value.number);
  };
  const typed = subject.trim() !== "" || text.trim() !== "" || files.count > 0;
  const { busy, failed } = files.uploads;
  const { send: hold, ...held } = useHolding({ content: JSON.stringify([subject, text, values, files.count]), empty: !typed, busy, failed }, () => void out());
  const lacking = (field: FormField) => field.required && isEmpty(values[field.id]);
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (subject.trim() && text.trim() && !form.fields.some(lacking) && act.busy === "") hold(undefined);
  };
  const noText = tried && !text.trim() ? t("portal.tickets.textMissing") : act.wrong("text");
  return (
    <form className="panel p-form" noValidate onSubmit={send}>
      <div className="row wrap">
        <h2 className="grow">{form.name}</h2>
        {onBack && (
          <Button tone="quiet" onClick={onBack}>
            {t("portal.tickets.otherKind")}
          </Button>
        )}
      </div>
      <Field
        label={t("portal.tickets.subject")}
        hint={t("portal.tickets.subjectHint")}
        value={subject}
        maxLength={300}
        onChange={(event) => setSubject(event.currentTarget.value)}
        error={tried && !subject.trim() ? t("portal.tickets.subjectMissing") : act.wrong("subject")}
      />
      <div className="p-field">
        <label htmlFor={id}>{t("portal.tickets.text")}</label>
        <textarea
          id={id}
          rows={6}
          maxLength={20_000}
          value={text}
          aria-invalid={noText ? true : undefined}
          aria-describedby={noText ? `${id}-error` : undefined}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {noText && (
          <p id={`${id}-error`} className="p-wrong">
            {noText}
          </p>
        )}
      </div>
      {form.fields.map((field) => (
        <Asked
          key={field.id}
          field={field}
          value={values[field.id] ?? null}
          onChange={(value) => setValues((before) => ({ ...before, [field.id]: value }))}
          error={tried && lacking(field) ? t("portal.tickets.fieldMissing") : act.wrong(`fields.${field.id}`)}
        />
      ))}
      <Attach files={files} />
      {act.trouble && <Notice tone="red">{act.trouble}</Notice>}
      <Submit {...held} busy={act.busy === "send"} word={t("portal.tickets.submit")} />
      <Leave typing={sent === "" && typed} />
    </form>
  );
}

const isEmpty = (value: FieldValue | undefined) => value == null || value === "" || (Array.isArray(value) && value.length === 0);

interface AskedProps {
  field: FormField;
  value: FieldValue;
  onChange: (value: FieldValue) => void;
  error: string | null;
}

function Asked({ field, value, onChange, error }: AskedProps) {
  const { t } = useTranslation();
  const label = field.required ? field.name : t("portal.tickets.optional", { name: field.name });
  const hint = field.help || undefined;
  if (field.type === "choices") return <Several {...{ field, label, value, onChange, error }} />;
  if (field.type === "choice" || field.type === "yes-no") {
    const choices = field.type === "choice" ? field.choices.map((each) => [each, each] as const) : ([["yes", t("portal.tickets.yes")], ["no", t("portal.tickets.no")]] as const);
    const shown = typeof value === "boolean" ? (value ? "yes" : "no") : String(value ?? "");
    const take = (text: string) => onChange(text === "" ? null : field.type === "choice" ? text : text === "yes");
    return (
      <SelectField label={label} hint={hint} error={error} value={shown} onChange={(event) => take(event.currentTarget.value)}>
        <option value="">{t("portal.tickets.choose")}</option>
        {choices.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </SelectField>
    );
  }
  const number = field.type === "number";
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      type={number ? "number" : field.type === "date" ? "date" : "text"}
      step={number ? "any" : undefined}
      value={String(value ?? "")}
      onChange={(event) => onChange(number && event.currentTarget.value !== "" ? event.currentTarget.valueAsNumber : event.currentTarget.value)}
    />
  );
}

function Several({ field, label, value, onChange, error }: AskedProps & { label: string }) {
  const chosen = Array.isArray(value) ? value : [];
  const turn = (choice: string, on: boolean) => onChange(field.choices.filter((each) => (each === choice ? on : chosen.includes(each))));
  return (
    <fieldset className="pt-several" aria-invalid={error ? true : undefined}>
      <legend>{label}</legend>
      {field.help && <p className="dim small">{field.help}</p>}
      {field.choices.map((choice) => (
        <label key={choice}>
          <input type="checkbox" checked={chosen.includes(choice)} onChange={(event) => turn(choice, event.currentTarget.checked)} />
          {choice}
        </label>
      ))}
      {error && <p className="p-wrong">{error}</p>}
    </fieldset>
  );
}
