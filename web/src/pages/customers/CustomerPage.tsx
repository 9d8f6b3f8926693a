import { Button, Modal } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconArrowLeft, IconLock, IconPencil, IconTrash, IconUserOff } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { OutcomeMark } from "../../components/Mark";
import { NotLoaded } from "../../components/NotLoaded";
import { PageSkeleton } from "../../components/PageSkeleton";
import { Empty, Sentence } from "../../components/Sentence";
import { Ago } from "../../components/Times";
import { may, useMe } from "../../hooks/session";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { get, Problem, request } from "../../lib/api";
import type { Page } from "../../lib/contract";
import type { Customer, CustomField, Duplicate, FieldValue, TimelineItem } from "../../lib/customers";
import styles from "./customers.module.css";
import { Consents, Merged, Notes } from "./Attached";
import { Card, Tag, Vip } from "./parts";
import { PortalAccount } from "./PortalAccount";

export function CustomerPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const problemText = useProblemText();
  const query = useQuery({
    queryKey: ["customer", id],
    queryFn: ({ signal }) => get<Customer>(`/customers/${encodeURIComponent(id)}`, {}, signal),
  });
  useTitle(query.data?.name ?? t("customers.title"));
  if (query.isPending) return <PageSkeleton />;
  if (query.data) return <Whole key={query.data.id} customer={query.data} asked={id} />;
  if (query.error instanceof Problem && query.error.status === 404)
    return (
      <Empty icon={<IconUserOff size={32} stroke={1.5} aria-hidden />} title={t("error.notFound")}>
        <p>{t("customers.missing")}</p>
        <Button component={Link} to="/customers" variant="default">
          {t("customers.back")}
        </Button>
      </Empty>
    );
  return (
    <div className={styles.page}>
      <NotLoaded query={query}>{t("customers.failed", { detail: problemText(query.error) })}</NotLoaded>
    </div>
  );
}

function Whole({ customer, asked }: { customer: Customer; asked: string }) {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <div className={styles.page}>
      <Link className={styles.back ?? ""} to="/customers">
        <IconArrowLeft size={16} aria-hidden />
        {t("customers.back")}
      </Link>
      <header className={styles.head}>
        <h1>{customer.name}</h1>
        {customer.vip && <Vip />}
        {customer.tags.map((tag) => (
          <Tag key={tag} word={tag} />
        ))}
        {may(me, "customers.manage") && (
          <Button component={Link} to={`/customers/${customer.id}/edit`} variant="default" leftSection={<IconPencil size={16} aria-hidden />}>
            {t("customers.edit")}
          </Button>
        )}
        {may(me, "customers.remove") && <Remove customer={customer} />}
      </header>
      <Same customer={customer} />
      <div className={styles.columns}>
        <div className="stack" style={{ gap: 16 }}>
          <About customer={customer} />
          <Contacts id={customer.id} />
        </div>
        <div className="stack" style={{ gap: 16 }}>
          <Notes customer={customer} asked={asked} />
          <Consents customer={customer} asked={asked} />
          <PortalAccount customer={customer} />
          {customer.merges.length > 0 && <Merged customer={customer} asked={asked} />}
        </div>
      </div>
    </div>
  );
}

function Remove({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const remove = useMutation({
    mutationFn: () => request<undefined>("DELETE", `/customers/${customer.id}`),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["customers"] });
      void navigate("/customers", { replace: true });
    },
  });
  return (
    <>
      <Button variant="default" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setOpen(true)}>
        {t("customers.remove")}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={t("customers.remove")} closeButtonProps={{ "aria-label": t("common.close") }}>
        <div className="stack">
          <p>{t("customers.removeText", { name: customer.name })}</p>
          {remove.isError && <Sentence tone="red">{t("customers.fail", { detail: problemText(remove.error) })}</Sentence>}
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t("customers.removeAsk")}
          </Button>
        </div>
      </Modal>
    </>
  );
}

function About({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const facts: [string, ReactNode][] = [
    [t("customers.kind"), t(`customers.${customer.kind}`)],
    [t("customers.called"), customer.called],
    [
      t("customers.organisation"),
      customer.organisation && <Link to={`/customers/${customer.organisation.id}`}>{customer.organisation.name}</Link>,
    ],
    [t("customers.language"), customer.language],
    [t("customers.timezone"), customer.timezone],
    [t("customers.priority"), customer.priority || null],
    ...customer.identities.map((each): [string, ReactNode] => [
      each.label || (each.channel ? `${t(`customers.${each.kind}`)} · ${each.channel}` : t(`customers.${each.kind}`)),
      each.value,
    ]),
    ...customer.addresses.map((each): [string, ReactNode] => [
      each.label || t("customers.addresses"),
      <span key="address" className={styles.text}>
        {[each.lines, [each.postcode, each.city].filter(Boolean).join(" "), each.region, each.country].filter(Boolean).join("\n")}
      </span>,
    ]),
  ];
  return (
    <Card title={t("customers.about")}>
      <dl className={styles.facts}>
        {facts.map(([word, value], index) => value && <Fact key={index} word={word} value={value} />)}
        <Fields customer={customer} />
      </dl>
      {customer.identities.length === 0 && <p className="dim">{t("customers.noIdentity")}</p>}
      {customer.people.length > 0 && (
        <>
          <h3>{t("customers.people")}</h3>
          <ul className={styles.list}>
            {customer.people.map((person) => (
              <li key={person.id}>
                <Link to={`/customers/${person.id}`}>{person.name}</Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function Fact({ word, value }: { word: string; value: ReactNode }) {
  return (
    <>
      <dt>{word}</dt>
      <dd>{value}</dd>
    </>
  );
}

export function useCustomFields() {
  return useQuery({ queryKey: ["customer-fields"], queryFn: () => get<{ items: CustomField[] }>("/customer-fields") });
}

function Fields({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const me = useMe();
  const fields = useCustomFields();
  const [opened, setOpened] = useState<Record<string, FieldValue>>({});
  const reveal = useMutation({
    mutationFn: () => get<{ fields: Record<string, FieldValue> }>(`/customers/${customer.id}/sensitive`),
    onSuccess: (found) => setOpened(found.fields),
  });
  const told = (value: FieldValue) => (typeof value === "boolean" ? t(value ? "customers.form.yes" : "customers.form.no") : value);
  return (fields.data?.items ?? []).map((field) => {
    const sealed = field.sensitive && customer.sensitive.includes(field.id) && opened[field.id] === undefined;
    const value = opened[field.id] ?? customer.fields[field.id];
    if (sealed)
      return (
        <Fact
          key={field.id}
          word={field.name}
          value={
            <span className="row wrap">
              <IconLock size={14} aria-hidden />
              {t("customers.sensitive")}
              {may(me, "customers.reveal") && (
                <Button size="compact-xs" variant="default" loading={reveal.isPending} onClick={() => reveal.mutate()}>
                  {t("customers.reveal")}
                </Button>
              )}
            </span>
          }
        />
      );
    return value !== undefined && value !== null && <Fact key={field.id} word={field.name} value={told(value)} />;
  });
}

function Contacts({ id }: { id: string }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const list = useInfiniteQuery({
    queryKey: ["customer-contacts", id],
    queryFn: ({ pageParam, signal }) =>
      get<Page<TimelineItem>>(`/customers/${id}/interactions`, { cursor: pageParam, limit: 20 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title={t("customers.timeline")}>
      {list.isError && <Sentence tone="red">{t("customers.fail", { detail: problemText(list.error) })}</Sentence>}
      {!list.isPending && rows.length === 0 && !list.isError && <p className="dim">{t("customers.noTimeline")}</p>}
      <ul className={styles.list}>
        {rows.map((row) => (
          <li key={row.id}>
            {row.may_open ? (
              <Link to={`/interactions/${row.id}`}>
                <Ago at={row.started_at} />
              </Link>
            ) : (
              <Ago at={row.started_at} />
            )}
            <OutcomeMark outcome={row.state === "active" ? null : (row.outcome ?? "failed")} />
            <span className="dim small">
              {[row.queue?.name, row.agent?.name, row.disposition?.label].filter(Boolean).join(" · ")}
            </span>
            {row.note && <div className={`small ${styles.text ?? ""}`} style={{ width: "100%" }}>{row.note}</div>}
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("customers.more")}
        </Button>
      )}
    </Card>
  );
}

function Same({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const me = useMe();
  const found = useQuery({
    queryKey: ["customer-same", customer.id, customer.changed_at],
    queryFn: () => get<{ items: Duplicate[] }>(`/customers/${customer.id}/duplicates`),
    enabled: may(me, "customers.merge"),
  });
  const items = (found.data?.items ?? []).filter((item) => item.score >= 0.5);
  if (items.length === 0) return null;
  return (
    <Card title={t("customers.maybeSame")}>
      <ul className={styles.list}>
        {items.slice(0, 5).map((item) => (
          <li key={item.other.id}>
            <Link to={`/customers/${item.other.id}`}>{item.other.name}</Link>
            <Reasons reasons={item.reasons} />
            <Button component={Link} size="compact-sm" variant="default" to={`/customers/${customer.id}/merge/${item.other.id}`}>
              {t("customers.compare")}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

const REASONS = ["same-phone", "same-email", "same-handle", "same-external", "same-name", "similar-name"] as const;

export function Reasons({ reasons }: { reasons: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <span className="dim small grow">
      {REASONS.filter((reason) => reasons.includes(reason))
        .map((reason) => t(`customers.reason.${reason}`))
        .join(", ")}
    </span>
  );
}
