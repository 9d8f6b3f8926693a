import { useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { CheckMail } from "./CheckMail";
import { Button, Field, Notice, Page, PasswordField } from "./kit";
import { ME, useDoorway, useSending } from "./session";
import type { PortalMe } from "./types";

export default function SignIn() {
  const { t } = useTranslation();
  const doorway = useDoorway();
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [mailed, setMailed] = useState(false);
  const [missing, setMissing] = useState<"email" | "password" | null>(null);
  const form = useSending("email");
  const signIn = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (lacks(!email.trim() ? "email" : !password ? "password" : null)) return;
    const done = await form.send<PortalMe>("POST", "/portal/session", { email: email.trim(), password });
    if (done) queries.setQueryData(ME, done.value);
  };
  const lacks = (what: "email" | "password" | null) => {
    setMissing(what);
    return what !== null;
  };
  const link = async (purpose: "sign-in" | "reset") => {
    if (lacks(email.trim() ? null : "email")) return;
    if (await form.send("POST", "/portal/links", { email: email.trim(), purpose })) setMailed(true);
  };
  if (mailed) return <CheckMail email={email.trim()} onAgain={() => setMailed(false)} />;
  return (
    <Page title={t("portal.signin.title")} narrow>
      <form className="panel p-form" noValidate onSubmit={(event) => void signIn(event)}>
        <Field
          label={t("portal.email")}
          type="email"
          autoComplete="username"
          inputMode="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={missing === "email" ? t("portal.emailMissing") : form.wrong("email")}
        />
        <PasswordField
          label={t("portal.password")}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={missing === "password" ? t("portal.passwordMissing") : null}
        />
        {form.trouble && <Notice tone="red">{form.trouble}</Notice>}
        <Button type="submit" busy={form.busy}>
          {t("portal.signin.submit")}
        </Button>
        {doorway.data?.links && (
          <>
            <Button tone="plain" busy={form.busy} onClick={() => void link("sign-in")}>
              {t("portal.signin.link")}
            </Button>
            <Button tone="quiet" busy={form.busy} onClick={() => void link("reset")}>
              {t("portal.signin.forgot")}
            </Button>
          </>
        )}
      </form>
      {doorway.data?.registration === "open" && (
        <p>
          {t("portal.signin.new")} <Link to="/register">{t("portal.register.title")}</Link>
        </p>
      )}
    </Page>
  );
}
