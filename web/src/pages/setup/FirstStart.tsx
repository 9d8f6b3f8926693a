import "../../i18n/house";
import "../../components/account.mantine.css";
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useNavigate } from "react-router";
import { HouseMark } from "../../components/HouseMark";
import { Sentence } from "../../components/Sentence";
import { ME } from "../../hooks/session";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { Problem, request } from "../../lib/api";
import type { Me } from "../../lib/contract";
import styles from "../signin/signin.module.css";

/** Where the link leads that a first start shows; its token stands behind the #, which no server sees. */
export default function FirstStart() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  useTitle(t("house.first.title"));
  const token = useLocation().hash.slice(1);
  const link = useQuery({
    queryKey: ["first-link", token],
    retry: false,
    enabled: token !== "",
    queryFn: async () => {
      await request("POST", "/first-run/look", { body: { token }, guest: true });
      return true;
    },
  });
  const gone = token === "" || (link.error instanceof Problem && link.error.status === 404);
  return (
    <main className={styles.page}>
      <div className={`panel ${styles.card ?? ""}`}>
        <HouseMark />
        <div>
          <h1>{t("house.first.title")}</h1>
          {link.data && <p className="dim">{t("house.first.lead")}</p>}
        </div>
        {gone && <Sentence tone="red">{t("house.first.gone")}</Sentence>}
        {!gone && link.error && <Sentence tone="red">{problemText(link.error)}</Sentence>}
        {link.data && <Administrator token={token} />}
        {(gone || link.error) && (
          <Button component={Link} to="/signin" variant="default">
            {t("signin.title")}
          </Button>
        )}
      </div>
    </main>
  );
}

function Administrator({ token }: { token: string }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [value, setValue] = useState({ name: "", email: "", password: "" });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const field = problem?.extra.field;
  const wrong = (name: string) => (field === name ? problem?.detail : undefined);
  const set = (part: Partial<typeof value>) => {
    setValue({ ...value, ...part });
    setProblem(null);
  };
  const send = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await request("POST", "/first-run/administrator", { body: { token, ...value }, guest: true });
      const { email, password } = value;
      const me = await request<Me>("POST", "/session", { body: { email, password }, guest: true });
      await navigate("/setup", { replace: true });
      client.setQueryData(ME, me);
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(500, "error", "", ""));
      setBusy(false);
    }
  };
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (value.name && value.email && value.password && !busy) void send();
      }}
    >
      <TextInput
        label={t("house.first.name")}
        autoComplete="name"
        autoFocus
        value={value.name}
        error={wrong("name")}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <TextInput
        label={t("house.first.email")}
        type="email"
        autoComplete="username"
        value={value.email}
        error={wrong("email")}
        onChange={(event) => set({ email: event.currentTarget.value })}
      />
      <PasswordInput
        label={t("signin.password")}
        autoComplete="new-password"
        value={value.password}
        error={wrong("password")}
        onChange={(event) => set({ password: event.currentTarget.value })}
        visibilityToggleButtonProps={{ "aria-label": t("signin.showPassword"), tabIndex: 0 }}
      />
      {problem && !["name", "email", "password"].includes(String(field)) && <Sentence tone="red">{problemText(problem)}</Sentence>}
      <Button type="submit" fullWidth loading={busy} disabled={!value.name.trim() || !value.email.trim() || !value.password}>
        {t("house.first.make")}
      </Button>
    </form>
  );
}
