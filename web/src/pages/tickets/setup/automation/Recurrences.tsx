import { IconAlertTriangle, IconCalendarRepeat, IconClock, IconPlayerPause } from "@tabler/icons-react";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { History } from "../../../../components/admin/History";
import { SwitchField, TextAreaField, TextField } from "../../../../components/admin/Fields";
import { FormPage } from "../../../../components/admin/FormPage";
import linked from "../../../../components/admin/rows.module.css";
import { Mark } from "../../../../components/Mark";
import { Sentence } from "../../../../components/Sentence";
import { useDraft } from "../../../../hooks/draft";
import { shelfPath, useRecurrences } from "../../../../hooks/ticket-automation";
import { useOthers, useSetUpRows } from "../../../../hooks/ticket-setup";
import { useChoices } from "../../../../hooks/tickets";
import { useLocale } from "../../../../hooks/words";
import { serverNow, wallIn } from "../../../../lib/time";
import { freshRecurrence, recurrenceTroubles, scheduleBody, type PlannedTicket, type Recurrence, type RecurrenceBody } from "../../../../lib/tickets/recurrences";
import { Gone, Loaded } from "../../../admin/Loaded";
import { useConditionFields } from "../condition-fields";
import styles from "../setup.module.css";
import { useSaveShelved, useShelfBack } from "./form";
import { ListPage } from "./ListPage";
import { RemoveShelved } from "./Remove";
import { ScheduleFields, useWhole } from "./ScheduleFields";
import { TagsField } from "./TagsField";
import { ValueField } from "./ValueField";

export function RecurrenceList() {
  return (
    <ListPage kind="recurrences" icon={<IconCalendarRepeat size={32} stroke={1.5} aria-hidden />} query={useRecurrences()} words={(row) => row.ticket.subject}>
      {(rows) => (
        <ul className={`panel ${styles.plainRows ?? ""}`}>
          {rows.map((row) => (
            <li key={row.id} className={`${linked.linked ?? ""} ${styles.row ?? ""} ${styles.dated ?? ""}`}>
              <Link className={linked.name ?? ""} to={`/admin/tickets/recurrences/${encodeURIComponent(row.id)}`}>
                {row.name}
              </Link>
              <span className={`dim small ${styles.about ?? ""}`}>{row.ticket.subject}</span>
              <span className={`${linked.marks ?? ""} ${styles.marks ?? ""}`}>
                <NextMark row={row} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </ListPage>
  );
}

function NextMark({ row }: { row: Recurrence }) {
  const { t } = useTranslation();
  const whole = useWhole();
  if (row.problem)
    return (
      <Mark icon={IconAlertTriangle} tone="red">
        {t("ticketAutomation.recurrences.failed")}
      </Mark>
    );
  const [next] = row.upcoming;
  return next && row.enabled ? (
    <Mark icon={IconClock} tone="green" plain>
      {t("ticketAutomation.recurrences.next", { time: whole(next, row.schedule.timezone) })}
    </Mark>
  ) : (
    <Mark icon={IconPlayerPause} tone="grey" plain>
      {t(row.enabled ? "ticketAutomation.recurrences.ended" : "ticketAutomation.recurrences.off")}
    </Mark>
  );
}

export function RecurrenceForm() {
  const { id } = useParams();
  const back = useShelfBack("recurrences");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const fresh = useMemo(() => freshRecurrence(wallIn(serverNow()).slice(0, 10), zone), [zone]);
  return (
    <Loaded queries={[useRecurrences(), useSetUpRows(), useOthers()]} back={back}>
      {(rows) => {
        const row = id === undefined ? fresh : rows.find((each) => each.id === id);
        return row ? <Form key={row.id} row={row} rows={rows} /> : <Gone back={back} />;
      }}
    </Loaded>
  );
}

function Form({ row, rows }: { row: Recurrence; rows: readonly Recurrence[] }) {
  const { t } = useTranslation();
  const isNew = row.id === "";
  const save = useSaveShelved("recurrences", row.id);
  const saved = useMemo<RecurrenceBody>(() => ({ name: row.name, enabled: row.enabled, ticket: row.ticket, schedule: row.schedule }), [row]);
  const troubles = useCallback(
    (value: RecurrenceBody) =>
      recurrenceTroubles(
        value,
        rows.filter((other) => other.id !== row.id),
      ),
    [rows, row.id],
  );
  const draft = useDraft<RecurrenceBody>({
    saved,
    editable: true,
    troubles,
    save: async (value) => {
      await save({ ...value, name: value.name.trim(), schedule: scheduleBody(value.schedule) }, draft.leaving);
    },
  });
  const { value, set } = draft;
  return (
    <FormPage
      title={isNew ? t("ticketAutomation.recurrences.new") : row.name}
      back={useShelfBack("recurrences")}
      draft={draft}
      isNew={isNew}
      aside={
        !isNew && (
          <History
            subject={`ticket_recurring:${row.id}`}
            name={row.name}
            act="ticket_setup.changed"
            dirty={draft.dirty}
            restoreTo={shelfPath("recurrences", row.id)}
          />
        )
      }
      above={row.problem ? <Sentence tone="red">{t("ticketAutomation.recurrences.failedWhy", { why: row.problem })}</Sentence> : <Last row={row} />}
      sections={[
        {
          id: "general",
          title: t("ticketAutomation.recurrences.one"),
          paths: ["name", "enabled"],
          content: (
            <>
              <TextField path="name" label={t("admin.name")} required autoFocus={isNew} value={value.name} onChange={(name) => set({ name })} />
              <SwitchField path="enabled" label={t("ticketAutomation.recurrences.enabled")} description={t("ticketAutomation.recurrences.enabledHint")} value={value.enabled} onChange={(enabled) => set({ enabled })} />
            </>
          ),
        },
        {
          id: "when",
          title: t("ticketAutomation.recurrences.when"),
          paths: ["schedule"],
          content: <ScheduleFields schedule={value.schedule} onChange={(part) => set({ schedule: { ...value.schedule, ...part } })} />,
        },
        {
          id: "ticket",
          title: t("ticketAutomation.recurrences.ticket"),
          lead: t("ticketAutomation.recurrences.ticketLead"),
          paths: ["ticket"],
          content: <TicketFields ticket={value.ticket} onChange={(part) => set({ ticket: { ...value.ticket, ...part } })} />,
        },
      ]}
      below={!isNew && <RemoveShelved what="recurrences" row={row} leaving={draft.leaving} />}
    />
  );
}

function Last({ row }: { row: Recurrence }) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (!row.last_ticket || !row.last_at) return null;
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(row.last_at));
  return (
    <p className="dim">
      <Link to={`/tickets/${encodeURIComponent(row.last_ticket)}`}>{t("ticketAutomation.recurrences.last", { number: row.last_ticket, time })}</Link>
    </p>
  );
}

const CHOSEN = ["category", "priority", "queue", "team", "assignee"] as const;

function TicketFields({ ticket, onChange }: { ticket: PlannedTicket; onChange: (part: Partial<PlannedTicket>) => void }) {
  const { t } = useTranslation();
  const fields = useConditionFields();
  const tags = useChoices().data?.tags ?? [];
  const of = (name: string) => fields.find((each) => each.field === name);
  const type = of("type");
  const asType = t("ticketAutomation.recurrences.asType");
  return (
    <>
      <TextField path="ticket.subject" label={t("ticketAutomation.recurrences.subject")} required value={ticket.subject} onChange={(subject) => onChange({ subject })} />
      <TextAreaField path="ticket.description" label={t("ticketAutomation.recurrences.description")} rows={5} value={ticket.description} onChange={(description) => onChange({ description })} />
      <div className={styles.pair}>
        {type && <ValueField path="ticket.type" label={type.label} field={type} nothing="" value={ticket.type} onChange={(value) => onChange({ type: typeof value === "string" ? value : ticket.type })} />}
        {CHOSEN.map((name) => {
          const field = of(name);
          return field && <ValueField key={name} path={`ticket.${name}`} label={field.label} field={field} nothing={asType} value={ticket[name]} onChange={(value) => onChange({ [name]: typeof value === "string" ? value : null })} />;
        })}
        {fields
          .filter((field) => field.field.startsWith("fields."))
          .map((field) => {
            const id = field.field.slice("fields.".length);
            return (
              <ValueField
                key={id}
                path={`ticket.fields.${id}`}
                label={field.label}
                field={field}
                nothing=""
                value={ticket.fields[id] ?? null}
                onChange={(value) => {
                  const others = Object.entries(ticket.fields).filter(([name]) => name !== id);
                  onChange({ fields: Object.fromEntries(value === null ? others : [...others, [id, value]]) });
                }}
              />
            );
          })}
      </div>
      <TagsField path="ticket.tags" label={t("ticketAutomation.recurrences.tags")} known={tags} value={ticket.tags} onChange={(value) => onChange({ tags: value })} />
    </>
  );
}
