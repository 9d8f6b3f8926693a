import { Button } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Copyable, Facts } from "../../../components/admin/Facts";
import { History } from "../../../components/admin/History";
import { Sentence } from "../../../components/Sentence";
import { Ago } from "../../../components/Times";
import { may, useMe } from "../../../hooks/session";
import { inUse, type Encryption, type Use } from "../../../lib/admin/safety";
import styles from "../safety.module.css";
import { Ask } from "./Ask";

interface MasterKeyProps {
  shown: Encryption;
  use: Use | undefined;
}

/** Where the key is that is in no backup, and what is to be done with it outside. */
export function MasterKey({ shown, use }: MasterKeyProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const rotate = may(useMe(), "encryption.rotate");
  const file = shown.kept === "file";
  const used = inUse(shown, "master");
  const next = file ? undefined : use?.masters.find((id) => !used.includes(id));
  const ready = use?.replaceable === true && next !== undefined && use.masters[0] === next;
  return (
    <section className={`panel ${styles.part ?? ""}`} aria-labelledby="master-key">
      <header>
        <div>
          <h2 id="master-key">{t("safety.keys.master.title")}</h2>
          <p className="dim">{t("safety.keys.master.lead")}</p>
        </div>
        <History subject="encryption:master-key" name={t("safety.keys.master.history")} act="" dirty={false} />
        {rotate && (
          <Button
            variant="default"
            leftSection={<IconKey size={16} aria-hidden />}
            disabled={use?.replaceable !== true || shown.work !== null}
            onClick={() => setAsked(true)}
          >
            {t("safety.keys.master.replace")}
          </Button>
        )}
      </header>
      {!use && <Sentence tone="grey">{t("safety.keys.master.looking")}</Sentence>}
      {use?.problem && <Sentence tone="red">{use.problem}</Sentence>}
      {use && !use.problem && <Sentence tone="green">{t("safety.keys.master.fine")}</Sentence>}
      {use?.open_to_others && <Sentence tone="amber">{t("safety.keys.master.openToOthers", { path: shown.where })}</Sentence>}
      <Facts
        rows={[
          [t("safety.keys.master.id"), used.map((id) => <code key={id}>{id}</code>)],
          [t("safety.keys.master.where"), file ? <Copyable text={shown.where} what={t("safety.keys.master.path")} /> : shown.where],
          ...(use?.written_at ? [[t("safety.keys.master.written"), <Ago key="written" at={use.written_at} />] as const] : []),
        ]}
      />
      <h3>{t("safety.keys.master.outside")}</h3>
      <ul className={styles.steps}>
        <li>{t(file ? "safety.keys.master.copyFile" : "safety.keys.master.copyGiven", file ? { path: shown.where } : { where: shown.where })}</li>
        <li>{t("safety.keys.master.keepOld")}</li>
        {!file && <li>{ready ? t("safety.keys.master.givenReady", { id: next }) : t("safety.keys.master.given", { where: shown.where })}</li>}
      </ul>
      {asked && <Ask what="master" shown={shown} use={use} onClose={() => setAsked(false)} />}
    </section>
  );
}
