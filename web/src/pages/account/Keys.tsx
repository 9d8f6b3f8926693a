import { Button, MultiSelect, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct, useApiKeys } from "../../hooks/account";
import { useMe } from "../../hooks/session";
import { useLocale } from "../../hooks/words";
import type { ApiKey, NewApiKey } from "../../lib/account";
import { request } from "../../lib/api";
import styles from "./account.module.css";
import { Copy } from "./Codes";
import { Part, Wait } from "./Part";

type Act = ReturnType<typeof useAct>;

export function Keys() {
  const { t } = useTranslation();
  const keys = useApiKeys();
  const act = useAct();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<NewApiKey | null>(null);
  return (
    <Part title={t("account.keys.title")} lead={t("account.keys.lead")} problem={act.problem}>
      <Wait query={keys}>{(items) => <KeyList items={items} act={act} />}</Wait>
      {made ? (
        <Secret made={made} onKept={() => setMade(null)} />
      ) : making ? (
        <KeyForm
          act={act}
          onCancel={() => setMaking(false)}
          onMade={(key) => {
            setMade(key);
            setMaking(false);
          }}
        />
      ) : (
        <div>
          <Button variant="default" onClick={() => setMaking(true)}>
            {t("account.keys.make")}
          </Button>
        </div>
      )}
    </Part>
  );
}

function KeyList({ items, act }: { items: readonly ApiKey[]; act: Act }) {
  const { t } = useTranslation();
  const date = new Intl.DateTimeFormat(useLocale(), { dateStyle: "medium" });
  const moment = (text: string) => date.format(new Date(text));
  if (items.length === 0) return <p className="dim">{t("account.keys.none")}</p>;
  return (
    <ul className={styles.list}>
      {items.map((key) => (
        <li key={key.id}>
          <span>{key.name}</span>
          <code className="dim small">{key.prefix}…</code>
          <span className="dim small grow">
            {key.permissions.join(", ")} · {t("account.keys.made", { date: moment(key.made_at) })}
            {key.expires_at && ` · ${t("account.keys.expires", { date: moment(key.expires_at) })}`} ·{" "}
            {key.used_at ? t("account.keys.used", { date: moment(key.used_at) }) : t("account.keys.unused")}
          </span>
          <Button
            size="compact-sm"
            variant="default"
            disabled={act.busy}
            aria-label={t("account.keys.revokeNamed", { name: key.name })}
            onClick={() => void act.run(() => request("DELETE", `/account/api-keys/${key.id}`))}
          >
            {t("account.keys.revoke")}
          </Button>
        </li>
      ))}
    </ul>
  );
}

interface KeyFormProps {
  act: Act;
  onMade: (key: NewApiKey) => void;
  onCancel: () => void;
}

function KeyForm({ act, onMade, onCancel }: KeyFormProps) {
  const { t } = useTranslation();
  const me = useMe();
  const [name, setName] = useState("");
  const [permissions, setPermissions] = useState<string[]>([]);
  const [days, setDays] = useState<number>(365);
  const ready = name.trim() !== "" && permissions.length > 0 && days >= 1;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!ready || act.busy) return;
        void act.run(async () =>
          onMade(await request<NewApiKey>("POST", "/account/api-keys", { body: { name, permissions, days } })),
        );
      }}
    >
      <TextInput
        label={t("account.keys.name")}
        description={t("account.keys.nameHint")}
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <MultiSelect
        label={t("account.keys.permissions")}
        data={[...me.permissions]}
        value={permissions}
        onChange={setPermissions}
        searchable
      />
      <NumberInput
        label={t("account.keys.days")}
        min={1}
        max={3650}
        allowDecimal={false}
        value={days}
        onChange={(value) => setDays(Number(value) || 0)}
      />
      <div className="row wrap">
        <Button type="submit" loading={act.busy} disabled={!ready}>
          {t("account.keys.make")}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {t("common.cancel")}
        </Button>
      </div>
    </form>
  );
}

function Secret({ made, onKept }: { made: NewApiKey; onKept: () => void }) {
  const { t } = useTranslation();
  return (
    <section className="stack" aria-label={t("account.keys.secretTitle")}>
      <h3>{t("account.keys.secretTitle")}</h3>
      <p>{t("account.keys.secretLead")}</p>
      <div>
        <div className="dim small">{t("account.keys.secret")}</div>
        <code className={styles.secret}>{made.secret}</code>
      </div>
      <div>
        <div className="dim small">{t("account.keys.clientId")}</div>
        <code className={styles.secret}>{made.id}</code>
      </div>
      <div className="row wrap">
        <Button onClick={onKept}>{t("account.factor.kept")}</Button>
        <Copy text={made.secret} />
      </div>
    </section>
  );
}
