import { Button, Modal, SegmentedControl, Select, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { IconArrowLeft } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useBlocker, useNavigate, useSearchParams } from "react-router";
import { PageSkeleton } from "../../components/PageSkeleton";
import { Sentence } from "../../components/Sentence";
import { useUnload } from "../../hooks/draft";
import { may, useMe } from "../../hooks/session";
import { useSuggestionsFor } from "../../hooks/ticket-suggestions";
import { useChoices, useTicketSetUp } from "../../hooks/tickets";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { get, Problem, request } from "../../lib/api";
import type { Named } from "../../lib/contract";
import { newId } from "../../lib/ids";
import { PRIORITIES, type FieldSetUp, type FieldValue, type SetUp, type Ticket, type TypeSetUp } from "../../lib/tickets/types";
import { CustomerChoice } from "./CustomerChoice";
import { FieldInput } from "./FieldInput";
import { Suggested } from "./suggesting/Suggested";
import ticket from "./ticket.module.css";
import styles from "./new-ticket.module.css";

const NARROW = "(max-width: 480px)";

export function NewTicket() {
  const { t } = useTranslation();
  const me = useMe();
  const problemText = useProblemText();
  const [params] = useSearchParams();
  useTitle(t("tickets.make.title"));
  const setUp = useTicketSetUp();
  const customer = params.get("customer");
  const known = useQuery({
    queryKey: ["customer", customer],
    queryFn: ({ signal }) => get<Named>(`/customers/${encodeURIComponent(customer ?? "")}`, {}, signal),
    enabled: customer !== null && may(me, "customers.view"),
  });
  if (setUp.isPending || (customer !== null && known.isLoading)) return <PageSkeleton />;
  if (setUp.error)
    return (
      <div className={ticket.page}>
        <Sentence tone="red">{t("tickets.failed", { detail: problemText(setUp.error) })}</Sentence>
      </div>
    );
  return (
    <Form
      setUp={setUp.data}
      requester={known.data ? { id: known.data.id, name: known.data.name } : null}
      interaction={params.get("interaction")}
      channel={params.get("channel") ?? "agent"}
    />
  );
}

interface Draft {
  type: string;
  subject: string;
  description: string;
  kind: "public" | "note";
  requester: Named | null;
  category: string | null;
  priority: string | null;
  queue: string | null;
  team: string | null;
  assignee: string | null;
  tags: string[];
  fields: Record<string, FieldValue>;
}

interface FormProps {
  setUp: SetUp;
  requester: Named | null;
  interaction: string | null;
  channel: string;
}

function Form({ setUp, requester, interaction, channel }: FormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const problemText = useProblemText();
  const types = setUp.types.filter((type) => !type.retired);
  const narrow = useMediaQuery(NARROW, window.matchMedia(NARROW).matches, { getInitialValueInEffect: false });
  const [draft, setDraft] = useState<Draft>(() => ({
    type: types.find((type) => type.id === "question")?.id ?? types[0]?.id ?? "",
    subject: "",
    description: "",
    kind: interaction ? "note" : "public",
    requester,
    category: null,
    priority: null,
    queue: null,
    team: null,
    assignee: null,
    tags: [],
    fields: {},
  }));
  const [tried, setTried] = useState(false);
  const [dirty, setDirty] = useState(false);
  const [typeChosen, setTypeChosen] = useState(false);
  const key = useRef(newId());
  const leaving = useRef(false);
  const type = types.find((each) => each.id === draft.type);
  const form = formOf(type, setUp);
  const make = useMutation({
    mutationFn: () => request<Ticket>("POST", "/tickets", { body: bodyOf(draft, form, interaction, channel), key: key.current }),
    onSuccess: (ticket) => {
      leaving.current = true;
      void navigate(`/tickets/${ticket.number}`, { replace: true });
    },
  });
  useUnload(dirty && !make.isSuccess);
  const change = (part: Partial<Draft>) => {
    setDraft((held) => ({ ...held, ...part }));
    setDirty(true);
    if (make.isError) {
      make.reset();
      key.current = newId();
    }
  };
  const chooseType = (value: string) => {
    setTypeChosen(true);
    change({ type: value });
  };
  // Only for what nobody has chosen and what would not come of itself.
  const suggestions = useSuggestionsFor(draft.subject, draft.description).filter(({ field, value }) =>
    field === "type" ? !typeChosen : draft[field] === null && !(field === "priority" && type?.priority === value),
  );
  const refused = make.error instanceof Problem && typeof make.error.extra.field === "string" ? make.error.extra.field : null;
  const error = (field: string) => (refused === field && make.error ? make.error.message : undefined);
  const missing = (field: FieldSetUp, required: boolean) => tried && required && isEmpty(draft.fields[field.id]);
  const submit = () => {
    setTried(true);
    const wrong = draft.subject.trim() === "" || form.some(({ field, required }) => required && isEmpty(draft.fields[field.id]));
    if (wrong) setTimeout(() => document.querySelector<HTMLElement>("form [aria-invalid=true]")?.focus(), 0);
    else make.mutate();
  };
  return (
    <div className={ticket.page}>
      <Link className={ticket.back ?? ""} to="/tickets">
        <IconArrowLeft size={16} aria-hidden />
        {t("tickets.back")}
      </Link>
      <h1>{t("tickets.make.title")}</h1>
      {interaction && <p className="dim">{t("tickets.make.from")}</p>}
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            submit();
          }
        }}
      >
        <TypeChoice types={types} value={draft.type} onChange={chooseType} />
        <section className={`panel ${ticket.card ?? ""}`} aria-label={t("tickets.make.lead")}>
          <TextInput
            label={t("tickets.make.subject")}
            withAsterisk
            maxLength={300}
            value={draft.subject}
            autoFocus
            error={tried && draft.subject.trim() === "" ? t("tickets.make.subjectMissing") : error("subject")}
            onChange={(event) => change({ subject: event.currentTarget.value })}
          />
          <CustomerChoice label={t("tickets.make.requester")} value={draft.requester} error={error("requester")} onChange={(value) => change({ requester: value })} />
          <SegmentedControl
            size="xs"
            orientation={narrow ? "vertical" : "horizontal"}
            style={{ alignSelf: "flex-start", maxWidth: "100%" }}
            aria-label={t("tickets.make.words")}
            value={draft.kind}
            onChange={(kind) => change({ kind: kind })}
            data={(["public", "note"] as const).map((value) => ({ value, label: t(`tickets.make.${value}`) }))}
          />
          <Textarea
            label={draft.kind === "note" ? t("tickets.make.descriptionNote") : t("tickets.make.description")}
            autosize
            minRows={5}
            maxRows={20}
            value={draft.description}
            error={error("description")}
            onChange={(event) => change({ description: event.currentTarget.value })}
          />
        </section>
        {form.length > 0 && (
          <section className={`panel ${ticket.card ?? ""}`} aria-label={t("tickets.make.fields")}>
            <h2>{t("tickets.make.fields")}</h2>
            {form.map(({ field, required }) => (
              <FieldInput
                key={field.id}
                eager
                field={field}
                required={required}
                value={draft.fields[field.id]}
                error={missing(field, required) ? t("tickets.make.fieldMissing") : error(`fields.${field.id}`)}
                onChange={(value) => change({ fields: { ...draft.fields, [field.id]: value } })}
              />
            ))}
          </section>
        )}
        <Assigning setUp={setUp} draft={draft} onChange={change} error={error}>
          <Suggested
            items={suggestions}
            held={{ category: draft.category, priority: draft.priority, type: draft.type }}
            onTake={(field, value) => (field === "type" ? chooseType(value) : change({ [field]: value }))}
          />
        </Assigning>
        {make.error && <Sentence tone="red">{t("tickets.make.failed", { detail: problemText(make.error) })}</Sentence>}
        <div className="row wrap">
          <Button type="submit" loading={make.isPending}>
            {t("tickets.make.go")}
          </Button>
          <Button component={Link} to="/tickets" variant="default">
            {t("common.cancel")}
          </Button>
        </div>
      </form>
      <Guard on={dirty && !make.isSuccess} leaving={leaving} />
    </div>
  );
}

const isEmpty = (value: FieldValue | undefined) => value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

function formOf(type: TypeSetUp | undefined, setUp: SetUp): { field: FieldSetUp; required: boolean }[] {
  return (type?.form ?? []).flatMap(({ field, required }) => {
    const found = setUp.fields.find((each) => each.id === field && !each.retired);
    return found ? [{ field: found, required }] : [];
  });
}

function bodyOf(draft: Draft, form: readonly { field: FieldSetUp }[], interaction: string | null, channel: string) {
  const { kind, requester, fields, subject, ...rest } = draft;
  return {
    ...rest,
    subject: subject.trim(),
    description_kind: kind,
    requester: requester?.id ?? null,
    channel,
    interaction_ids: interaction ? [interaction] : [],
    fields: Object.fromEntries(form.filter(({ field }) => !isEmpty(fields[field.id])).map(({ field }) => [field.id, fields[field.id] ?? null])),
  };
}

function TypeChoice({ types, value, onChange }: { types: readonly TypeSetUp[]; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
      <legend style={{ fontWeight: 600, paddingBlockEnd: 8 }}>{t("tickets.make.lead")}</legend>
      <div className={styles.types}>
        {types.map((type) => (
          <label key={type.id} className={styles.type}>
            <input type="radio" name="type" checked={type.id === value} onChange={() => onChange(type.id)} />
            <strong>{type.name}</strong>
            {type.description && <span className="dim small">{type.description}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface AssigningProps {
  setUp: SetUp;
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  error: (field: string) => string | undefined;
  children: React.ReactNode;
}

function Assigning({ setUp, draft, onChange, error, children }: AssigningProps) {
  const { t } = useTranslation();
  const choices = useChoices().data;
  const named = (rows: readonly Named[] | undefined) => (rows ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const select = (field: "category" | "priority" | "assignee" | "team" | "queue", data: { value: string; label: string }[]) => (
    <Select
      label={t(`tickets.field.${field}`)}
      data={data}
      value={draft[field]}
      onChange={(value) => onChange({ [field]: value })}
      error={error(field)}
      placeholder={t("tickets.make.byType")}
      searchable
      clearable
    />
  );
  return (
    <section className={`panel ${ticket.card ?? ""}`} aria-label={t("tickets.make.assign")}>
      <h2>{t("tickets.make.assign")}</h2>
      {children}
      <div className={styles.grid}>
        {select("priority", PRIORITIES.map((value) => ({ value, label: t(`tickets.priorityOf.${value}`) })))}
        {select("category", setUp.categories.filter((each) => !each.retired).map((each) => ({ value: each.id, label: each.path.join(" › ") })))}
        {select("assignee", named(choices?.assignees))}
        {select("team", named(choices?.teams))}
        {select("queue", named(choices?.queues))}
        <TagsInput label={t("tickets.field.tags")} data={choices?.tags ?? []} value={draft.tags} maxLength={64} onChange={(tags) => onChange({ tags })} acceptValueOnBlur error={error("tags")} />
      </div>
    </section>
  );
}

function Guard({ on, leaving }: { on: boolean; leaving: React.RefObject<boolean> }) {
  const { t } = useTranslation();
  const blocker = useBlocker(({ currentLocation, nextLocation }) => on && !leaving.current && currentLocation.pathname !== nextLocation.pathname);
  return (
    <Modal opened={blocker.state === "blocked"} onClose={() => blocker.reset?.()} title={t("tickets.make.leave")} closeButtonProps={{ "aria-label": t("common.close") }}>
      <div className="stack">
        <p>{t("tickets.make.leaveText")}</p>
        <div className="row wrap">
          <Button onClick={() => blocker.reset?.()}>{t("tickets.make.stay")}</Button>
          <Button variant="default" onClick={() => blocker.proceed?.()}>
            {t("tickets.make.leaveGo")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
