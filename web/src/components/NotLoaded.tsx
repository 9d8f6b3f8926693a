import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "./Sentence";

interface NotLoadedProps {
  query: { isFetching?: boolean; refetch: () => unknown };
  /** What could not be loaded, and why. */
  children: ReactNode;
}

/** In place of what could not be loaded, with a way to try again. */
export function NotLoaded({ query, children }: NotLoadedProps) {
  const { t } = useTranslation();
  return (
    <Sentence
      tone="red"
      action={
        <Button size="compact-sm" variant="default" loading={query.isFetching ?? false} onClick={() => void query.refetch()}>
          {t("common.retry")}
        </Button>
      }
    >
      {children}
    </Sentence>
  );
}
