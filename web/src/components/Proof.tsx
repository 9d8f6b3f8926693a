import "../i18n/account";
import "./account.mantine.css";
import { Button, Modal, PasswordInput } from "@mantine/core";
import { useEffect, useRef, useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "../hooks/words";
import { useLinked } from "../hooks/providers";
import { ProviderButtons } from "../pages/signin/ProviderButtons";
import { onDone, openFor } from "../lib/providers";
import { PasskeyButton } from "../pages/signin/PasskeyButton";
import { onProofNeeded, Problem, request } from "../lib/api";
import { Sentence } from "./Sentence";

/** Asks for the password again before a dangerous act; the request that needed it is repeated by itself. */
export function Proof() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [answer, setAnswer] = useState<{ done: (proven: boolean) => void } | null>(null);
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    // Several requests at once wait for one answer.
    let asked: Promise<boolean> | null = null;
    onProofNeeded(() => {
      asked ??= new Promise<boolean>((resolve) => setAnswer({ done: resolve })).finally(() => (asked = null));
      return asked;
    });
    return () => onProofNeeded(null);
  }, []);
  const close = (proven: boolean) => {
    answer?.done(proven);
    setAnswer(null);
    setPassword("");
    setProblem(null);
  };
  const send = async () => {
    setBusy(true);
    try {
      await request("POST", "/session/proof", { body: { password } });
      close(true);
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(500, "error", "", ""));
    }
    setBusy(false);
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (password && !busy) void send();
  };
  return (
    <Modal.Root opened={answer !== null} onClose={() => close(false)} centered>
      <Modal.Overlay />
      <Modal.Content aria-label={t("account.proof.title")}>
        <Modal.Body pt="md">
      <form className="stack" onSubmit={submit}>
        <h2>{t("account.proof.title")}</h2>
        <p className="dim">{t("account.proof.lead")}</p>
        <PasswordInput
          label={t("account.proof.password")}
          autoComplete="current-password"
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("account.password.show"), tabIndex: 0 }}
        />
        {problem && (
          <Sentence tone="red">
            {problem.type === "/problems/proof-refused" ? t("account.proof.wrong") : problemText(problem)}
          </Sentence>
        )}
        <Button type="submit" loading={busy} disabled={!password}>
          {t("account.proof.submit")}
        </Button>
        <PasskeyButton
          onAnswer={async (answer) => {
            await request("POST", "/session/passkey/proof", { body: answer });
            close(true);
          }}
        />
        {answer !== null && <ByProvider onProven={() => close(true)} />}
        <Button variant="subtle" onClick={() => close(false)}>
          {t("common.cancel")}
        </Button>
      </form>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

/** Providers that can say anew who somebody is, in a window of their own: what is typed on this page stays. */
function ByProvider({ onProven }: { onProven: () => void }) {
  const { t } = useTranslation();
  const linked = useLinked();
  const [state, setState] = useState<"waiting" | "blocked" | null>(null);
  const proven = useRef(onProven);
  useEffect(() => {
    proven.current = onProven;
  });
  useEffect(() => onDone("proof", () => proven.current()), []);
  const items = (linked.data?.items ?? []).filter((item) => item.proves);
  return (
    <>
      <ProviderButtons
        items={items.map((item) => ({ id: item.provider, name: item.name, preset: "other" }))}
        word={(name) => t("account.proof.by", { name })}
        onChoose={async (id) => setState((await openFor(`/session/providers/${encodeURIComponent(id)}/proof`)) ? "waiting" : "blocked")}
      />
      {state && <Sentence tone={state === "waiting" ? "grey" : "amber"}>{t(`account.proof.${state}`)}</Sentence>}
    </>
  );
}
