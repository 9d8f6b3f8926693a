import { useEffect, useRef, useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { onProofNeeded } from "../../lib/api";
import { Ask, Button, Notice, PasswordField } from "./kit";
import { useSending } from "./session";
import type { PortalMe } from "./types";

/** Asks who it is before something that cannot be taken back, when it is some time since the sign-in. */
export function Proof({ me }: { me: PortalMe }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [password, setPassword] = useState("");
  const [mailed, setMailed] = useState(false);
  const answer = useRef<((proven: boolean) => void) | null>(null);
  const form = useSending();
  useEffect(() => {
    onProofNeeded(
      () =>
        new Promise((resolve) => {
          answer.current = resolve;
          setPassword("");
          setMailed(false);
          setOpen(true);
        }),
    );
    return () => onProofNeeded(null);
  }, []);
  const end = (proven: boolean) => {
    setOpen(false);
    answer.current?.(proven);
    answer.current = null;
  };
  const prove = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (password && (await form.send("POST", "/portal/session/proof", { password }))) end(true);
  };
  const link = async () => {
    if (await form.send("POST", "/portal/links", { email: me.email, purpose: "sign-in" })) setMailed(true);
  };
  return (
    <Ask open={open} title={t("portal.proof.title")} onClose={() => end(false)}>
      {me.has_password ? (
        <form className="stack" onSubmit={(event) => void prove(event)}>
          <p>{t("portal.proof.text")}</p>
          <input type="email" autoComplete="username" value={me.email} readOnly hidden />
          <PasswordField
            label={t("portal.password")}
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {form.trouble && <Notice tone="red">{form.trouble}</Notice>}
          <div className="p-buttons">
            <Button type="submit" busy={form.busy}>
              {t("portal.proof.submit")}
            </Button>
            <Button tone="plain" onClick={() => end(false)}>
              {t("portal.cancel")}
            </Button>
          </div>
        </form>
      ) : (
        <div className="stack">
          <p>{mailed ? t("portal.mail.text", { email: me.email }) : t("portal.proof.byLink")}</p>
          {form.trouble && <Notice tone="red">{form.trouble}</Notice>}
          <div className="p-buttons">
            {!mailed && (
              <Button busy={form.busy} onClick={() => void link()}>
                {t("portal.signin.link")}
              </Button>
            )}
            <Button tone="plain" onClick={() => end(false)}>
              {t("portal.cancel")}
            </Button>
          </div>
        </div>
      )}
    </Ask>
  );
}
