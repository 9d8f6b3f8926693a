import { Button } from "@mantine/core";
import { IconFileOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import styles from "../../components/admin/admin.module.css";
import { PageSkeleton } from "../../components/PageSkeleton";
import { Empty, Sentence } from "../../components/Sentence";
import { useProblemText } from "../../hooks/words";
import { Problem } from "../../lib/api";

interface Query<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => Promise<unknown>;
}

type Data<Q> = { [K in keyof Q]: Q[K] extends Query<infer T> ? T : never };

interface LoadedProps<Q extends readonly Query<unknown>[]> {
  queries: readonly [...Q];
  back: { to: string; word: string };
  children: (...data: Data<Q>) => ReactNode;
}

/** Shows its children once everything they need is there, else what is the matter. */
export function Loaded<Q extends readonly Query<unknown>[]>({ queries, back, children }: LoadedProps<Q>) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  if (queries.every((query) => query.data !== undefined))
    return children(...(queries.map((query) => query.data) as unknown as Data<Q>));
  const failed = queries.find((query) => query.data === undefined && query.error);
  if (!failed?.error) return <PageSkeleton />;
  if (failed.error instanceof Problem && failed.error.status === 404) return <Gone back={back} />;
  return (
    <div className={styles.area}>
      <Sentence
        tone="red"
        action={
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              for (const query of queries) if (query.data === undefined) void query.refetch();
            }}
          >
            {t("common.retry")}
          </Button>
        }
      >
        {t("admin.loadFailed", { detail: problemText(failed.error) })}
      </Sentence>
    </div>
  );
}

/** In place of something that is not there, or no longer. */
export function Gone({ back }: { back: { to: string; word: string } }) {
  const { t } = useTranslation();
  return (
    <Empty icon={<IconFileOff size={32} stroke={1.5} aria-hidden />} title={t("error.notFound")}>
      <p>{t("admin.gone")}</p>
      <Button component={Link} to={back.to} variant="default">
        {back.word}
      </Button>
    </Empty>
  );
}
