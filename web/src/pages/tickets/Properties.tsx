import { Select, TagsInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { may, useMe } from "../../hooks/session";
import { useSuggestionsOf } from "../../hooks/ticket-suggestions";
import { useChoices, useTicketSetUp } from "../../hooks/tickets";
import type { FieldSetUp, StateClass, Ticket } from "../../lib/tickets/types";
import { useHere } from "./context";
import { CustomerChoice } from "./CustomerChoice";
import { FieldInput } from "./FieldInput";
import { Children } from "./Children";
import { Approvals, Interactions, Links, Watchers } from "./Involved";
import { TagChip, Who } from "./parts";
import { Suggested } from "./suggesting/Suggested";
import styles from "./ticket.module.css";

/** What the ticket is, beside its thread; each change is saved at once. */
export function Properties() {
  const { t } = useTranslation();
  return (
    <aside className={styles.side} aria-label={t("tickets.page.properties")}>
      <Approvals />
      <Requester />
      <Details />
      <Fields />
      <Children />
      <Links />
      <Interactions />
      <Watchers />
    </aside>
  );
}

function Requester() {
  const { t } = useTranslation();
  const me = useMe();
  const { ticket, works, patch, refusal } = useHere();
  const who = ticket.requester;
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={t("tickets.props.requester")}>
      <h2>{t("tickets.props.requester")}</h2>
      {works && may(me, "customers.view") ? (
        <CustomerChoice
          label={t("tickets.props.requester")}
          value={who}
          error={refusal?.field === "requester" ? refusal.detail : undefined}
          onChange={(customer) => patch.mutate({ requester: customer?.id ?? null })}
        />
      ) : (
        <p>{who?.name ?? <span className="dim">{t("tickets.props.noRequester")}</span>}</p>
      )}
      {who && (
        <p className="dim small" style={{ overflowWrap: "anywhere" }}>
          {[who.email, who.phone, ticket.organisation?.name].filter(Boolean).join(" · ")}
        </p>
      )}
      {who && may(me, "customers.view") && <Link to={`/customers/${who.id}`}>{t("tickets.props.openCustomer")}</Link>}
    </section>
  );
}

const DONE: readonly StateClass[] = ["resolved", "closed"];
type Named = { id: string; name: string };
const options = (rows: readonly Named[] | undefined, held: Named | null) => {
  const found = (rows ?? []).map(({ id, name }) => ({ value: id, label: name }));
  // What is no longer given out is still what this ticket has.
  return held && !found.some((each) => each.value === held.id) ? [...found, { value: held.id, label: held.name }] : found;
};

function Details() {
  const { t } = useTranslation();
  const { ticket, works, patch, refusal } = useHere();
  const setUp = useTicketSetUp().data;
  const choices = useChoices().data;
  const inUse = <T extends { retired: boolean }>(rows: readonly T[] | undefined) => rows?.filter((row) => !row.retired);
  const categories = inUse(setUp?.categories)?.map((each) => ({ id: each.id, name: each.path.join(" › ") }));
  const select = (field: "assignee" | "team" | "queue" | "type" | "category", rows: readonly Named[] | undefined, held: Named | null) =>
    works ? (
      <Select
        key={field}
        label={t(`tickets.field.${field}`)}
        data={options(rows, held)}
        value={held?.id ?? null}
        searchable
        clearable={field !== "type"}
        allowDeselect={false}
        placeholder={field === "assignee" ? t("tickets.nobody") : t("tickets.none")}
        error={refusal?.field === field ? refusal.detail : undefined}
        onChange={(value) => {
          if (value !== (held?.id ?? null)) patch.mutate({ [field]: value });
        }}
      />
    ) : (
      <Fact key={field} word={t(`tickets.field.${field}`)}>
        {field === "assignee" ? <Who person={held} /> : (held?.name ?? t("common.none"))}
      </Fact>
    );
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={t("tickets.props.details")}>
      <h2>{t("tickets.props.details")}</h2>
      {select("assignee", choices?.assignees, ticket.assignee)}
      {select("team", choices?.teams, ticket.team)}
      {select("queue", choices?.queues, ticket.queue)}
      {select("type", inUse(setUp?.types), ticket.type)}
      {select("category", categories, ticket.category)}
      <Suggestions />
      <Tags ticket={ticket} />
    </section>
  );
}

function Suggestions() {
  const { ticket, works, patch } = useHere();
  const items = useSuggestionsOf(ticket.id, ticket.sequence, works && !DONE.includes(ticket.state_class));
  return (
    <Suggested
      items={items}
      held={{ category: ticket.category?.id ?? null, priority: ticket.priority, type: ticket.type.id }}
      onTake={(field, value) => patch.mutate({ [field]: value })}
    />
  );
}

function Fact({ word, children }: { word: string; children: React.ReactNode }) {
  return (
    <div>
      <div className="dim small">{word}</div>
      <div>{children}</div>
    </div>
  );
}

function Tags({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const { works, patch, refusal } = useHere();
  const known = useChoices().data?.tags ?? [];
  if (!works)
    return (
      <Fact word={t("tickets.field.tags")}>
        {ticket.tags.length === 0 && <span className="dim">{t("tickets.props.noTags")}</span>}
        <span className="row wrap">
          {ticket.tags.map((tag) => (
            <TagChip key={tag} word={tag} />
          ))}
        </span>
      </Fact>
    );
  return (
    <TagsInput
      label={t("tickets.field.tags")}
      placeholder={t("tickets.props.addTag")}
      data={known}
      value={ticket.tags}
      maxLength={64}
      acceptValueOnBlur
      error={refusal?.field.startsWith("tags") ? refusal.detail : undefined}
      onChange={(tags) => patch.mutate({ tags })}
    />
  );
}

function Fields() {
  const { t } = useTranslation();
  const { ticket, works, patch, refusal } = useHere();
  const setUp = useTicketSetUp().data;
  const form = setUp?.types.find((each) => each.id === ticket.type.id)?.form ?? [];
  const known = new Map(setUp?.fields.map((field) => [field.id, field]));
  // Those of the form, and what the ticket has kept from another type.
  const ids = [...new Set([...form.map((each) => each.field), ...Object.keys(ticket.fields)])];
  const shown = ids.map((id) => known.get(id)).filter((field): field is FieldSetUp => field !== undefined && (!field.retired || field.id in ticket.fields));
  if (shown.length === 0) return null;
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={t("tickets.props.fields")}>
      <h2>{t("tickets.props.fields")}</h2>
      {shown.map((field) => (
        <FieldInput
          key={field.id}
          field={field}
          value={ticket.fields[field.id]}
          required={form.some((each) => each.field === field.id && each.required)}
          readOnly={!works || field.retired}
          error={refusal?.field === `fields.${field.id}` ? refusal.detail : undefined}
          onChange={(value) => patch.mutate({ fields: { [field.id]: value } })}
        />
      ))}
    </section>
  );
}
