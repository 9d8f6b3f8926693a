import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { get } from "../../lib/api";
import { Button, Card, Notice, Page, PasswordField } from "./kit";
import { Loaded } from "./Loaded";
import { ME, own, useDoorway, useMe, useMoment, useSending } from "./session";
import type { PortalMe, PortalSession } from "./types";

const SESSIONS = own("sessions");

export default function Security() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Page title={t("portal.area.security")} lead={t("portal.areaText.security")} back>
      <div className="p-columns">
        {me.data && <Password me={me.data} />}
        <Sessions />
      </div>
    </Page>
  );
}

function Password({ me }: { me: PortalMe }) {
  const { t } = useTranslation();
  const doorway = useDoorway();
  const queries = useQueryClient();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [done, setDone] = useState<"set" | "removed" | null>(null);
  const form = useSending("password");
  const save = async (wanted: string | null) => {
    setDone(null);
    const body = { current: me.has_password ? current : null, password: wanted };
    if (!(await form.send("PUT", "/portal/password", body))) return;
    queries.setQueryData<PortalMe | null>(ME, (known) => known && { ...known, has_password: wanted !== null });
    await queries.invalidateQueries({ queryKey: SESSIONS });
    setCurrent("");
    setPassword("");
    setDone(wanted === null ? "removed" : "set");
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (password && (current || !me.has_password)) void save(password);
  };
  return (
    <Card title={t("portal.password")}>
      {!me.has_password && <p className="dim">{t("portal.security.byLink")}</p>}
      <form className="stack" noValidate onSubmit={submit}>
        <input type="email" autoComplete="username" value={me.email} readOnly hidden />
        {me.has_password && (
          <PasswordField
            label={t("portal.security.current")}
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        )}
        <PasswordField
          label={t("portal.security.next")}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          hint={t("portal.security.passwordHint", { count: doorway.data?.password_min_length ?? 10 })}
          error={form.wrong("password")}
        />
        {form.trouble && <Notice tone="red">{form.trouble}</Notice>}
        {done && <Notice tone="green">{t(`portal.security.${done}`)}</Notice>}
        <div className="p-buttons">
          <Button type="submit" busy={form.busy} disabled={!password || (me.has_password && !current)}>
            {t(me.has_password ? "portal.security.change" : "portal.security.choose")}
          </Button>
          {me.has_password && (
            <Button tone="plain" busy={form.busy} disabled={!current} onClick={() => void save(null)}>
              {t("portal.security.remove")}
            </Button>
          )}
        </div>
      </form>
    </Card>
  );
}

function Sessions() {
  const { t } = useTranslation();
  const sessions = useQuery({ queryKey: SESSIONS, queryFn: () => get<{ items: PortalSession[] }>("/portal/sessions") });
  const queries = useQueryClient();
  const moment = useMoment();
  const form = useSending();
  const end = async (path: string) => {
    if (await form.send("DELETE", path)) await queries.invalidateQueries({ queryKey: SESSIONS });
  };
  return (
    <Card title={t("portal.security.sessions")}>
      <Loaded query={sessions}>
        {({ items }) => (
          <>
            <ul className="p-list">
              {items.map((each) => (
                <li key={each.id}>
                  <div className="grow">
                    <p className="p-value">{each.device || t("portal.security.device")}</p>
                    <p className="dim small">
                      {[each.address, t("portal.security.seen", { at: moment(each.last_seen_at) })].filter(Boolean).join(" · ")}
                    </p>
                  </div>
                  {each.current ? (
                    <span className="mark" data-tone="green">
                      {t("portal.security.here")}
                    </span>
                  ) : (
                    <Button tone="plain" busy={form.busy} onClick={() => void end(`/portal/sessions/${each.id}`)}>
                      {t("portal.security.end")}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
            {form.trouble && <Notice tone="red">{form.trouble}</Notice>}
            {items.length > 1 && (
              <div className="p-buttons">
                <Button tone="plain" busy={form.busy} onClick={() => void end("/portal/sessions")}>
                  {t("portal.security.endOthers")}
                </Button>
              </div>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}
