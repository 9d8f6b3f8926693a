import "../../components/account.mantine.css";
import "../../i18n/account";
import { Anchor, Button, PasswordInput, TextInput, VisuallyHidden } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Fragment, useCallback, useEffect, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { HouseMark } from "../../components/HouseMark";
import { Sentence } from "../../components/Sentence";
import { ME } from "../../hooks/session";
import { useOffered } from "../../hooks/providers";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { Problem, request } from "../../lib/api";
import { leaveFor } from "../../lib/providers";
import type { Me } from "../../lib/contract";
import { FactorStep, type Waiting } from "./FactorStep";
import { Forgot } from "./Forgot";
import { PasskeyButton } from "./PasskeyButton";
import { ProviderButtons } from "./ProviderButtons";
import styles from "./signin.module.css";

interface Trouble {
  problem: Problem;
  until: number;
}

export default function SignIn() {
  const { t } = useTranslation();
  useTitle(t("signin.title"));
  const location = useLocation();
  const from = (location.state as { from?: string } | null)?.from ?? "/";
  const asked = Boolean(from.replace("/", ""));
  const [step, setStep] = useState<Waiting | "password" | "forgot">("password");
  const [expired, setExpired] = useState(false);
  const client = useQueryClient();
  const back = (late = false) => {
    setExpired(late);
    setStep("password");
  };
  return (
    <main className={styles.page}>
      <div className={`panel ${styles.card ?? ""}`}>
        <HouseMark />
        {step === "forgot" ? (
          <Forgot onBack={back} />
        ) : step === "password" ? (
          <>
            <div>
              <h1>{t("signin.title")}</h1>
              <p className="dim">{t("signin.lead")}</p>
            </div>
            {expired && <Sentence tone="amber">{t("account.signin.expired")}</Sentence>}
            <Ways from={from}>
              <SignInForm asked={asked} onSecondFactor={setStep} />
              <PasskeyButton
                onAnswer={async (answer) => {
                  client.setQueryData(ME, await request<Me>("POST", "/session/passkey", { body: answer, guest: true }));
                }}
              />
              <Anchor component="button" type="button" size="sm" onClick={() => setStep("forgot")}>
                {t("account.signin.forgot")}
              </Anchor>
            </Ways>
          </>
        ) : (
          <FactorStep waiting={step} onBack={back} />
        )}
      </div>
    </main>
  );
}

/** Providers first; where nobody else lets people in, the rest only for who asks for it. */
function Ways({ from, children }: { from: string; children: ReactNode }) {
  const { t } = useTranslation();
  const offered = useOffered().data;
  const wanted = new URLSearchParams(useLocation().search).get("provider");
  const [own, setOwn] = useState(false);
  const choose = useCallback((id: string) => leaveFor(`/session/providers/${encodeURIComponent(id)}`, from), [from]);
  const begun = useRef(false);
  useEffect(() => {
    // A tile in the provider's list of applications leads here: on at once.
    if (begun.current || !offered?.items.some((item) => item.id === wanted)) return;
    begun.current = true;
    choose(wanted ?? "").catch(() => undefined);
  }, [offered, wanted, choose]);
  const items = offered?.items ?? [];
  const any = items.length > 0;
  // The form keeps its place when the providers come late: who has begun to type must not lose it.
  return (
    <>
      {any && <ProviderButtons items={items} word={(name) => t("account.signin.by", { name })} onChoose={choose} />}
      {any && (
        <div className={styles.or} aria-hidden>
          {t("account.signin.or")}
        </div>
      )}
      {any && offered?.providers_only && !own ? (
        <div>
          <Anchor component="button" type="button" size="sm" onClick={() => setOwn(true)}>
            {t("account.signin.withPassword")}
          </Anchor>
          <p className="dim small">{t("account.signin.emergencyOnly")}</p>
        </div>
      ) : (
        <Fragment>{children}</Fragment>
      )}
    </>
  );
}

function SignInForm({ asked, onSecondFactor }: { asked: boolean; onSecondFactor: (waiting: Waiting) => void }) {
  const { t } = useTranslation();
  const emailRef = useRef<HTMLInputElement>(null);
  const passwordRef = useRef<HTMLInputElement>(null);
  const form = useSignIn(emailRef, passwordRef, onSecondFactor);
  return (
    <form className="stack" onSubmit={form.submit} noValidate>
      <TextInput
        ref={emailRef}
        label={t("signin.email")}
        type="email"
        autoComplete="username"
        autoFocus={!asked}
        required
        withAsterisk={false}
        value={form.email}
        onChange={(event) => form.setEmail(event.currentTarget.value)}
        error={form.missing.email && t("signin.emailMissing")}
      />
      <PasswordInput
        ref={passwordRef}
        label={t("signin.password")}
        autoComplete="current-password"
        required
        withAsterisk={false}
        value={form.password}
        onChange={(event) => form.setPassword(event.currentTarget.value)}
        onKeyUp={form.watchCaps}
        onKeyDown={form.watchCaps}
        description={form.caps ? t("signin.capsLock") : null}
        error={form.missing.password && t("signin.passwordMissing")}
        visibilityToggleButtonProps={{ "aria-label": t("signin.showPassword"), tabIndex: 0 }}
      />
      {form.trouble && <SignInTrouble trouble={form.trouble} />}
      <Button type="submit" fullWidth loading={form.pending}>
        {t("signin.submit")}
      </Button>
    </form>
  );
}

type InputRef = RefObject<HTMLInputElement | null>;

function useSignIn(emailRef: InputRef, passwordRef: InputRef, onSecondFactor: (waiting: Waiting) => void) {
  const client = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [caps, setCaps] = useState(false);
  const [missing, setMissing] = useState({ email: false, password: false });
  const [pending, setPending] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const watchCaps = (event: KeyboardEvent) => setCaps(event.getModifierState("CapsLock"));
  const send = async () => {
    const lacks = { email: !email.trim(), password: !password };
    setMissing(lacks);
    if (lacks.email) return emailRef.current?.focus();
    if (lacks.password) return passwordRef.current?.focus();
    setPending(true);
    setTrouble(null);
    try {
      const body = { email: email.trim(), password };
      client.setQueryData(ME, await request<Me>("POST", "/session", { body, guest: true }));
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(500, "", "", "");
      if (problem.type.startsWith("/problems/second-factor")) {
        onSecondFactor({
          pending: String(problem.extra.pending),
          setUp: problem.type.endsWith("set-up"),
          methods: problem.extra.methods as string[],
        });
        return;
      }
      setTrouble({ problem, until: Date.now() + (problem.retryAfter ?? 0) * 1000 });
      setPending(false);
      passwordRef.current?.select();
      passwordRef.current?.focus();
    }
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void send();
  };
  return { email, setEmail, password, setPassword, caps, watchCaps, missing, pending, trouble, submit };
}

function SignInTrouble({ trouble }: { trouble: Trouble }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { problem } = trouble;
  if (problem.status === 0) return <Sentence tone="red">{t("signin.away")}</Sentence>;
  if (problem.status === 401) return <Sentence tone="red">{t("signin.wrong")}</Sentence>;
  if (problem.status === 429 && problem.retryAfter) return <Throttled until={trouble.until} />;
  if (problem.type === "/problems/provider-required") return <Sentence tone="amber">{t("account.signin.required")}</Sentence>;
  return <Sentence tone="red">{problemText(problem)}</Sentence>;
}

/** Counts down on screen; read out once, not at every second. */
function Throttled({ until }: { until: number }) {
  const { t } = useTranslation();
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const [count, setCount] = useState(left);
  const [first] = useState(count);
  useEffect(() => {
    const timer = setInterval(() => setCount(Math.max(0, Math.ceil((until - Date.now()) / 1000))), 1000);
    return () => clearInterval(timer);
  }, [until]);
  if (count === 0) return null;
  return (
    <Sentence tone="amber">
      <span aria-hidden>{t("signin.throttled", { count })}</span>
      <VisuallyHidden>{t("signin.throttled", { count: first })}</VisuallyHidden>
    </Sentence>
  );
}
