import { useId, useState, type Dispatch, type SetStateAction, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { useHolding } from "../../../hooks/uploads";
import { notSent } from "../../../lib/holding";
import { OnceKeys } from "../../../lib/once";
import { Notice } from "../kit";
import { useAct } from "./act";
import { Attach } from "./Attach";
import { useChosenFiles } from "./files";
import { Submit } from "./Held";
import type { Answering } from "./types";

interface Props<T> {
  way: Answering<T>;
  /** What writing leads to, said below the text. */
  hint?: string;
  mostBytes?: number;
  text: string;
  onText: Dispatch<SetStateAction<string>>;
  onChange: (now: T) => void;
}

/** Words and files for an answer; what is typed stays until it is sent. */
export function Reply<T>({ way, hint, mostBytes, text, onText, onChange }: Props<T>) {
  const { t } = useTranslation();
  const id = useId();
  const act = useAct("text");
  const files = useChosenFiles(way.files, mostBytes);
  const [keys] = useState(() => new OnceKeys());
  const out = async () => {
    const [words, ids] = [text.trim(), files.ids];
    const done = await act.run("send", () => way.say(words, ids, keys.of([words, ids])));
    if (!done) return;
    keys.done();
    onText((now) => notSent(now, text));
    files.sent(ids);
    onChange(done.value);
  };
  const empty = text.trim() === "";
  const { busy, failed } = files.uploads;
  const { send: hold, ...held } = useHolding({ content: JSON.stringify([text, files.count]), empty: empty && files.count === 0, busy, failed }, () => void out());
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!empty && act.busy === "") hold(undefined);
  };
  const wrong = act.wrong("text");
  const said = wrong ?? hint;
  return (
    <form className="panel p-form" noValidate onSubmit={send}>
      <div className="p-field">
        <label htmlFor={id}>{t("portal.tickets.answer")}</label>
        <textarea
          id={id}
          rows={4}
          maxLength={20_000}
          value={text}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={said ? `${id}-said` : undefined}
          onChange={(event) => {
            onText(event.currentTarget.value);
            act.clear();
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(event);
          }}
        />
        {said && (
          <p id={`${id}-said`} className={wrong ? "p-wrong" : "dim small"}>
            {said}
          </p>
        )}
      </div>
      <Attach files={files} />
      {act.trouble && <Notice tone="red">{act.trouble}</Notice>}
      <Submit {...held} busy={act.busy === "send"} disabled={empty} word={t("portal.tickets.send")} />
    </form>
  );
}
