import { Button, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconCheck, IconMessage, IconPhone } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "../../components/Loading";
import { PhaseMark } from "../../components/Mark";
import { NotLoaded } from "../../components/NotLoaded";
import { Sentence } from "../../components/Sentence";
import { Ago } from "../../components/Times";
import { useCommand } from "../../hooks/live";
import { useOffer } from "../../hooks/offer";
import { useCallerName, useProblemText } from "../../hooks/words";
import { get } from "../../lib/api";
import type { InteractionDetail, WorkRow } from "../../lib/contract";
import { ANSWER } from "../../theme";
import { Player, type PlayerHandle } from "../interaction/Player";
import { typing, useNote } from "./note";
import styles from "./workspace.module.css";

/** A message somebody left: heard here, answered by a call or closed without one. */
export function MessagePanel({ row }: { row: WorkRow }) {
  const { t } = useTranslation();
  const name = useCallerName();
  const problemText = useProblemText();
  const command = useCommand();
  const { dial, busy } = useOffer();
  const [note, setNote] = useNote(row);
  return (
    <article className={styles.call} aria-label={t("owed.message", { name: name(row.caller) })}>
      <header className={styles.callHead}>
        <div className={styles.avatar} aria-hidden>
          <IconMessage size={28} />
        </div>
        <div className="grow">
          <h2>{name(row.caller)}</h2>
          {row.caller.name && <div className="dim">{row.caller.address}</div>}
          {row.owed && (
            <div className="dim small">
              {t("owed.left")}{" "}
              <Ago at={row.owed.since} />
            </div>
          )}
        </div>
        <div className={styles.marks}>
          <PhaseMark phase={row.phase} />
        </div>
      </header>
      {row.warning && <Sentence tone="amber">{row.warning}</Sentence>}
      {command.problem && (
        <Sentence tone="red" onDismiss={command.clear}>
          {problemText(command.problem)}
        </Sentence>
      )}
      <Message id={row.id} />
      <div className="row wrap">
        <Button
          color={ANSWER}
          leftSection={<IconPhone size={18} aria-hidden />}
          loading={busy === row.id}
          onClick={() => void dial(row.id)}
        >
          {t("owed.callBack")}
        </Button>
        <Button
          variant="default"
          leftSection={<IconCheck size={18} aria-hidden />}
          loading={command.pending === "work.done"}
          disabled={busy !== null}
          onClick={() => void command.run("work.done", { interaction_id: row.id })}
        >
          {t("owed.done")}
        </Button>
      </div>
      <Textarea
        label={t("call.notes")}
        description={t("call.notesHint")}
        autosize
        minRows={5}
        maxRows={16}
        maxLength={10_000}
        onFocus={() => (typing.id = row.id)}
        onBlur={() => (typing.id = null)}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </article>
  );
}

function Message({ id }: { id: string }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const player = useRef<PlayerHandle>(null);
  const detail = useQuery({
    queryKey: ["interactions", "one", id],
    queryFn: ({ signal }) => get<InteractionDetail>(`/interactions/${encodeURIComponent(id)}`, {}, signal),
  });
  if (detail.isPending) return <Loading bars={[120]} label={t("owed.messageLoading")} />;
  if (detail.isError)
    return (
      <NotLoaded query={detail}>{t("owed.messageFailed", { detail: problemText(detail.error) })}</NotLoaded>
    );
  if (!detail.data.recording) return <Sentence tone="amber">{t("owed.messageGone")}</Sentence>;
  return <Player recording={detail.data.recording} fileName={`voicemail-${id}.wav`} handle={player} />;
}
