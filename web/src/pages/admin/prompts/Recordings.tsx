import { Button, Textarea, TextInput } from "@mantine/core";
import { IconPlayerPlay, IconTrash, IconUpload, IconVolume } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import adminStyles from "../../../components/admin/admin.module.css";
import { Sentence } from "../../../components/Sentence";
import { Ago } from "../../../components/Times";
import { housePaths, useHouseWrite } from "../../../hooks/house";
import { useProblemText } from "../../../hooks/words";
import { fetchBlob } from "../../../lib/api";
import { minutes } from "../../../lib/house/flows";
import type { PromptSetting, Recording } from "../../../lib/house/types";
import styles from "./prompts.module.css";

const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;

export function Recordings({ prompt, manage }: { prompt: PromptSetting; manage: boolean }) {
  const { t } = useTranslation();
  return (
    <section className={`panel ${adminStyles.section ?? ""}`} aria-labelledby="recordings">
      <h2 id="recordings">{t("house.prompts.recordings")}</h2>
      <p className="dim">{t("house.prompts.recordingsLead")}</p>
      {prompt.recordings.length === 0 && <p className={`dim ${styles.none ?? ""}`}>{t("house.prompts.recordingsNone")}</p>}
      <ul className={styles.recordings}>
        {prompt.recordings.map((recording) => (
          <One key={recording.language} prompt={prompt} recording={recording} manage={manage} />
        ))}
      </ul>
      {manage && <Add prompt={prompt} />}
    </section>
  );
}

function One({ prompt, recording, manage }: { prompt: PromptSetting; recording: Recording; manage: boolean }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const write = useHouseWrite();
  const [failed, setFailed] = useState<Error | null>(null);
  const remove = async () => {
    setFailed(null);
    try {
      await write.send("DELETE", housePaths.recording(prompt.id, recording.language));
    } catch (error) {
      setFailed(error as Error);
    }
  };
  return (
    <li>
      <div className="row wrap">
        <b lang={recording.language}>{recording.language}</b>
        <span className="num">{minutes(recording.length_s)}</span>
        <span className="dim small grow">
          {recording.text ? t("house.prompts.spoken", { text: recording.text }) : t("house.prompts.uploaded")} ·{" "}
          <Ago at={recording.changed_at} />
        </span>
        {manage && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            c="var(--cc-red)"
            aria-label={t("house.prompts.removeOf", { language: recording.language })}
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => void remove()}
          >
            {t("house.prompts.remove")}
          </Button>
        )}
      </div>
      <audio controls preload="none" src={recording.url} aria-label={t("house.prompts.play", { language: recording.language })} />
      {failed && <Sentence tone="red">{t("house.prompts.failed", { detail: problemText(failed) })}</Sentence>}
    </li>
  );
}

function Add({ prompt }: { prompt: PromptSetting }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const write = useHouseWrite();
  const picker = useRef<HTMLInputElement>(null);
  const [language, setLanguage] = useState("en");
  const [text, setText] = useState("");
  const [busy, setBusy] = useState<"upload" | "listen" | "keep" | null>(null);
  const [failed, setFailed] = useState<Error | null>(null);
  const heard = useHeard();
  const good = LANGUAGE.test(language);
  const path = housePaths.recording(prompt.id, language);
  const run = async (what: "upload" | "listen" | "keep", act: () => Promise<unknown>) => {
    setBusy(what);
    setFailed(null);
    try {
      await act();
    } catch (error) {
      setFailed(error as Error);
    } finally {
      setBusy(null);
    }
  };
  const upload = (file: File | undefined) => {
    if (file) void run("upload", () => write.upload(path, file));
    if (picker.current) picker.current.value = "";
  };
  return (
    <div className={styles.add}>
      <TextInput
        label={t("house.prompts.language")}
        description={t("house.prompts.languageText")}
        error={!good && t("house.prompts.languageBad")}
        w={180}
        value={language}
        onChange={(event) => setLanguage(event.currentTarget.value.trim())}
      />
      <div
        className={styles.drop}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          if (good) upload(event.dataTransfer.files[0]);
        }}
      >
        <input
          ref={picker}
          type="file"
          accept=".wav,.mp3,.ogg,.opus,.flac,audio/*"
          hidden
          onChange={(event) => upload(event.currentTarget.files?.[0])}
        />
        <Button
          variant="default"
          disabled={!good}
          loading={busy === "upload"}
          leftSection={<IconUpload size={16} aria-hidden />}
          onClick={() => picker.current?.click()}
        >
          {t("house.prompts.upload")}
        </Button>
        <p className="dim small">{t("house.prompts.uploadText")}</p>
      </div>
      <Textarea
        label={t("house.prompts.speak")}
        aria-label={t("house.prompts.speakText")}
        autosize={false}
        rows={3}
        maxLength={3000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className="row wrap">
        <Button
          variant="default"
          disabled={!good || !text.trim()}
          loading={busy === "listen"}
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          onClick={() => void run("listen", async () => heard.play(await fetchBlob("POST", "/speech", { body: { text, language } })))}
        >
          {t("house.prompts.preview")}
        </Button>
        <Button
          disabled={!good || !text.trim()}
          loading={busy === "keep"}
          leftSection={<IconVolume size={16} aria-hidden />}
          onClick={() =>
            void run("keep", async () => {
              await write.send("PUT", `${path}/speech`, { text });
              setText("");
            })
          }
        >
          {t("house.prompts.keep")}
        </Button>
      </div>
      {heard.url && <audio controls autoPlay src={heard.url} aria-label={t("house.prompts.preview")} />}
      {failed && <Sentence tone="red">{t("house.prompts.failed", { detail: problemText(failed) })}</Sentence>}
    </div>
  );
}

/** A sound made for listening once; its memory is given back. */
function useHeard() {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!url) return;
    return () => URL.revokeObjectURL(url);
  }, [url]);
  return { url, play: (sound: Blob) => setUrl(URL.createObjectURL(sound)) };
}
