import { Button, Skeleton, Tooltip } from "@mantine/core";
import { IconArchive, IconCircleCheck, IconRefresh, IconRotateClockwise } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { History } from "../../../components/admin/History";
import { Ago } from "../../../components/Times";
import { may, useMe } from "../../../hooks/session";
import type { Counted, DataKey, Encryption, Use } from "../../../lib/admin/safety";
import styles from "../safety.module.css";
import { Ask } from "./Ask";

interface DataKeysProps {
  shown: Encryption;
  use: Use | undefined;
}

/** The keys that seal things, and how much each of them does. */
export function DataKeys({ shown, use }: DataKeysProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const [all, setAll] = useState(false);
  const rotate = may(useMe(), "encryption.rotate");
  const retired = shown.keys.filter((key) => key.state === "retired");
  const rows = all ? shown.keys : shown.keys.filter((key) => key.state !== "retired");
  return (
    <section className={`panel ${styles.part ?? ""}`} aria-labelledby="data-keys">
      <header>
        <div>
          <h2 id="data-keys">{t("safety.keys.data.title")}</h2>
          <p className="dim">{t("safety.keys.data.lead")}</p>
        </div>
        <History subject="encryption:data-keys" name={t("safety.keys.data.history")} act="" dirty={false} />
        {rotate && (
          <Button variant="default" leftSection={<IconRefresh size={16} aria-hidden />} disabled={shown.work !== null} onClick={() => setAsked(true)}>
            {t("safety.keys.data.replace")}
          </Button>
        )}
      </header>
      <div className={styles.table} tabIndex={0} role="region" aria-label={t("safety.keys.data.title")}>
        <table className="table">
          <thead>
            <tr>
              {(["for", "state", "made", "seals", "key", "master"] as const).map((column) => (
                <th key={column} scope="col">
                  {t(`safety.keys.data.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((key) => (
              <tr key={key.id}>
                <td>{t(`safety.keys.data.purpose.${key.purpose}`)}</td>
                <td data-word={t("safety.keys.data.state")}>
                  <State of={key} />
                </td>
                <td data-word={t("safety.keys.data.made")}>
                  <Ago at={key.made_at} />
                  {key.replaced_at && (
                    <div className="dim small">
                      {t("safety.keys.data.replacedAt")} <Ago at={key.replaced_at} />
                    </div>
                  )}
                </td>
                <td data-word={t("safety.keys.data.seals")}>
                  <Seals of={key} use={use} />
                </td>
                <td data-word={t("safety.keys.data.key")}>
                  <code>{key.id}</code>
                </td>
                <td data-word={t("safety.keys.data.master")}>
                  <code>{key.master}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {retired.length > 0 && (
        <div>
          <Button size="compact-sm" variant="subtle" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t("safety.keys.data.hideRetired") : t("safety.keys.data.showRetired", { count: retired.length })}
          </Button>
        </div>
      )}
      {asked && <Ask what="data" shown={shown} use={use} onClose={() => setAsked(false)} />}
    </section>
  );
}

const SIGNS = { active: [IconCircleCheck, "green"], replaced: [IconRotateClockwise, "amber"], retired: [IconArchive, "grey"] } as const;

function State({ of }: { of: DataKey }) {
  const { t } = useTranslation();
  const [Sign, tone] = SIGNS[of.state];
  return (
    <Tooltip label={t(`safety.keys.data.stateText.${of.state}`)} multiline maw={320}>
      <span className={styles.state} data-tone={tone}>
        <Sign size={16} aria-hidden />
        {t(`safety.keys.data.states.${of.state}`)}
      </span>
    </Tooltip>
  );
}

const COUNTED = ["values", "recordings", "ticket_files"] as const satisfies readonly Counted[];

function Seals({ of, use }: { of: DataKey; use: Use | undefined }) {
  const { t } = useTranslation();
  if (of.state === "retired") return <span className="dim">{t("safety.keys.data.nothing")}</span>;
  if (of.purpose === "index") return <span className="dim">{t("safety.keys.data.indexText")}</span>;
  if (!use) return <Skeleton height={14} width={120} />;
  const counts = use.seals.find((one) => one.key === of.id)?.counts ?? {};
  const words = COUNTED.filter((name) => (counts[name] ?? 0) > 0).map((name) => t(`safety.keys.data.counts.${name}`, { count: counts[name] ?? 0 }));
  return words.length > 0 ? <>{words.join(" · ")}</> : <span className="dim">{t("safety.keys.data.nothing")}</span>;
}
