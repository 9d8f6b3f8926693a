import "../../../i18n/privacy";
import type { UseQueryResult } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Loading, alike } from "../../../components/Loading";
import { NotLoaded } from "../../../components/NotLoaded";
import admin from "../../../components/admin/admin.module.css";
import { Sentence } from "../../../components/Sentence";
import { usePrivacyChanged } from "../../../hooks/privacy";
import { may, useMe } from "../../../hooks/session";
import { useTitle } from "../../../hooks/title";
import { useProblemText } from "../../../hooks/words";
import { Problem } from "../../../lib/api";
import NotFound from "../../NotFound";
import { Holds } from "./Holds";
import { Requests } from "./Requests";
import { RetentionRules } from "./Retention";
import styles from "./privacy.module.css";

export function Privacy() {
  return may(useMe(), "privacy.view") ? <Page /> : <NotFound />;
}

function Page() {
  const { t } = useTranslation();
  useTitle(t("privacy.title"));
  return (
    <div className={admin.area}>
      <header>
        <h1>{t("privacy.title")}</h1>
        <p className="dim">{t("privacy.lead")}</p>
      </header>
      <Requests />
      <RetentionRules />
      <Holds />
    </div>
  );
}

export function Part({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <section className={`panel ${styles.part ?? ""}`} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <p className="dim">{lead}</p>
      </header>
      {children}
    </section>
  );
}

/** What was asked for, or why it is not there yet. */
export function Answer<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  if (query.isPending)
    return <Loading bars={alike(3, 32)} />;
  return (
    <>
      {query.isError && (
        <NotLoaded query={query}>{t("privacy.failed", { detail: problemText(query.error) })}</NotLoaded>
      )}
      {query.data !== undefined && children(query.data)}
    </>
  );
}

/** One act at a time, and what went wrong with it in a sentence. */
export function useAct() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const changed = usePrivacyChanged();
  const [busy, setBusy] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async <T,>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
    setBusy(name);
    setProblem(null);
    try {
      const done = await work();
      await changed();
      return done;
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(500, "error", "", ""));
      return undefined;
    } finally {
      setBusy("");
    }
  };
  const sentence = problem && (
    <Sentence tone="red" onDismiss={() => setProblem(null)}>
      {t("privacy.problem", { detail: problemText(problem) })}
    </Sentence>
  );
  return { run, busy, sentence };
}
