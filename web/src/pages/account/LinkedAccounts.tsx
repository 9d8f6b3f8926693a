import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { Sentence } from "../../components/Sentence";
import { useAct } from "../../hooks/account";
import { useLinked } from "../../hooks/providers";
import { useLocale } from "../../hooks/words";
import { request } from "../../lib/api";
import { leaveFor } from "../../lib/providers";
import { ProviderButtons } from "../signin/ProviderButtons";
import styles from "./account.module.css";
import { Part, Wait } from "./Part";

/** Providers by which one signs in here; not shown where there is none. */
export function LinkedAccounts() {
  const { t } = useTranslation();
  const linked = useLinked();
  const act = useAct();
  const justNow = (useLocation().state as { linked?: boolean } | null)?.linked;
  const date = new Intl.DateTimeFormat(useLocale(), { dateStyle: "medium" });
  if (linked.data && linked.data.items.length + linked.data.offered.length === 0) return null;
  return (
    <Part title={t("account.linked.title")} lead={t("account.linked.lead")} problem={act.problem}>
      {justNow && <Sentence tone="green">{t("account.linked.done")}</Sentence>}
      <Wait query={linked}>
        {({ items, offered }) => (
          <>
            {items.length === 0 && <p className="dim">{t("account.linked.none")}</p>}
            <ul className={styles.list}>
              {items.map((item) => (
                <li key={item.provider}>
                  <span>{item.name}</span>
                  <span className="dim small grow">
                    {t("account.linked.since", { date: date.format(new Date(item.made_at)) })} ·{" "}
                    {item.used_at ? t("account.keys.used", { date: date.format(new Date(item.used_at)) }) : t("account.keys.unused")}
                  </span>
                  <Button
                    size="compact-sm"
                    variant="default"
                    disabled={act.busy}
                    aria-label={t("account.linked.unlinkNamed", { name: item.name })}
                    onClick={() => void act.run(() => request("DELETE", `/account/identities/${encodeURIComponent(item.provider)}`))}
                  >
                    {t("account.linked.unlink")}
                  </Button>
                </li>
              ))}
            </ul>
            <div className={styles.form}>
              <ProviderButtons
                items={offered}
                word={(name) => t("account.linked.link", { name })}
                onChoose={(id) => leaveFor(`/account/identities/${encodeURIComponent(id)}`)}
              />
            </div>
          </>
        )}
      </Wait>
    </Part>
  );
}
