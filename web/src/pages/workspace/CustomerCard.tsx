import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconStarFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Sentence } from "../../components/Sentence";
import { may, useMe } from "../../hooks/session";
import { useProblemText, withheld } from "../../hooks/words";
import { request } from "../../lib/api";
import type { KnownCustomer, OfferRow, WorkRow } from "../../lib/contract";
import type { Customer } from "../../lib/customers";
import { live } from "../../lib/socket";
import styles from "./workspace.module.css";

/** Who is calling: known, one of several, or somebody to be made a customer with one click. */
export function CustomerCard({ about }: { about: OfferRow | WorkRow }) {
  const { t } = useTranslation();
  const me = useMe();
  const problemText = useProblemText();
  const choose = useMutation({
    mutationFn: (customer_id: string | null) => live.command("work.customer", { interaction_id: about.id, customer_id }),
  });
  const make = useMutation({
    mutationFn: async () => {
      const { address, name } = about.caller;
      const identities = [{ kind: "phone", value: address }];
      const made = await request<Customer>("POST", "/customers", { body: { name: name ?? address, identities } });
      await live.command("work.customer", { interaction_id: about.id, customer_id: made.id });
    },
  });
  if (!may(me, "customers.view")) return null;
  const error = choose.error ?? make.error;
  const several = about.customers ?? [];
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={t("context.customer")}>
      {error && <Sentence tone="red">{t("context.customerFailed", { detail: problemText(error) })}</Sentence>}
      {about.customer && (
        <>
          <Known customer={about.customer} />
          {several.length > 1 && (
            <Button size="compact-sm" variant="default" loading={choose.isPending} onClick={() => choose.mutate(null)}>
              {t("context.other")}
            </Button>
          )}
        </>
      )}
      {!about.customer && several.length > 0 && (
        <div className="stack" style={{ gap: 8 }}>
          <p>{t("context.who")}</p>
          {several.map((each) => (
            <Button key={each.id} variant="default" disabled={choose.isPending} onClick={() => choose.mutate(each.id)}>
              {t("context.choose", { name: [each.name, each.organisation].filter(Boolean).join(", ") })}
            </Button>
          ))}
        </div>
      )}
      {!about.customer && several.length === 0 && (
        <div className="stack" style={{ gap: 8 }}>
          <p className="dim">{t("context.unknown")}</p>
          {may(me, "customers.manage") && !withheld(about.caller) && (
            <Button variant="default" loading={make.isPending} onClick={() => make.mutate()}>
              {t("context.make")}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

function Known({ customer }: { customer: KnownCustomer }) {
  const { t } = useTranslation();
  return (
    <div className="stack" style={{ gap: 4 }}>
      <div className="row wrap">
        <Link to={`/customers/${customer.id}`}>{customer.name}</Link>
        {customer.vip && (
          <span className="row" style={{ gap: 4, color: "var(--cc-amber)", fontWeight: 600 }}>
            <IconStarFilled size={14} aria-hidden />
            {t("context.vip")}
          </span>
        )}
      </div>
      <span className="dim small">{[customer.organisation, customer.language, ...customer.tags].filter(Boolean).join(" · ")}</span>
    </div>
  );
}
