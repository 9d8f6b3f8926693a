import { Button } from "@mantine/core";
import { IconCheck, IconCircleCheck, IconCircleX, IconClock, IconCopy, IconKey, IconRefresh, IconSend, type Icon } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Loading } from "../../../../components/Loading";
import admin from "../../../../components/admin/admin.module.css";
import { Mark, type Tone } from "../../../../components/Mark";
import { Sentence } from "../../../../components/Sentence";
import { Ago } from "../../../../components/Times";
import { useDeliveries, useHookActs } from "../../../../hooks/ticket-automation";
import { useProblemText } from "../../../../hooks/words";
import type { Delivery } from "../../../../lib/tickets/automation";
import styles from "../setup.module.css";

/** Shown once. */
export function Secret({ secret }: { secret: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  return (
    <section className={`panel ${admin.section ?? ""}`} aria-labelledby="secret-title">
      <h2 id="secret-title">{t("ticketAutomation.webhooks.secret")}</h2>
      <Sentence tone="amber">{t("ticketAutomation.webhooks.secretText")}</Sentence>
      <p className={styles.secret}>
        <code>{secret}</code>
        {/* Without TLS a browser lets nobody copy by a button. */}
        {window.isSecureContext && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
            onClick={() => void navigator.clipboard.writeText(secret).then(() => setCopied(true))}
          >
            {t(copied ? "ticketAutomation.webhooks.copied" : "ticketAutomation.webhooks.copy")}
          </Button>
        )}
      </p>
    </section>
  );
}

/** Another secret, after a second look. */
export function Renew({ id }: { id: string }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { renew } = useHookActs(id);
  const [sure, setSure] = useState(false);
  if (renew.data) return <Secret secret={renew.data.secret} />;
  return (
    <section className={`panel ${admin.section ?? ""}`} aria-labelledby="secret-title">
      <h2 id="secret-title">{t("ticketAutomation.webhooks.secret")}</h2>
      <p className="dim">{t("ticketAutomation.webhooks.secretLead")}</p>
      <div className={`${admin.sectionBody ?? ""} ${styles.secret ?? ""}`}>
        {sure && <span>{t("ticketAutomation.webhooks.renewSure")}</span>}
        <Button size="xs" variant="default" loading={renew.isPending} leftSection={<IconKey size={14} aria-hidden />} onClick={() => (sure ? renew.mutate() : setSure(true))}>
          {t("ticketAutomation.webhooks.renew")}
        </Button>
        {sure && (
          <Button size="xs" variant="default" onClick={() => setSure(false)}>
            {t("common.cancel")}
          </Button>
        )}
      </div>
      {renew.error && <Sentence tone="red">{problemText(renew.error)}</Sentence>}
    </section>
  );
}

const STATE: Record<Delivery["state"], { icon: Icon; tone: Tone }> = {
  waiting: { icon: IconClock, tone: "amber" },
  done: { icon: IconCircleCheck, tone: "green" },
  failed: { icon: IconCircleX, tone: "red" },
};

export function Deliveries({ id }: { id: string }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const sent = useDeliveries(id);
  const { test } = useHookActs(id);
  return (
    <section className={`panel ${admin.section ?? ""}`} aria-labelledby="deliveries-title">
      <h2 id="deliveries-title">{t("ticketAutomation.webhooks.deliveries")}</h2>
      <div className={`${admin.sectionBody ?? ""} ${styles.secret ?? ""}`}>
        <Button size="xs" variant="default" loading={test.isPending} leftSection={<IconSend size={14} aria-hidden />} onClick={() => test.mutate()}>
          {t("ticketAutomation.webhooks.test")}
        </Button>
        <Button size="xs" variant="default" loading={sent.isFetching} leftSection={<IconRefresh size={14} aria-hidden />} onClick={() => void sent.refetch()}>
          {t("ticketAutomation.webhooks.look")}
        </Button>
        <span className="dim small" role="status">
          {test.isSuccess && t("ticketAutomation.webhooks.tested")}
        </span>
      </div>
      {test.error && <Sentence tone="red">{t("ticketAutomation.webhooks.testFailed", { detail: problemText(test.error) })}</Sentence>}
      {sent.error && <Sentence tone="red">{t("admin.listFailed", { detail: problemText(sent.error) })}</Sentence>}
      {sent.isPending && <Loading bars={[80]} />}
      {sent.data?.length === 0 && <p className="dim">{t("ticketAutomation.webhooks.noDeliveries")}</p>}
      {sent.data && sent.data.length > 0 && <Table rows={sent.data} />}
    </section>
  );
}

function Table({ rows }: { rows: readonly Delivery[] }) {
  const { t } = useTranslation();
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("ticketAutomation.webhooks.deliveries")}>
      <table className="table">
        <thead>
          <tr>
            {(["made", "about", "state", "answer", "tries", "next"] as const).map((name) => (
              <th key={name} scope="col">
                {t(`ticketAutomation.webhooks.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <Ago at={row.made_at} />
              </td>
              <td>{row.ticket_id ? <Link to={`/tickets/${encodeURIComponent(row.ticket_id)}`}>{t("ticketAutomation.webhooks.aTicket")}</Link> : t("ticketAutomation.webhooks.aTest")}</td>
              <td>
                <Mark {...STATE[row.state]}>{t(`ticketAutomation.webhooks.stateOf.${row.state}`)}</Mark>
              </td>
              <td>{[row.status, row.problem].filter(Boolean).join(" · ") || t("common.none")}</td>
              <td className="num">{row.tries}</td>
              <td>{row.state === "waiting" && row.next_at ? <Ago at={row.next_at} /> : t("common.none")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
