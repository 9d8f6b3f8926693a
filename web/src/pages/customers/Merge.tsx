import { Button, Radio } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconArrowLeft, IconArrowsExchange, IconUsersGroup } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { PageSkeleton } from "../../components/PageSkeleton";
import { Empty, Sentence } from "../../components/Sentence";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { get, request } from "../../lib/api";
import type { Customer, Duplicate } from "../../lib/customers";
import { Reasons } from "./CustomerPage";
import styles from "./customers.module.css";

const CHOSEN = ["name", "called", "language", "timezone"] as const;
type Chosen = Partial<Record<(typeof CHOSEN)[number], string>>;

export function Duplicates() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  useTitle(t("customers.merge.list"));
  const found = useQuery({
    queryKey: ["customer-duplicates"],
    queryFn: () => get<{ items: Duplicate[] }>("/customer-duplicates"),
  });
  if (found.isPending) return <PageSkeleton />;
  const items = found.data?.items ?? [];
  return (
    <div className={styles.page}>
      <Back to="/customers" word={t("customers.back")} />
      <h1>{t("customers.merge.list")}</h1>
      {found.isError && <Sentence tone="red">{t("customers.fail", { detail: problemText(found.error) })}</Sentence>}
      {items.length === 0 && !found.isError && (
        <div className="panel">
          <Empty icon={<IconUsersGroup size={32} stroke={1.5} aria-hidden />} title={t("customers.merge.none")}>
            <p>{t("customers.merge.noneText")}</p>
          </Empty>
        </div>
      )}
      {items.length > 0 && (
        <div className={`panel ${styles.card ?? ""}`}>
          <ul className={styles.list}>
            {items.map((item) => (
              <li key={`${item.customer.id} ${item.other.id}`}>
                <Link to={`/customers/${item.customer.id}`}>{item.customer.name}</Link>
                <IconArrowsExchange size={16} aria-hidden />
                <Link to={`/customers/${item.other.id}`}>{item.other.name}</Link>
                <Reasons reasons={item.reasons} />
                <Button component={Link} size="compact-sm" variant="default" to={`/customers/${item.customer.id}/merge/${item.other.id}`}>
                  {t("customers.compare")}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function Back({ to, word }: { to: string; word: string }) {
  return (
    <Link className={styles.back ?? ""} to={to}>
      <IconArrowLeft size={16} aria-hidden />
      {word}
    </Link>
  );
}

const useCustomer = (id: string) =>
  useQuery({ queryKey: ["customer", id], queryFn: () => get<Customer>(`/customers/${encodeURIComponent(id)}`) });

export function Merge() {
  const { t } = useTranslation();
  const { id = "", other = "" } = useParams();
  const problemText = useProblemText();
  useTitle(t("customers.merge.title"));
  const first = useCustomer(id);
  const second = useCustomer(other);
  const error = first.error ?? second.error;
  if (error)
    return (
      <div className={styles.page}>
        <Sentence tone="red">{t("customers.failed", { detail: problemText(error) })}</Sentence>
      </div>
    );
  if (!first.data || !second.data) return <PageSkeleton />;
  return <Compare key={first.data.id} stays={first.data} goes={second.data} />;
}

function Compare({ stays, goes }: { stays: Customer; goes: Customer }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [chosen, setChosen] = useState<Chosen>({});
  const merge = useMutation({
    mutationFn: () =>
      request<Customer>("POST", `/customers/${stays.id}/merges`, { body: { merged_id: goes.id, values: chosen } }),
    onSuccess: async () => {
      await client.invalidateQueries();
      void navigate(`/customers/${stays.id}`, { replace: true });
    },
  });
  const both = (kind: "phone" | "email") => (customer: Customer) =>
    customer.identities.filter((each) => each.kind === kind).map((each) => each.value).join(", ");
  const kept: [string, (customer: Customer) => string][] = [
    [t("customers.phone"), both("phone")],
    [t("customers.email"), both("email")],
    [t("customers.organisation"), (customer) => customer.organisation?.name ?? ""],
    [t("customers.tags"), (customer) => customer.tags.join(", ")],
    [t("customers.notes"), (customer) => String(customer.notes.length)],
  ];
  return (
    <div className={styles.page}>
      <Back to={`/customers/${stays.id}`} word={stays.name} />
      <header className={styles.head}>
        <h1>{t("customers.merge.title")}</h1>
        <Button
          variant="default"
          leftSection={<IconArrowsExchange size={16} aria-hidden />}
          onClick={() => void navigate(`/customers/${goes.id}/merge/${stays.id}`, { replace: true })}
        >
          {t("customers.merge.swap")}
        </Button>
      </header>
      <p className="dim">{t("customers.merge.lead")}</p>
      <div className="panel" style={{ overflow: "hidden" }}>
        <table className={`table ${styles.compare ?? ""}`}>
          <thead>
            <tr>
              <th scope="col">{t("customers.merge.field")}</th>
              <th scope="col">{t("customers.merge.keep")}</th>
              <th scope="col">{t("customers.merge.goes")}</th>
            </tr>
          </thead>
          <tbody>
            {CHOSEN.map((field) => (
              <tr key={field}>
                <th scope="row">{t(`customers.${field}`)}</th>
                {[stays, goes].map((customer) => (
                  <td key={customer.id}>
                    {stays[field] && goes[field] && stays[field] !== goes[field] ? (
                      <Radio
                        name={field}
                        label={customer[field]}
                        checked={(chosen[field] ?? stays[field]) === customer[field]}
                        onChange={() => setChosen({ ...chosen, [field]: customer[field] })}
                      />
                    ) : (
                      customer[field] || t("common.none")
                    )}
                  </td>
                ))}
              </tr>
            ))}
            {kept.map(([word, of]) => (
              <tr key={word}>
                <th scope="row">{word}</th>
                <td>{of(stays) || t("common.none")}</td>
                <td>{of(goes) || t("common.none")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {merge.isError && <Sentence tone="red">{t("customers.merge.failed", { detail: problemText(merge.error) })}</Sentence>}
      <Button style={{ alignSelf: "flex-start" }} loading={merge.isPending} onClick={() => merge.mutate()}>
        {t("customers.merge.go")}
      </Button>
    </div>
  );
}
