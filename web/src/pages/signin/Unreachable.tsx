import { Button } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "../../components/Sentence";
import { useProblemText } from "../../hooks/words";

const RETRY_MS = 5000;

/** Nothing can be shown before the server answers once; asks again by itself. */
export function Unreachable({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const retry = useRef(onRetry);
  useEffect(() => {
    retry.current = onRetry;
  });
  useEffect(() => {
    const timer = setInterval(() => retry.current(), RETRY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <main style={{ display: "grid", placeItems: "center", minHeight: "100dvh" }}>
      <Empty icon={<IconPlugConnectedX size={40} aria-hidden />} title={t("app.name")}>
        <p role="alert">{problemText(error)}</p>
        <Button onClick={onRetry}>{t("common.retry")}</Button>
      </Empty>
    </main>
  );
}
