import "../../i18n/account";
import { Button, PasswordInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { HouseMark } from "../../components/HouseMark";
import { Sentence } from "../../components/Sentence";
import { ME } from "../../hooks/session";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { Problem, request } from "../../lib/api";
import { live } from "../../lib/socket";
import styles from "./signin.module.css";

/** Where a link leads that sets a password; its token stands behind the #, which no server sees. */
export default function SetPassword() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  useTitle(t("account.signin.chooseTitle"));
  const token = useLocation().hash.slice(1);
  const [done, setDone] = useState(false);
  const link = useQuery({
    queryKey: ["password-link", token],
    retry: false,
    enabled: token !== "",
    queryFn: () => request<{ email: string }>("POST", "/password-links/look", { body: { token }, guest: true }),
  });
  const gone = token === "" || (link.error instanceof Problem && link.error.status === 404);
  const trouble = gone ? t("account.signin.linkGone") : link.error && problemText(link.error);
  const toSignIn = (
    <Button component={Link} to="/signin" variant={done ? "filled" : "default"}>
      {done ? t("signin.submit") : t("account.signin.back")}
    </Button>
  );
  return (
    <main className={styles.page}>
      <div className={`panel ${styles.card ?? ""}`}>
        <HouseMark />
        <div>
          <h1>{t("account.signin.chooseTitle")}</h1>
          {link.data && !done && <p className="dim">{t("account.signin.chooseLead", { email: link.data.email })}</p>}
        </div>
        {trouble && <Sentence tone="red">{trouble}</Sentence>}
        {done && <Sentence tone="green">{t("account.signin.chosen")}</Sentence>}
        {link.data && !done && <Choose token={token} email={link.data.email} onDone={() => setDone(true)} />}
        {(done || trouble) && toSignIn}
      </div>
    </main>
  );
}

function Choose({ token, email, onDone }: { token: string; email: string; onDone: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const client = useQueryClient();
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const weak = problem?.extra.field === "password" ? problem.detail : null;
  const differ = again !== "" && again !== password;
  const send = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await request("POST", "/password-links/use", { body: { token, password }, guest: true });
      // Every session has ended with it, also one of this browser.
      live.close();
      client.setQueryData(ME, null);
      onDone();
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(500, "error", "", ""));
      setBusy(false);
    }
  };
  const toggle = { "aria-label": t("account.password.show"), tabIndex: 0 };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (password && again === password && !busy) void send();
      }}
    >
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordInput
        label={t("account.password.next")}
        autoComplete="new-password"
        autoFocus
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={weak}
        visibilityToggleButtonProps={toggle}
      />
      <PasswordInput
        label={t("account.password.again")}
        autoComplete="new-password"
        value={again}
        onChange={(event) => setAgain(event.currentTarget.value)}
        error={differ && t("account.password.differ")}
        visibilityToggleButtonProps={toggle}
      />
      {problem && !weak && <Sentence tone="red">{problemText(problem)}</Sentence>}
      <Button type="submit" fullWidth loading={busy} disabled={!password || again !== password}>
        {t("account.signin.choose")}
      </Button>
    </form>
  );
}
