import { Anchor, Button, Checkbox, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { ME } from "../../hooks/session";
import { useProblemText } from "../../hooks/words";
import type { Enrolment, SignedIn } from "../../lib/account";
import { Problem, request } from "../../lib/api";
import type { Me } from "../../lib/contract";
import { AppPicture, RecoveryCodes } from "../account/Codes";
import { PasskeyButton } from "./PasskeyButton";

/** A sign-in whose password was right. */
export interface Waiting {
  pending: string;
  /** There is no second factor yet, and there must be one. */
  setUp: boolean;
  /** What can answer: totp, recovery, passkey. */
  methods: readonly string[];
}

interface FactorStepProps {
  waiting: Waiting;
  onBack: (late?: boolean) => void;
}

export function FactorStep({ waiting, onBack }: FactorStepProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [recovery, setRecovery] = useState(false);
  const [remember, setRemember] = useState(false);
  const [entered, setEntered] = useState<SignedIn | null>(null);
  const { code, setCode, busy, problem, send } = useCode(waiting, remember, onBack, (out) => {
    if (out.recovery_codes.length > 0) setEntered(out);
    else client.setQueryData(ME, out.me);
  });
  if (entered)
    return <RecoveryCodes codes={entered.recovery_codes} onKept={() => client.setQueryData(ME, entered.me)} />;
  const words = waiting.setUp ? "setUp" : "factor";
  return (
    <>
      <div>
        <h1>{t(`account.signin.${words}Title`)}</h1>
        <p className="dim">{recovery ? t("account.signin.recoveryLead") : t(`account.signin.${words}Lead`)}</p>
      </div>
      {waiting.setUp && <Picture waiting={waiting} onBack={onBack} />}
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (code.trim().length >= 6 && !busy) void send();
        }}
      >
        <TextInput
          label={recovery ? t("account.signin.recoveryCode") : t("account.factor.code")}
          inputMode={recovery ? "text" : "numeric"}
          autoComplete="one-time-code"
          autoFocus
          maxLength={32}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Checkbox
          label={t("account.signin.remember")}
          checked={remember}
          onChange={(event) => setRemember(event.currentTarget.checked)}
        />
        {problem && <Trouble problem={problem} />}
        <Button type="submit" fullWidth loading={busy} disabled={code.trim().length < 6}>
          {t("account.signin.goOn")}
        </Button>
      </form>
      {waiting.methods.includes("passkey") && (
        <PasskeyButton
          onAnswer={async (answer) => {
            const body = { ...answer, pending: waiting.pending, remember };
            client.setQueryData(ME, await request<Me>("POST", "/session/passkey/second-factor", { body, guest: true }));
          }}
        />
      )}
      <div className="row wrap">
        {waiting.methods.includes("recovery") && (
          <Anchor component="button" type="button" size="sm" onClick={() => setRecovery(!recovery)}>
            {recovery ? t("account.signin.app") : t("account.signin.recovery")}
          </Anchor>
        )}
        <Anchor component="button" type="button" size="sm" onClick={() => onBack()}>
          {t("account.signin.back")}
        </Anchor>
      </div>
    </>
  );
}

function useCode(
  waiting: Waiting,
  remember: boolean,
  onBack: (late: boolean) => void,
  onEntered: (out: SignedIn) => void,
) {
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const body = { pending: waiting.pending, code: code.trim(), remember };
      onEntered(await request<SignedIn>("POST", "/session/second-factor", { body, guest: true }));
    } catch (error) {
      const found = error instanceof Problem ? error : new Problem(500, "error", "", "");
      if (found.type === "/problems/sign-in-expired") {
        onBack(true);
        return;
      }
      setProblem(found);
      setBusy(false);
      setCode("");
    }
  };
  return { code, setCode, busy, problem, send };
}

function Trouble({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  return (
    <Sentence tone="red">
      {problem.type === "/problems/proof-refused" ? t("account.signin.wrongCode") : problemText(problem)}
    </Sentence>
  );
}

function Picture({ waiting, onBack }: FactorStepProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const begun = useQuery({
    queryKey: ["enrolment", waiting.pending],
    staleTime: Infinity,
    queryFn: () =>
      request<Enrolment>("POST", "/session/second-factor/set-up", { body: { pending: waiting.pending }, guest: true }),
  });
  if (begun.data) return <AppPicture enrolment={begun.data} />;
  if (begun.error)
    return (
      <Sentence
        tone="red"
        action={
          <Button size="compact-sm" variant="default" onClick={() => onBack()}>
            {t("account.signin.back")}
          </Button>
        }
      >
        {problemText(begun.error)}
      </Sentence>
    );
  return null;
}
