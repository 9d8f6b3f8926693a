import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconPlayerPause, IconWebhook } from "@tabler/icons-react";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import admin from "../../../../components/admin/admin.module.css";
import { History } from "../../../../components/admin/History";
import { SwitchField, TextField } from "../../../../components/admin/Fields";
import { FormPage, type FormSection } from "../../../../components/admin/FormPage";
import linked from "../../../../components/admin/rows.module.css";
import { Mark } from "../../../../components/Mark";
import { Sentence } from "../../../../components/Sentence";
import { useDraft, type Draft } from "../../../../hooks/draft";
import { shelfPath, useRules, useShelved, useWebhooks } from "../../../../hooks/ticket-automation";
import { useMaySetUp } from "../../../../hooks/ticket-setup";
import { bodyOf, webhookTroubles, type Webhook, type WebhookBody, type WebhookMade } from "../../../../lib/tickets/automation";
import { Gone, Loaded } from "../../../admin/Loaded";
import styles from "../setup.module.css";
import { Deliveries, Renew, Secret } from "./HookParts";
import { useSaveShelved, useShelfBack } from "./form";
import { ListPage } from "./ListPage";
import { RemoveShelved } from "./Remove";

export function HookList() {
  const hooks = useWebhooks();
  return (
    <ListPage kind="webhooks" icon={<IconWebhook size={32} stroke={1.5} aria-hidden />} query={hooks} words={(row) => row.url}>
      {(rows) => (
        <ul className={`panel ${styles.plainRows ?? ""}`}>
          {rows.map((row) => (
            <li key={row.id} className={`${linked.linked ?? ""} ${styles.row ?? ""}`}>
              <Link className={linked.name ?? ""} to={`/admin/tickets/webhooks/${encodeURIComponent(row.id)}`}>
                {row.name}
              </Link>
              <span className={`dim small ${styles.about ?? ""}`}>{row.url}</span>
              <span className={`${linked.marks ?? ""} ${styles.marks ?? ""}`}>
                <HookMark hook={row} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </ListPage>
  );
}

function HookMark({ hook }: { hook: Webhook }) {
  const { t } = useTranslation();
  if (hook.stopped)
    return (
      <Mark icon={IconAlertTriangle} tone="red">
        {t("ticketAutomation.webhooks.stopped")}
      </Mark>
    );
  return hook.enabled ? (
    <Mark icon={IconCircleCheck} tone="green" plain>
      {t("ticketAutomation.webhooks.enabled")}
    </Mark>
  ) : (
    <Mark icon={IconPlayerPause} tone="grey" plain>
      {t("ticketAutomation.webhooks.off")}
    </Mark>
  );
}

function useSection() {
  const { t } = useTranslation();
  return ({ value, set }: Draft<WebhookBody>, isNew: boolean): FormSection => ({
    id: "general",
    title: t("ticketAutomation.webhooks.one"),
    paths: ["name", "url", "private", "enabled"],
    content: (
      <>
        <TextField path="name" label={t("admin.name")} required autoFocus={isNew} value={value.name} onChange={(name) => set({ name })} />
        <TextField path="url" label={t("ticketAutomation.webhooks.url")} description={t("ticketAutomation.webhooks.urlHint")} placeholder="https://example.com/tickets" required value={value.url} onChange={(url) => set({ url: url.trim() })} />
        <SwitchField path="private" label={t("ticketAutomation.webhooks.private")} description={t("ticketAutomation.webhooks.privateHint")} value={value.private} onChange={(inside) => set({ private: inside })} />
        <SwitchField path="enabled" label={t("ticketAutomation.webhooks.enabled")} description={t("ticketAutomation.webhooks.enabledHint")} value={value.enabled} onChange={(enabled) => set({ enabled })} />
      </>
    ),
  });
}

const FRESH: WebhookBody = { name: "", url: "", private: false, enabled: true };

export function NewHook() {
  return (
    <Loaded queries={[useWebhooks()]} back={useShelfBack("webhooks")}>
      {(rows) => <New rows={rows} />}
    </Loaded>
  );
}

/** The secret is shown here and nowhere else, so the page stays until it was taken. */
function New({ rows }: { rows: readonly Webhook[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const shelved = useShelved("webhooks");
  const section = useSection();
  const back = useShelfBack("webhooks");
  const [made, setMade] = useState<WebhookMade | null>(null);
  const troubles = useCallback((value: WebhookBody) => webhookTroubles(value, made ? [] : rows), [rows, made]);
  const draft = useDraft<WebhookBody>({
    saved: FRESH,
    editable: true,
    troubles,
    save: async (value) => {
      const hook = await shelved.create<WebhookMade>({ ...value, name: value.name.trim() });
      draft.leaving.current = true;
      setMade(hook);
    },
  });
  if (!made) return <FormPage title={t("ticketAutomation.webhooks.new")} back={back} draft={draft} isNew sections={[section(draft, true)]} />;
  return (
    <div className={admin.area}>
      <h1>{made.name}</h1>
      <Secret secret={made.secret} />
      <div>
        <Button onClick={() => void navigate(`/admin/tickets/webhooks/${encodeURIComponent(made.id)}`, { replace: true })}>{t("ticketAutomation.webhooks.go")}</Button>
      </div>
    </div>
  );
}

export function HookForm() {
  const { id = "" } = useParams();
  const back = useShelfBack("webhooks");
  return (
    <Loaded queries={[useWebhooks()]} back={back}>
      {(rows) => {
        const row = rows.find((each) => each.id === id);
        return row ? <Form key={row.id} row={row} rows={rows} /> : <Gone back={back} />;
      }}
    </Loaded>
  );
}

function Form({ row, rows }: { row: Webhook; rows: readonly Webhook[] }) {
  const save = useSaveShelved("webhooks", row.id);
  const section = useSection();
  const manage = useMaySetUp();
  const users = useRules().data?.filter((rule) => rule.actions.some((action) => action.do === "webhook" && action.webhook === row.id)) ?? [];
  const saved = useMemo<WebhookBody>(() => bodyOf(row), [row]);
  const troubles = useCallback(
    (value: WebhookBody) =>
      webhookTroubles(
        value,
        rows.filter((other) => other.id !== row.id),
      ),
    [rows, row.id],
  );
  const draft = useDraft<WebhookBody>({
    saved,
    editable: manage,
    troubles,
    save: async (value) => {
      await save({ ...value, name: value.name.trim() }, draft.leaving);
    },
  });
  return (
    <FormPage
      title={row.name}
      back={useShelfBack("webhooks")}
      draft={draft}
      aside={<History subject={`ticket_webhooks:${row.id}`} name={row.name} act="ticket_setup.changed" dirty={draft.dirty} leaveOut={["id", "stopped", "renewed_at"]} restoreTo={shelfPath("webhooks", row.id)} />}
      above={row.stopped && <Stopped row={row} />}
      sections={[section(draft, false)]}
      below={
        <>
          <Renew id={row.id} />
          <Deliveries id={row.id} />
          <RemoveShelved
            what="webhooks"
            row={row}
            leaving={draft.leaving}
            usedBy={users.map((rule) => (
              <Link key={rule.id} to={`/admin/tickets/rules/${encodeURIComponent(rule.id)}`}>
                {rule.name}
              </Link>
            ))}
          />
        </>
      }
    />
  );
}

function Stopped({ row }: { row: Webhook }) {
  const { t } = useTranslation();
  const shelved = useShelved("webhooks");
  return (
    <Sentence
      tone="red"
      action={
        <Button size="compact-sm" variant="default" onClick={() => void shelved.replace(row.id, { ...bodyOf(row), enabled: true })}>
          {t("ticketAutomation.webhooks.again")}
        </Button>
      }
    >
      {t("ticketAutomation.webhooks.stoppedWhy", { why: row.stopped })}
    </Sentence>
  );
}
