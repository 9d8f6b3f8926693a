import "../../i18n/portal-staff";
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconCheck, IconCircleCheck, IconClock, IconLock, IconLockOpen, IconLogout, IconMail, IconNotebook, type Icon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Loading } from "../../components/Loading";
import { Mark, type Tone } from "../../components/Mark";
import { Sentence } from "../../components/Sentence";
import { Ago } from "../../components/Times";
import { may, useMe } from "../../hooks/session";
import { useProblemText } from "../../hooks/words";
import { get, request } from "../../lib/api";
import type { Customer } from "../../lib/customers";
import type { PortalAccount as Account, PortalAccounts, PortalNumber } from "../../lib/portal-staff";
import styles from "./customers.module.css";
import { Card } from "./parts";

const STATES: Record<Account["state"], { icon: Icon; tone: Tone }> = {
  invited: { icon: IconMail, tone: "blue" },
  unconfirmed: { icon: IconClock, tone: "amber" },
  active: { icon: IconCircleCheck, tone: "green" },
  locked: { icon: IconLock, tone: "red" },
};
const NUMBERS: Record<PortalNumber["state"], { icon: Icon; tone: Tone }> = {
  confirmed: { icon: IconCircleCheck, tone: "green" },
  waiting: { icon: IconClock, tone: "amber" },
  recorded: { icon: IconNotebook, tone: "grey" },
};

function usePortalAct(customerId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ method, path, body }: { method: "POST" | "PUT" | "DELETE"; path: string; body?: unknown }) =>
      request<PortalAccounts | undefined>(method, path, body === undefined ? {} : { body }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["customer-portal", customerId] });
      await queries.invalidateQueries({ queryKey: ["customer", customerId] });
    },
  });
}

/** Whether the customer signs in to the portal, and what staff can do about it. */
export function PortalAccount({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const me = useMe();
  const problemText = useProblemText();
  const path = `/customers/${encodeURIComponent(customer.id)}/portal-accounts`;
  const query = useQuery({
    queryKey: ["customer-portal", customer.id],
    queryFn: ({ signal }) => get<PortalAccounts>(path, {}, signal),
    enabled: customer.kind === "person",
  });
  const act = usePortalAct(customer.id);
  // Nothing to say of what is switched off and has never been used.
  if (customer.kind !== "person" || (query.data && !query.data.enabled && query.data.accounts.length === 0)) return null;
  const found = query.data;
  const manages = may(me, "portal.accounts");
  const invitable = found?.enabled && found.mail && manages ? found.emails.filter((email) => !found.accounts.some((each) => each.email === email)) : [];
  return (
    <Card title={t("portalStaff.account.title")}>
      {query.isPending && <Loading bars={[60]} />}
      {query.isError && <Sentence tone="red">{t("portalStaff.account.failed", { detail: problemText(query.error) })}</Sentence>}
      {found && !found.enabled && <p className="dim">{t("portalStaff.account.off")}</p>}
      {found?.enabled && !found.mail && <p className="dim">{t("portalStaff.account.noMail")}</p>}
      {found?.accounts.length === 0 && <p className="dim">{t("portalStaff.account.none")}</p>}
      {found?.enabled && found.accounts.length === 0 && found.emails.length === 0 && <p className="dim">{t("portalStaff.account.noEmail")}</p>}
      {found?.accounts.map((account) => (
        <One key={account.id} account={account} manages={manages} invitePath={path} act={act} />
      ))}
      {act.isError && <Sentence tone="red">{t("portalStaff.account.fail", { detail: problemText(act.error) })}</Sentence>}
      {invitable.map((email) => (
        <Button
          key={email}
          variant="default"
          style={{ alignSelf: "flex-start", maxWidth: "100%" }}
          leftSection={<IconMail size={16} aria-hidden />}
          loading={act.isPending}
          onClick={() => act.mutate({ method: "POST", path, body: { email } })}
        >
          {t("portalStaff.account.invite", { email })}
        </Button>
      ))}
    </Card>
  );
}

interface OneProps {
  account: Account;
  manages: boolean;
  invitePath: string;
  act: ReturnType<typeof usePortalAct>;
}

function One({ account, manages, invitePath, act }: OneProps) {
  const { t } = useTranslation();
  const { email, state } = account;
  const path = `/portal-accounts/${account.id}`;
  const lock = (locked: boolean) => act.mutate({ method: "PUT", path: `${path}/lock`, body: { locked } });
  const button = { size: "compact-sm", variant: "default", loading: act.isPending } as const;
  return (
    <div className="stack" style={{ gap: 8 }}>
      <p className="row wrap">
        <span className="truncate">{email}</span>
        <Mark {...STATES[state]}>{t(`portalStaff.account.state.${state}`)}</Mark>
      </p>
      <p className="dim small">
        {account.signed_in_at ? (
          <>
            {t("portalStaff.account.lastSeen")} <Ago at={account.signed_in_at} />
            {" · "}
            {account.sessions > 0 ? t("portalStaff.account.signedIn", { count: account.sessions }) : t("portalStaff.account.notSignedIn")}
          </>
        ) : (
          t("portalStaff.account.never")
        )}
      </p>
      {manages && (
        <div className="row wrap">
          {(state === "invited" || state === "unconfirmed") && (
            <Button {...button} leftSection={<IconMail size={16} aria-hidden />} onClick={() => act.mutate({ method: "POST", path: invitePath, body: { email } })}>
              {t("portalStaff.account.again")}
            </Button>
          )}
          {account.sessions > 0 && (
            <Button
              {...button}
              leftSection={<IconLogout size={16} aria-hidden />}
              aria-label={t("portalStaff.account.signOutOf", { email })}
              onClick={() => act.mutate({ method: "DELETE", path: `${path}/sessions` })}
            >
              {t("portalStaff.account.signOut")}
            </Button>
          )}
          <Button
            {...button}
            leftSection={state === "locked" ? <IconLockOpen size={16} aria-hidden /> : <IconLock size={16} aria-hidden />}
            aria-label={t(state === "locked" ? "portalStaff.account.unlockOf" : "portalStaff.account.lockOf", { email })}
            onClick={() => lock(state !== "locked")}
          >
            {t(state === "locked" ? "portalStaff.account.unlock" : "portalStaff.account.lock")}
          </Button>
        </div>
      )}
      <Numbers account={account} manages={manages} act={act} />
    </div>
  );
}

function Numbers({ account, manages, act }: { account: Account; manages: boolean; act: ReturnType<typeof usePortalAct> }) {
  const { t } = useTranslation();
  const confirmable = manages && account.state === "active";
  if (account.numbers.length === 0 || account.state === "invited") return null;
  return (
    <>
      <h3>{t("portalStaff.account.numbers")}</h3>
      <ul className={styles.list}>
        {account.numbers.map((each) => (
          <li key={each.id}>
            <span className="grow">{each.number}</span>
            <Mark {...NUMBERS[each.state]}>{t(`portalStaff.account.number.${each.state}`)}</Mark>
            {confirmable && each.state !== "confirmed" && (
              <Button
                size="compact-sm"
                variant="default"
                loading={act.isPending}
                leftSection={<IconCheck size={16} aria-hidden />}
                aria-label={t("portalStaff.account.confirmOf", { number: each.number })}
                onClick={() => act.mutate({ method: "PUT", path: `/portal-accounts/${account.id}/numbers/${encodeURIComponent(each.id)}` })}
              >
                {t("portalStaff.account.confirm")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {confirmable && account.numbers.some((each) => each.state !== "confirmed") && (
        <p className="dim small">{t("portalStaff.account.confirmHint")}</p>
      )}
    </>
  );
}
