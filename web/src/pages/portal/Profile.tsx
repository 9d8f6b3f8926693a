import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";
import { get } from "../../lib/api";
import { Ask, Button, Card, Field, Notice, Page, SelectField } from "./kit";
import { LANGUAGES } from "./language";
import { Loaded } from "./Loaded";
import { Numbers } from "./Numbers";
import { ME, own, useSending } from "./session";
import type { PortalMe, Profile as Details } from "./types";

export const PROFILE = own("profile");

export default function Profile() {
  const { t } = useTranslation();
  const profile = useQuery({ queryKey: PROFILE, queryFn: () => get<Details>("/portal/profile") });
  return (
    <Page title={t("portal.area.profile")} lead={t("portal.areaText.profile")} back>
      <Loaded query={profile}>
        {(details) => (
          <div className="p-columns">
            <About details={details} />
            <div className="stack">
              <Email email={details.email} />
              <Numbers numbers={details.numbers} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

const EDITED = ["name", "called", "language", "timezone"] as const;
type Edited = Pick<Details, (typeof EDITED)[number]>;

function edited(details: Details): Edited {
  return { name: details.name, called: details.called, language: details.language, timezone: details.timezone };
}

const ZONES = Intl.supportedValuesOf("timeZone");

function About({ details }: { details: Details }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [value, setValue] = useState(edited(details));
  const [saved, setSaved] = useState(false);
  const form = useSending(...EDITED);
  const dirty = EDITED.some((name) => value[name] !== details[name]);
  const set = (part: Partial<Edited>) => {
    setValue({ ...value, ...part });
    setSaved(false);
  };
  const save = async (): Promise<boolean> => {
    if (!value.name.trim()) return false;
    const done = await form.send<Details>("PUT", "/portal/profile", { ...value, name: value.name.trim(), called: value.called.trim() });
    if (!done) return false;
    setValue(edited(done.value));
    queries.setQueryData(PROFILE, done.value);
    queries.setQueryData<PortalMe | null>(ME, (me) => me && { ...me, name: done.value.name, language: done.value.language });
    setSaved(true);
    return true;
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void save();
  };
  return (
    <Card title={t("portal.profile.about")}>
      <form className="stack" noValidate onSubmit={submit}>
        <Field
          label={t("portal.name")}
          autoComplete="name"
          maxLength={200}
          value={value.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={value.name.trim() ? form.wrong("name") : t("portal.nameMissing")}
        />
        <Field
          label={t("portal.profile.called")}
          hint={t("portal.profile.calledHint")}
          autoComplete="nickname"
          maxLength={200}
          value={value.called}
          onChange={(event) => set({ called: event.currentTarget.value })}
          error={form.wrong("called")}
        />
        <SelectField
          label={t("portal.profile.language")}
          hint={t("portal.profile.languageHint")}
          value={value.language}
          onChange={(event) => set({ language: event.currentTarget.value })}
          error={form.wrong("language")}
        >
          <option value="">{t("portal.profile.notSaid")}</option>
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
          {value.language !== "" && !(value.language in LANGUAGES) && <option value={value.language}>{value.language}</option>}
        </SelectField>
        <SelectField
          label={t("portal.profile.timezone")}
          value={value.timezone}
          onChange={(event) => set({ timezone: event.currentTarget.value })}
          error={form.wrong("timezone")}
        >
          <option value="">{t("portal.profile.notSaid")}</option>
          {value.timezone !== "" && !ZONES.includes(value.timezone) && <option value={value.timezone}>{value.timezone}</option>}
          {ZONES.map((zone) => (
            <option key={zone} value={zone}>
              {zone.replaceAll("_", " ")}
            </option>
          ))}
        </SelectField>
        {form.trouble && <Notice tone="red">{form.trouble}</Notice>}
        {saved && !dirty && <Notice tone="green">{t("portal.saved")}</Notice>}
        <div className="p-buttons">
          <Button type="submit" busy={form.busy} disabled={!dirty}>
            {t("portal.save")}
          </Button>
        </div>
      </form>
      <Guard dirty={dirty} busy={form.busy} save={save} />
    </Card>
  );
}

/** Nothing typed is lost by leaving. */
function Guard({ dirty, busy, save }: { dirty: boolean; busy: boolean; save: () => Promise<boolean> }) {
  const { t } = useTranslation();
  const blocker = useBlocker(({ currentLocation, nextLocation }) => dirty && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [dirty]);
  const saveAndGo = async () => {
    if (await save()) blocker.proceed?.();
    else blocker.reset?.();
  };
  return (
    <Ask open={blocker.state === "blocked"} title={t("portal.leave.title")} onClose={() => blocker.reset?.()}>
      <p>{t("portal.leave.text")}</p>
      <div className="p-buttons">
        <Button busy={busy} onClick={() => void saveAndGo()}>
          {t("portal.leave.save")}
        </Button>
        <Button tone="plain" onClick={() => blocker.reset?.()}>
          {t("portal.leave.stay")}
        </Button>
        <Button tone="plain" onClick={() => blocker.proceed?.()}>
          {t("portal.leave.go")}
        </Button>
      </div>
    </Ask>
  );
}

function Email({ email }: { email: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [mailed, setMailed] = useState("");
  const form = useSending("email");
  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!typed.trim()) return;
    if (!(await form.send("PUT", "/portal/email", { email: typed.trim() }))) return;
    setMailed(typed.trim());
    setOpen(false);
    setTyped("");
  };
  return (
    <Card title={t("portal.email")}>
      <p className="p-value">{email}</p>
      <p className="dim small">{t("portal.profile.emailHint")}</p>
      {mailed && <Notice tone="grey">{t("portal.profile.emailMailed", { email: mailed })}</Notice>}
      {open ? (
        <form className="stack" noValidate onSubmit={(event) => void send(event)}>
          <Field
            label={t("portal.profile.emailNew")}
            type="email"
            autoComplete="email"
            autoFocus
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            error={form.wrong("email") && t("portal.emailWrong")}
          />
          {form.trouble && <Notice tone="red">{form.trouble}</Notice>}
          <div className="p-buttons">
            <Button type="submit" busy={form.busy} disabled={!typed.trim()}>
              {t("portal.profile.emailSend")}
            </Button>
            <Button tone="plain" onClick={() => setOpen(false)}>
              {t("portal.cancel")}
            </Button>
          </div>
        </form>
      ) : (
        <div className="p-buttons">
          <Button tone="plain" onClick={() => setOpen(true)}>
            {t("portal.profile.emailChange")}
          </Button>
        </div>
      )}
    </Card>
  );
}
