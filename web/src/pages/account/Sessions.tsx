import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAct, useSessions } from "../../hooks/account";
import { useLinked } from "../../hooks/providers";
import { useLocale } from "../../hooks/words";
import { request } from "../../lib/api";
import styles from "./account.module.css";
import { Part, Wait } from "./Part";

export function Sessions() {
  const { t } = useTranslation();
  const sessions = useSessions();
  const { busy, problem, run } = useAct();
  const date = new Intl.DateTimeFormat(useLocale(), { dateStyle: "medium", timeStyle: "short" });
  const providers = useLinked().data?.items ?? [];
  const by = (method: string) => {
    const id = /^sso:([a-z0-9-]+)/.exec(method)?.[1];
    return id ? `${t("account.sessions.by", { name: providers.find((one) => one.provider === id)?.name ?? id })} · ` : "";
  };
  const moment = (text: string) => date.format(new Date(text));
  return (
    <Part title={t("account.sessions.title")} problem={problem}>
      <Wait query={sessions}>
        {(items) => (
          <>
            <ul className={styles.list}>
              {items.map((item) => {
                const device = item.device || t("account.sessions.unknown");
                return (
                  <li key={item.id}>
                    <span>{device}</span>
                    <span className="dim small grow">
                      {by(item.method)}
                      {item.address} · {t("account.sessions.since", { date: moment(item.created_at) })} ·{" "}
                      {t("account.sessions.used", { date: moment(item.last_seen_at) })}
                    </span>
                    {item.current ? (
                      <strong className="small">{t("account.sessions.this")}</strong>
                    ) : (
                      <Button
                        size="compact-sm"
                        variant="default"
                        disabled={busy}
                        aria-label={t("account.sessions.endNamed", { device })}
                        onClick={() => void run(() => request("DELETE", `/account/sessions/${item.id}`))}
                      >
                        {t("account.sessions.end")}
                      </Button>
                    )}
                  </li>
                );
              })}
            </ul>
            {items.length > 1 && (
              <div>
                <Button variant="default" loading={busy} onClick={() => void run(() => request("DELETE", "/account/sessions"))}>
                  {t("account.sessions.endOthers")}
                </Button>
              </div>
            )}
          </>
        )}
      </Wait>
    </Part>
  );
}
