import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, Notice, Waiting } from "./kit";
import { useProblemText } from "./session";

/** Shows its children once what they need is there, else what is the matter. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const { t } = useTranslation();
  const text = useProblemText();
  if (query.data !== undefined) return children(query.data);
  if (!query.isError) return <Waiting />;
  return (
    <Notice
      tone="red"
      action={
        <Button tone="plain" onClick={() => void query.refetch()}>
          {t("portal.retry")}
        </Button>
      }
    >
      {text(query.error)}
    </Notice>
  );
}
