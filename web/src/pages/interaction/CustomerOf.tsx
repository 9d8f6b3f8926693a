import { useQuery } from "@tanstack/react-query";
import { IconStarFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Loading } from "../../components/Loading";
import { may, useMe } from "../../hooks/session";
import { useProblemText } from "../../hooks/words";
import { get, Problem } from "../../lib/api";
import type { InteractionDetail } from "../../lib/contract";
import type { Customer } from "../../lib/customers";
import styles from "./interaction.module.css";

/** Whose contact it was, with the way to everything known of them. */
export function CustomerOf({ detail }: { detail: InteractionDetail }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const allowed = may(useMe(), "customers.view");
  const id = detail.customer_id;
  const query = useQuery({
    queryKey: ["customer", id],
    queryFn: ({ signal }) => get<Customer>(`/customers/${encodeURIComponent(id ?? "")}`, {}, signal),
    enabled: allowed && id !== null,
  });
  if (!allowed) return null;
  const gone = query.error instanceof Problem && query.error.status === 404;
  const customer = query.data;
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={t("context.customer")}>
      <h2>{t("context.customer")}</h2>
      {id === null && <p className="dim">{t("interaction.noCustomer")}</p>}
      {id !== null && query.isPending && <Loading bars={[40]} />}
      {query.isError && <p className="dim">{gone ? t("interaction.customerGone") : problemText(query.error)}</p>}
      {customer && (
        <>
          <p className="row wrap">
            <Link to={`/customers/${customer.id}`}>{customer.name}</Link>
            {customer.vip && (
              <span className="row" style={{ gap: 4, color: "var(--cc-amber)", fontWeight: 600 }}>
                <IconStarFilled size={14} aria-hidden />
                {t("context.vip")}
              </span>
            )}
          </p>
          <p className="dim small">{[customer.organisation?.name, customer.language, ...customer.tags].filter(Boolean).join(" · ")}</p>
        </>
      )}
    </section>
  );
}
