import { IconAddressBook } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { later } from "../../components/later";
import { OutcomeMark } from "../../components/Mark";
import { Empty } from "../../components/Sentence";
import { Ago } from "../../components/Times";
import { useCallerName, withheld } from "../../hooks/words";
import { nameOf, type DataItem, type HistoryItem, type OfferRow, type WorkRow } from "../../lib/contract";
import { CustomerCard } from "./CustomerCard";
import styles from "./workspace.module.css";

const TicketsOf = later(() => import("../tickets/TicketsOf").then((file) => file.TicketsOf));

export function Context({ about }: { about: OfferRow | WorkRow | null }) {
  const { t } = useTranslation();
  const name = useCallerName();
  if (!about)
    return (
      <Empty icon={<IconAddressBook size={32} stroke={1.5} aria-hidden />} title={t("workspace.context")}>
        <p>{t("workspace.emptyContext")}</p>
      </Empty>
    );
  return (
    <div className={styles.section}>
      <section className={`panel ${styles.card ?? ""}`} aria-label={t("context.caller")}>
        <div className={styles.name}>{name(about.caller)}</div>
        <dl className={styles.facts} style={{ marginTop: 8 }}>
          <dt>{t("context.number")}</dt>
          <dd>{withheld(about.caller) ? t("common.unknownCaller") : about.caller.address}</dd>
          <dt>{t("context.queue")}</dt>
          <dd>{about.queue.name}</dd>
        </dl>
      </section>
      <CustomerCard key={about.id} about={about} />
      <TicketsOf interaction={about.id} customer={about.customer?.id ?? null} className={styles.card} />
      <section className="stack" aria-label={t("context.data")}>
        <h2 className={styles.heading}>{t("context.data")}</h2>
        {about.data.length > 0 ? (
          <div className={`panel ${styles.card ?? ""}`}>
            <Facts items={about.data} />
          </div>
        ) : (
          <p className="dim">{t("context.noData")}</p>
        )}
      </section>
      <section className="stack" aria-label={t("context.history")}>
        <h2 className={styles.heading}>{t("context.history")}</h2>
        {about.history.length > 0 ? <History items={about.history} /> : <p className="dim">{t("context.noHistory")}</p>}
      </section>
    </div>
  );
}

export function Facts({ items }: { items: readonly DataItem[] }) {
  if (items.length === 0) return null;
  return (
    <dl className={styles.facts}>
      {items.map((item) => (
        <Fact key={item.label} {...item} />
      ))}
    </dl>
  );
}

function Fact({ label, value }: DataItem) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}

function History({ items }: { items: readonly HistoryItem[] }) {
  return (
    <ul className={styles.history}>
      {items.map((item) => (
        <li key={item.id}>
          <Link to={`/interactions/${item.id}`}>
            <span className="row" style={{ justifyContent: "space-between" }}>
              <Ago at={item.started_at} />
              <OutcomeMark outcome={item.outcome} plain />
            </span>
            <span className="dim small">
              {[nameOf(item.queue), nameOf(item.agent), nameOf(item.disposition)].filter(Boolean).join(" · ")}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
