import { useId, useRef, useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button, Notice } from "../kit";
import { newKey, useAct } from "./act";
import { Attach } from "./Attach";
import type { Answering, Uploaded } from "./types";

interface Props<T> {
  way: Answering<T>;
  /** What writing leads to, said below the text. */
  hint?: string;
  mostBytes?: number;
  onChange: (now: T) => void;
  /** Whether something is typed that is not sent. */
  onTyping?: (typing: boolean) => void;
}

/** Words and files for an answer; what is typed stays until it is sent. */
export function Reply<T>({ way, hint, mostBytes, onChange, onTyping }: Props<T>) {
  const { t } = useTranslation();
  const id = useId();
  const act = useAct("text");
  const [text, setText] = useState("");
  const [files, setFiles] = useState<Uploaded[]>([]);
  const key = useRef(newKey());
  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!text.trim()) return;
    const done = await act.run("send", () => way.say(text.trim(), files.map((file) => file.id), key.current));
    if (!done) return;
    key.current = newKey();
    setText("");
    setFiles([]);
    onTyping?.(false);
    onChange(done.value);
  };
  const type = (now: string) => {
    setText(now);
    act.clear();
    onTyping?.(now.trim() !== "");
  };
  const wrong = act.wrong("text");
  const said = wrong ?? hint;
  return (
    <form className="panel p-form" noValidate onSubmit={(event) => void send(event)}>
      <div className="p-field">
        <label htmlFor={id}>{t("portal.tickets.answer")}</label>
        <textarea
          id={id}
          rows={4}
          maxLength={20_000}
          value={text}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={said ? `${id}-said` : undefined}
          onChange={(event) => type(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send(event);
          }}
        />
        {said && (
          <p id={`${id}-said`} className={wrong ? "p-wrong" : "dim small"}>
            {said}
          </p>
        )}
      </div>
      <Attach files={files} onChange={setFiles} path={way.files} {...(mostBytes === undefined ? {} : { mostBytes })} />
      {act.trouble && <Notice tone="red">{act.trouble}</Notice>}
      <div className="p-buttons">
        <Button type="submit" busy={act.busy === "send"} disabled={!text.trim()}>
          {t("portal.tickets.send")}
        </Button>
      </div>
    </form>
  );
}
