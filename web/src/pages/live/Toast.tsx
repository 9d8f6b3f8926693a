import { Button, CloseButton } from "@mantine/core";
import { IconArrowBackUp, IconCircleCheck } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "../../hooks/words";
import { Sentence } from "../../components/Sentence";
import type { LineActs } from "./acts";
import styles from "./live.module.css";

const STAYS_MS = 10_000;

/** What was just done, with the way back; it waits while somebody is at it. A refusal stays until it was read. */
export function Toast({ acts }: { acts: LineActs }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { done, problem, clear } = acts;
  const [held, setHeld] = useState(false);
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!done || held) return;
    const timer = setTimeout(clear, STAYS_MS);
    return () => clearTimeout(timer);
  }, [done, held, clear]);
  // A row that was moved away has taken the focus with it.
  useEffect(() => {
    if (!done?.back) return;
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) back.current?.focus();
    }, 400);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <div
      className={styles.toast}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div role="status">
        {done && (
          <div className={styles.done}>
            <IconCircleCheck size={18} aria-hidden />
            <span className="grow">{done.text}</span>
            {done.back && (
              <Button
                ref={back}
                size="compact-sm"
                variant="default"
                leftSection={<IconArrowBackUp size={16} aria-hidden />}
                onClick={() => void acts.takeBack(t("live.takenBack"))}
              >
                {t("live.undo")}
              </Button>
            )}
            <CloseButton size="sm" aria-label={t("common.dismiss")} onClick={clear} />
          </div>
        )}
      </div>
      {problem && (
        <Sentence tone="red" onDismiss={clear}>
          {problemText(problem)}
        </Sentence>
      )}
    </div>
  );
}
