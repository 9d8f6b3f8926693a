import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "../../components/Loading";
import { NotLoaded } from "../../components/NotLoaded";
import { Sentence } from "../../components/Sentence";
import { useProblemText } from "../../hooks/words";
import type { Problem } from "../../lib/api";
import styles from "./account.module.css";

interface PartProps {
  title: string;
  lead?: string;
  problem?: Problem | null;
  children: ReactNode;
}

export function Part({ title, lead, problem, children }: PartProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const id = useId();
  return (
    <section className={`panel ${styles.part ?? ""}`} aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        {lead && <p className="dim">{lead}</p>}
      </div>
      {children}
      {problem && <Sentence tone="red">{t("account.failed", { detail: problemText(problem) })}</Sentence>}
    </section>
  );
}

interface WaitProps<T> {
  query: { data: T | undefined; error: Error | null; refetch: () => Promise<unknown> };
  children: (data: T) => ReactNode;
}

/** Its children once what they show is there. */
export function Wait<T>({ query, children }: WaitProps<T>) {
  const problemText = useProblemText();
  if (query.data !== undefined) return children(query.data);
  if (query.error)
    return <NotLoaded query={query}>{problemText(query.error)}</NotLoaded>;
  return <Loading bars={[20, { height: 20, width: "60%" }]} />;
}
