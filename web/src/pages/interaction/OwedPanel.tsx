import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconClockHour4, IconPhonePlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { OwedDialogs, type OwedQuestion } from "../../components/OwedDialogs";
import { Sentence } from "../../components/Sentence";
import { useNow } from "../../hooks/now";
import { may, useMe } from "../../hooks/session";
import { useCallerName, useLocale, useProblemText } from "../../hooks/words";
import type { InteractionDetail } from "../../lib/contract";
import { isOwed, reschedule, type OwedAct } from "../../lib/line";
import { standing } from "../../lib/owed";
import { live } from "../../lib/socket";
import { exact, relative } from "../../lib/time";
import styles from "./interaction.module.css";

/** Where a callback or a message stands that is not over, and what may be done with it. */
export function OwedPanel({ detail }: { detail: InteractionDetail }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const name = useCallerName()(detail.caller);
  const problemText = useProblemText();
  const mayAct = may(useMe(), "queues.act");
  const client = useQueryClient();
  const [asking, setAsking] = useState<OwedQuestion | null>(null);
  const act = useMutation({
    mutationFn: (asked: OwedAct) => live.command(asked.name, asked.args),
    onSettled: () => client.invalidateQueries({ queryKey: ["interaction", detail.id] }),
  });
  if (detail.state !== "active" || !isOwed(detail.channel)) return null;
  const where = standing(detail.events);
  const words = {
    line: t("owed.inLine"),
    agent: t("owed.withAgent"),
    later: where.due ? t("owed.comes", { time: relative(where.due, now, locale) }) : t("owed.comesLater"),
  };
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={t("owed.state")}>
      <h2>{t("owed.state")}</h2>
      <p role="status" title={where.due ? exact(where.due, locale) : undefined}>
        {words[where.at]}
      </p>
      {act.isError && <Sentence tone="red">{t("owed.failed", { detail: problemText(act.error) })}</Sentence>}
      {mayAct && where.at !== "agent" && (
        <div className="row wrap" style={{ marginTop: 12 }}>
          {where.at === "later" && (
            <Button
              leftSection={<IconPhonePlus size={18} aria-hidden />}
              loading={act.isPending}
              onClick={() => act.mutate(reschedule(detail.id, null))}
            >
              {t("owed.callUp")}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconClockHour4 size={18} aria-hidden />}
            disabled={act.isPending}
            onClick={() => setAsking("later")}
          >
            {t(where.at === "later" ? "owed.otherTime" : "owed.putOff")}
          </Button>
          <Button
            variant="default"
            leftSection={<IconTrash size={18} aria-hidden />}
            disabled={act.isPending}
            onClick={() => setAsking("cancel")}
          >
            {t("owed.cancel")}
          </Button>
        </div>
      )}
      <OwedDialogs asking={asking} id={detail.id} name={name} onClose={() => setAsking(null)} onAct={(asked) => act.mutate(asked)} />
    </section>
  );
}
