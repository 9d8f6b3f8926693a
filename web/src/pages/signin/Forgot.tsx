import { Anchor, Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { useProblemText } from "../../hooks/words";
import { Problem, request } from "../../lib/api";

/** Asks for a link; whether there is such an account is not told. */
export function Forgot({ onBack }: { onBack: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const offers = useQuery({
    queryKey: ["sign-in"],
    queryFn: () => request<{ reset_by_mail: boolean }>("GET", "/sign-in", { guest: true }),
  });
  const [email, setEmail] = useState("");
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await request("POST", "/password-links", { body: { email: email.trim() }, guest: true });
      setSent(true);
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(500, "error", "", ""));
    }
    setBusy(false);
  };
  return (
    <>
      <div>
        <h1>{t("account.signin.forgotTitle")}</h1>
        <p className="dim">{t("account.signin.forgotLead")}</p>
      </div>
      {offers.data?.reset_by_mail === false && <Sentence tone="amber">{t("account.signin.forgotNoMail")}</Sentence>}
      {sent && <Sentence tone="green">{t("account.signin.forgotSent")}</Sentence>}
      {!sent && offers.data?.reset_by_mail !== false && (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (email.trim() && !busy) void send();
          }}
        >
          <TextInput
            label={t("signin.email")}
            type="email"
            autoComplete="username"
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          {problem && <Sentence tone="red">{problemText(problem)}</Sentence>}
          <Button type="submit" fullWidth loading={busy} disabled={!email.trim()}>
            {t("account.signin.forgotSend")}
          </Button>
        </form>
      )}
      <Anchor component="button" type="button" size="sm" onClick={onBack}>
        {t("account.signin.back")}
      </Anchor>
    </>
  );
}
