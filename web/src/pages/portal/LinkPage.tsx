import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { Problem, request } from "../../lib/api";
import { Button, ButtonLink, Field, Notice, Page, PasswordField, Waiting } from "./kit";
import { ME, useDoorway, useProblemText, useSending } from "./session";
import type { PortalMe } from "./types";

interface LinkOut {
  purpose: "confirm" | "invitation" | "sign-in" | "reset" | "email";
  email: string;
  name: string;
}

/** Where the links in mails lead; the token stands behind the #, which no server sees. Nothing is done by opening it:
 * mail programs look at links too. */
export default function LinkPage() {
  const { t } = useTranslation();
  const text = useProblemText();
  const token = useLocation().hash.slice(1);
  const link = useQuery({
    queryKey: ["portal", "link", token],
    enabled: token !== "",
    retry: false,
    gcTime: 0,
    queryFn: () => request<LinkOut>("POST", "/portal/links/look", { body: { token }, guest: true }),
  });
  if (link.data) return <Use token={token} link={link.data} />;
  if (token !== "" && link.isPending)
    return (
      <main className="p-page" data-narrow>
        <Waiting />
      </main>
    );
  const gone = token === "" || (link.error instanceof Problem && link.error.status === 404);
  return (
    <Page title={t("portal.link.goneTitle")} narrow>
      <Notice tone={gone ? "amber" : "red"}>{gone ? t("portal.link.gone") : text(link.error)}</Notice>
      <ButtonLink to="/signin">{t("portal.signin.title")}</ButtonLink>
    </Page>
  );
}

function Use({ token, link }: { token: string; link: LinkOut }) {
  const { t } = useTranslation();
  const doorway = useDoorway();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const first = link.purpose === "confirm" || link.purpose === "invitation";
  const [name, setName] = useState(link.name);
  const [password, setPassword] = useState("");
  const form = useSending("password", "name", "token");
  const needed = link.purpose === "reset";
  const [tried, setTried] = useState(false);
  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if ((needed && !password) || (first && !name.trim())) return;
    const body = { token, ...(password ? { password } : {}), ...(first ? { name: name.trim() } : {}) };
    const done = await form.send<PortalMe>("POST", "/portal/links/use", body);
    if (!done) return;
    queries.setQueryData(ME, done.value);
    void navigate(link.purpose === "email" ? "/profile" : "/", { replace: true });
  };
  const asksPassword = first || needed;
  return (
    <Page title={t(`portal.link.title.${link.purpose}`)} lead={t(`portal.link.lead.${link.purpose}`, { email: link.email })} narrow>
      <form className="panel p-form" noValidate onSubmit={(event) => void send(event)}>
        <input type="email" autoComplete="username" value={link.email} readOnly hidden />
        {link.purpose === "confirm" && (
          <Field
            label={t("portal.name")}
            autoComplete="name"
            value={name}
            maxLength={200}
            onChange={(event) => setName(event.currentTarget.value)}
            error={tried && !name.trim() ? t("portal.nameMissing") : form.wrong("name")}
          />
        )}
        {asksPassword && (
          <PasswordField
            label={first ? t("portal.link.passwordOptional") : t("portal.password")}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            hint={[
              t("portal.security.passwordHint", { count: doorway.data?.password_min_length ?? 10 }),
              ...(first ? [t("portal.link.passwordHint")] : []),
            ].join(" ")}
            error={tried && needed && !password ? t("portal.passwordMissing") : form.wrong("password")}
          />
        )}
        {form.trouble && <Notice tone="red">{form.trouble}</Notice>}
        <Button type="submit" busy={form.busy}>
          {t(`portal.link.submit.${link.purpose}`)}
        </Button>
      </form>
    </Page>
  );
}
