import { Button, Select, Textarea } from "@mantine/core";
import { IconClockPlus, IconDeviceFloppy } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { PhaseMark } from "../../components/Mark";
import { NotLoaded } from "../../components/NotLoaded";
import { Sentence } from "../../components/Sentence";
import { Countdown } from "../../components/Times";
import { useDispositions } from "../../hooks/lists";
import { useCommand } from "../../hooks/live";
import { useNow } from "../../hooks/now";
import { useCallerName, useProblemText } from "../../hooks/words";
import type { WorkRow, WrapUp } from "../../lib/contract";
import { groupDispositions, type DispositionGroup } from "../../lib/dispositions";
import { clock, secondsUntil } from "../../lib/time";
import { forgetNote, typing, useNote } from "./note";
import styles from "./workspace.module.css";

const EXTENSION_S = 60;

export function WrapUpPanel({ row, wrapUp }: { row: WorkRow; wrapUp: WrapUp }) {
  const { t } = useTranslation();
  const name = useCallerName();
  const problemText = useProblemText();
  const command = useCommand();
  const [note, setNote] = useNote(row);
  const [disposition, setDisposition] = useState<string | null>(null);
  const [missing, setMissing] = useState(false);
  const results = useDispositions(row.queue.id).data;
  const chosen = results?.find((result) => result.id === disposition);
  const lacksNote = chosen?.note_required === true && !note.trim();
  const select = useRef<HTMLInputElement>(null);
  const save = async () => {
    setMissing(!disposition || lacksNote);
    if (!disposition) return select.current?.focus();
    if (lacksNote) return text.current?.focus();
    const saved = await command.run("wrapup.complete", { interaction_id: row.id, disposition_id: disposition, note });
    if (saved) forgetNote(row.id);
  };
  useSaveKey(() => void save());
  const [wasTyping] = useState(() => typing.id === row.id);
  const text = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!wasTyping) return;
    typing.id = null;
    text.current?.focus();
    text.current?.setSelectionRange(text.current.value.length, text.current.value.length);
  }, [wasTyping]);
  return (
    <article className={styles.call} aria-label={t("wrapup.title")}>
      <header className={styles.callHead}>
        <div className="grow stack" style={{ gap: 4 }}>
          <h2>{name(row.caller)}</h2>
          <div className="row wrap">
            <PhaseMark phase="wrap_up" />
            <span className="dim">{row.queue.name}</span>
          </div>
        </div>
        {wrapUp.deadline && <TimeLeft deadline={wrapUp.deadline} />}
      </header>
      {row.warning ? <Sentence tone="amber">{row.warning}</Sentence> : <p className="dim">{t("wrapup.ended")}</p>}
      <DispositionSelect
        queueId={row.queue.id}
        value={disposition}
        missing={missing && !disposition}
        inputRef={select}
        takeFocus={!wasTyping}
        onChange={setDisposition}
      />
      <Textarea
        ref={text}
        label={t("wrapup.note")}
        withAsterisk={chosen?.note_required === true}
        error={missing && lacksNote && t("wrapup.noteMissing", { result: chosen.label })}
        placeholder={t("wrapup.notePlaceholder")}
        autosize
        minRows={5}
        maxRows={16}
        maxLength={10_000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {command.problem && (
        <Sentence tone="red" onDismiss={command.clear}>
          {problemText(command.problem)}
        </Sentence>
      )}
      <div className="row wrap">
        <Button
          leftSection={<IconDeviceFloppy size={18} aria-hidden />}
          loading={command.pending === "wrapup.complete"}
          onClick={() => void save()}
          aria-keyshortcuts="Control+Enter"
        >
          {t("wrapup.save")}
        </Button>
        {wrapUp.deadline && (
          <Button
            variant="default"
            leftSection={<IconClockPlus size={18} aria-hidden />}
            loading={command.pending === "wrapup.extend"}
            onClick={() => void command.run("wrapup.extend", { interaction_id: row.id, seconds: EXTENSION_S })}
          >
            {t("wrapup.extend")}
          </Button>
        )}
        <span className="dim small">Ctrl+Enter</span>
      </div>
    </article>
  );
}

/** Ctrl+Enter saves from wherever the cursor is. */
function useSaveKey(save: () => void): void {
  const current = useRef(save);
  useEffect(() => {
    current.current = save;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) current.current();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}

function TimeLeft({ deadline }: { deadline: string }) {
  const { t } = useTranslation();
  const now = useNow();
  const left = secondsUntil(deadline, now);
  return (
    <div style={{ textAlign: "end" }}>
      <div className={styles.timer} role="timer" aria-label={t("wrapup.leftLabel")} data-left={clock(left)}>
        <Countdown until={deadline} />
      </div>
      <div className="dim small">{left > 0 ? t("wrapup.leftLabel") : t("wrapup.overdue")}</div>
    </div>
  );
}

interface DispositionSelectProps {
  queueId: string;
  value: string | null;
  missing: boolean;
  inputRef: React.RefObject<HTMLInputElement | null>;
  takeFocus: boolean;
  onChange: (id: string | null) => void;
}

function DispositionSelect({ queueId, value, missing, inputRef, takeFocus, onChange }: DispositionSelectProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const list = useDispositions(queueId);
  useEffect(() => {
    if (takeFocus) inputRef.current?.focus({ preventScroll: true });
  }, [takeFocus, inputRef]);
  const groups = useMemo(() => {
    const all = groupDispositions(list.data ?? []);
    return all.flatMap<DispositionGroup | DispositionGroup["items"][number]>((group) =>
      group.group ? [group] : group.items,
    );
  }, [list.data]);
  if (list.isError)
    return (
      <NotLoaded query={list}>{t("wrapup.listFailed", { detail: problemText(list.error) })}</NotLoaded>
    );
  return (
    <Select
      ref={inputRef}
      label={t("wrapup.disposition")}
      placeholder={t("wrapup.dispositionPlaceholder")}
      data={groups}
      value={value}
      onChange={onChange}
      searchable
      required
      openOnFocus={false}
      selectFirstOptionOnChange
      nothingFoundMessage={list.isPending ? t("common.loading") : t("wrapup.nothingFound")}
      error={missing && t("wrapup.dispositionMissing")}
      maxDropdownHeight={320}
    />
  );
}
