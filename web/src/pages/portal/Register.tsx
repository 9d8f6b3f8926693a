import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { CheckMail } from "./CheckMail";
import { Button, Field, Notice, Page } from "./kit";
import { useDoorway, useSending } from "./session";

export default function Register() {
  const { t, i18n } = useTranslation();
  const doorway = useDoorway();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [tried, setTried] = useState(false);
  const [mailed, setMailed] = useState(false);
  const form = useSending("name", "email");
  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (!name.trim() || !email.trim()) return;
    const body = { name: name.trim(), email: email.trim(), language: i18n.language };
    if (await form.send("POST", "/portal/registrations", body)) setMailed(true);
  };
  if (mailed) return <CheckMail email={email.trim()} onAgain={() => setMailed(false)} />;
  if (doorway.data?.registration !== "open")
    return (
      <Page title={t("portal.register.title")} narrow>
        <Notice tone="grey">{t("portal.home.invited")}</Notice>
      </Page>
    );
  return (
    <Page title={t("portal.register.title")} lead={t("portal.register.lead")} narrow>
      <form className="panel p-form" noValidate onSubmit={(event) => void send(event)}>
        <Field
          label={t("portal.name")}
          autoComplete="name"
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
          error={tried && !name.trim() ? t("portal.nameMissing") : form.wrong("name")}
        />
        <Field
          label={t("portal.email")}
          type="email"
          inputMode="email"
          autoComplete="email"
          value={email}
          maxLength={320}
          onChange={(event) => setEmail(event.currentTarget.value)}
          hint={t("portal.register.emailHint")}
          error={tried && !email.trim() ? t("portal.emailMissing") : form.wrong("email") && t("portal.emailWrong")}
        />
        {form.trouble && <Notice tone="red">{form.trouble}</Notice>}
        <Button type="submit" busy={form.busy}>
          {t("portal.register.submit")}
        </Button>
      </form>
      <p>
        {t("portal.register.known")} <Link to="/signin">{t("portal.signin.title")}</Link>
      </p>
    </Page>
  );
}
