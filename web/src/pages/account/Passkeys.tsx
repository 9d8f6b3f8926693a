import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { useAct, useSecurity } from "../../hooks/account";
import { useLocale } from "../../hooks/words";
import type { Passkey } from "../../lib/account";
import { request } from "../../lib/api";
import { isTurnedDown, makePasskey, passkeysHere } from "../../lib/passkeys";
import styles from "./account.module.css";
import { Part, Wait } from "./Part";

type Act = ReturnType<typeof useAct>;

export function Passkeys() {
  const { t } = useTranslation();
  const security = useSecurity();
  const act = useAct();
  if (security.data?.second_factor === "off") return null;
  return (
    <Part title={t("account.passkeys.title")} lead={t("account.passkeys.lead")} problem={act.problem}>
      <Wait query={security}>{(data) => <List items={data.passkeys} act={act} />}</Wait>
      {passkeysHere() ? <Add act={act} /> : <Sentence tone="grey">{t("account.passkeys.notHere")}</Sentence>}
    </Part>
  );
}

function List({ items, act }: { items: readonly Passkey[]; act: Act }) {
  const { t } = useTranslation();
  const date = new Intl.DateTimeFormat(useLocale(), { dateStyle: "medium" });
  if (items.length === 0) return <p className="dim">{t("account.passkeys.none")}</p>;
  return (
    <ul className={styles.list}>
      {items.map((item) => (
        <li key={item.id}>
          <Name item={item} act={act} />
          <span className="dim small grow">
            {t("account.keys.made", { date: date.format(new Date(item.made_at)) })} ·{" "}
            {item.used_at ? t("account.keys.used", { date: date.format(new Date(item.used_at)) }) : t("account.keys.unused")}
          </span>
          <Button
            size="compact-sm"
            variant="default"
            disabled={act.busy}
            aria-label={t("account.passkeys.removeNamed", { name: item.name })}
            onClick={() => void act.run(() => request("DELETE", `/account/passkeys/${item.id}`))}
          >
            {t("account.passkeys.remove")}
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** What a passkey is called, changed in place. */
function Name({ item, act }: { item: Passkey; act: Act }) {
  const { t } = useTranslation();
  const [name, setName] = useState<string | null>(null);
  if (name === null)
    return (
      <>
        <span>{item.name}</span>
        <Button
          size="compact-sm"
          variant="subtle"
          disabled={act.busy}
          aria-label={t("account.passkeys.renameNamed", { name: item.name })}
          onClick={() => setName(item.name)}
        >
          {t("account.passkeys.rename")}
        </Button>
      </>
    );
  return (
    <form
      className="row wrap"
      onSubmit={(event) => {
        event.preventDefault();
        if (!name.trim() || act.busy) return;
        void act.run(async () => {
          await request("PUT", `/account/passkeys/${item.id}`, { body: { name: name.trim() } });
          setName(null);
        });
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") setName(null);
      }}
    >
      <TextInput
        aria-label={t("account.passkeys.name")}
        maxLength={200}
        value={name}
        ref={(input) => {
          if (input && name === item.name) input.focus();
        }}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" size="compact-sm" loading={act.busy} disabled={!name.trim()}>
        {t("account.passkeys.saveName")}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => setName(null)}>
        {t("common.cancel")}
      </Button>
    </form>
  );
}

function Add({ act }: { act: Act }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [turnedDown, setTurnedDown] = useState(false);
  const add = () =>
    act.run(async () => {
      setTurnedDown(false);
      try {
        await makePasskey(name.trim());
        setName("");
      } catch (error) {
        if (!isTurnedDown(error)) throw error;
        setTurnedDown(true);
      }
    });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() && !act.busy) void add();
      }}
    >
      <TextInput
        label={t("account.passkeys.name")}
        description={t("account.passkeys.nameHint")}
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <div>
        <Button type="submit" variant="default" loading={act.busy} disabled={!name.trim()}>
          {t("account.passkeys.add")}
        </Button>
      </div>
      {turnedDown && <Sentence tone="amber">{t("account.passkeys.turnedDown")}</Sentence>}
    </form>
  );
}
