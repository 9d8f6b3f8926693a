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
          <span>{item.name}</span>
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
