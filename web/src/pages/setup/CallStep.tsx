import { Anchor, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Sentence } from "../../components/Sentence";
import { useCallerName } from "../../hooks/words";
import { get } from "../../lib/api";
import type { Interaction } from "../../lib/contract";
import { serverNow } from "../../lib/time";
import type { StepProps } from "./Guide";
import { StepForm, useStep } from "./parts";
import styles from "./guide.module.css";

const LOOK_EVERY_MS = 2000;

/** A real call, taken in the workspace or on a desk phone; this page sees it come. */
export function CallStep({ guide, onDone }: StepProps) {
  const { t } = useTranslation();
  const caller = useCallerName();
  const [since] = useState(() => serverNow());
  const step = useStep(onDone);
  const latest = useQuery({
    queryKey: ["interactions", "first-call"],
    queryFn: async ({ signal }) => (await get<{ items: Interaction[] }>("/interactions", { limit: 1 }, signal)).items[0] ?? null,
    refetchInterval: LOOK_EVERY_MS,
  });
  const call = latest.data && Date.parse(latest.data.started_at) >= since ? latest.data : null;
  const { number, address } = guide.facts;
  return (
    <StepForm step={step} ready fields={[]} word={t("house.guide.close")}>
      <ol className={styles.todo}>
        <li>
          {t("house.guide.call.one")}{" "}
          <Anchor component={Link} to="/workspace" size="sm" underline="always">
            {t("house.guide.call.oneDo")}
          </Anchor>
        </li>
        <li>{t("house.guide.call.two", { number, address })}</li>
        <li>{t("house.guide.call.three")}</li>
      </ol>
      {call === null ? (
        <Sentence tone="grey">{t("house.guide.call.waiting")}</Sentence>
      ) : call.answered_at ? (
        <Sentence tone="green">{t("house.guide.call.answered")}</Sentence>
      ) : (
        <Sentence tone="amber">
          {t("house.guide.call.came", { caller: caller(call.caller), state: call.outcome ?? call.state })}
        </Sentence>
      )}
      {latest.error && (
        <Button size="compact-sm" variant="default" onClick={() => void latest.refetch()}>
          {t("common.retry")}
        </Button>
      )}
    </StepForm>
  );
}
