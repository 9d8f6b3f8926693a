import "../../components/account.mantine.css";
import "../../i18n/account";
import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useLocation, useNavigate } from "react-router";
import { HouseMark } from "../../components/HouseMark";
import { Sentence } from "../../components/Sentence";
import { ME } from "../../hooks/session";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { Problem, request } from "../../lib/api";
import type { Trial } from "../../lib/admin/providers";
import type { Me } from "../../lib/contract";
import { backFrom, whereAfter, tellOthers, type Intent } from "../../lib/providers";
import { FactorStep, type Waiting } from "./FactorStep";
import styles from "./signin.module.css";

const TrialResult = lazy(() => import("./TrialResult"));

const PATHS: Record<Intent, string> = {
  "sign-in": "/session/providers",
  link: "/account/identities",
  proof: "/session/provider-proof",
  trial: "/identity-provider-trials",
};

/** Where an identity provider sends the browser back to; what came back counts once. */
export default function SignedIn() {
  const { t } = useTranslation();
  useTitle(t("signin.title"));
  const back = backFrom(useLocation().hash);
  const found = useQuery({
    queryKey: ["back-from-provider", back?.ticket],
    enabled: back !== null,
    retry: false,
    staleTime: Infinity,
    gcTime: Infinity,
    queryFn: async () => {
      if (!back) return null;
      const guest = back.intent === "sign-in";
      const answer = await request<Me | Trial | undefined>("POST", PATHS[back.intent], { body: { ticket: back.ticket }, guest });
      if (back.intent === "proof" || back.intent === "link") tellOthers(back.intent);
      return { answer };
    },
  });
  if (!back) return <Navigate to="/signin" replace />;
  return (
    <main className={styles.page}>
      <div className={`panel ${styles.card ?? ""}`} data-wide={back.intent === "trial"}>
        <HouseMark />
        {found.isPending && (
          <p role="status" className="dim">
            {t("account.signin.goingOn")}
          </p>
        )}
        {found.error && <Refused error={found.error} intent={back.intent} />}
        {found.data && <Done intent={back.intent} answer={found.data.answer} />}
      </div>
    </main>
  );
}

function Done({ intent, answer }: { intent: Intent; answer: Me | Trial | undefined }) {
  const { t } = useTranslation();
  if (intent === "sign-in") return <Enter me={answer as Me} />;
  if (intent === "link") return <Navigate to="/account" replace state={{ linked: true }} />;
  if (intent === "trial")
    return (
      <Suspense fallback={null}>
        <TrialResult trial={answer as Trial} />
      </Suspense>
    );
  return <Closing text={t("account.proof.done")} />;
}

function Enter({ me }: { me: Me }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  useEffect(() => {
    client.setQueryData(ME, me);
    void navigate(whereAfter(), { replace: true });
  }, [client, navigate, me]);
  return null;
}

/** Closes itself where the browser lets it. */
function Closing({ text }: { text: string }) {
  useEffect(() => window.close(), []);
  return <Sentence tone="green">{text}</Sentence>;
}

function Refused({ error, intent }: { error: Error; intent: Intent }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const navigate = useNavigate();
  const [waiting] = useState<Waiting | null>(() => waitingOf(error));
  if (waiting && intent === "sign-in") return <FactorStep waiting={waiting} onBack={() => void navigate("/signin", { replace: true })} />;
  const late = error instanceof Problem && error.type === "/problems/sign-in-expired";
  const [to, word] = intent === "sign-in" ? ["/signin", t("account.signin.back")] : ["/account", t("account.title")];
  return (
    <>
      <Sentence tone="red">{late ? t("account.signin.notBack") : problemText(error)}</Sentence>
      {(intent === "sign-in" || intent === "link") && (
        <Button variant="default" onClick={() => void navigate(to, { replace: true })}>
          {word}
        </Button>
      )}
    </>
  );
}

/** The second factor is asked for after the provider, too. */
function waitingOf(error: Error): Waiting | null {
  if (!(error instanceof Problem) || !error.type.startsWith("/problems/second-factor")) return null;
  return { pending: String(error.extra.pending), setUp: error.type.endsWith("set-up"), methods: error.extra.methods as string[] };
}
