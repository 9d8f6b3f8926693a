import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAct, useSessions } from "../../hooks/account";
import { useLocale } from "../../hooks/words";
import { request } from "../../lib/api";
import styles from "./account.module.css";
import { Part, Wait } from "./Part";

export function Sessions() {
  const { t } = useTranslation();
  const sessions = useSessions();
  const { busy, problem, run } = useAct();
  const date = new Intl.DateTimeFormat(useLocale(), { dateStyle: "medium", timeStyle: "short" });
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
