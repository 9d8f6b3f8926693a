import { IconPaperclip, IconTrash } from "@tabler/icons-react";
import { useRef, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../../lib/api";
import { Button, Notice } from "../kit";
import { useProblemText } from "../session";
import { sizeText } from "../../../lib/size";
import type { Uploaded } from "./types";

interface Props {
  files: Uploaded[];
  onChange: (change: (before: Uploaded[]) => Uploaded[]) => void;
  mostBytes?: number;
  /** Where they are taken. */
  path?: string;
}

/** Files to be sent with a message: chosen, taken with the camera, or dropped here. */
export function Attach({ files, onChange, mostBytes, path = "/portal/ticket-files" }: Props) {
  const { t, i18n } = useTranslation();
  const text = useProblemText();
  const input = useRef<HTMLInputElement>(null);
  const [waiting, setWaiting] = useState<string[]>([]);
  const [wrong, setWrong] = useState<string[]>([]);
  const [over, setOver] = useState(false);
  const upload = async (file: File) => {
    setWaiting((before) => [...before, file.name]);
    try {
      if (mostBytes !== undefined && file.size > mostBytes) throw new Error();
      const form = new FormData();
      form.append("file", file);
      const taken = await request<Uploaded>("POST", path, { form });
      onChange((before) => [...before, taken]);
    } catch (error) {
      const large = mostBytes !== undefined && file.size > mostBytes;
      const why = large ? t("portal.tickets.tooLarge", { size: sizeText(mostBytes, i18n.language) }) : text(error);
      setWrong((before) => [...before, `${file.name}: ${why}`]);
    } finally {
      setWaiting((before) => before.filter((name) => name !== file.name));
    }
  };
  const take = (chosen: FileList | null) => {
    setWrong([]);
    for (const file of chosen ?? []) void upload(file);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  const remove = (file: Uploaded) => {
    onChange((before) => before.filter((each) => each.id !== file.id));
    // What stays behind is swept away after a day.
    request("DELETE", `${path}/${file.id}`).catch(() => undefined);
  };
  return (
    <div
      className="pt-attach"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {(files.length > 0 || waiting.length > 0) && (
        <ul className="p-list" aria-live="polite">
          {files.map((file) => (
            <li key={file.id}>
              <IconPaperclip size={18} aria-hidden />
              <span className="p-value grow">{file.name}</span>
              <span className="dim small">{sizeText(file.size, i18n.language)}</span>
              <button type="button" className="p-icon" aria-label={t("portal.tickets.removeFile", { name: file.name })} onClick={() => remove(file)}>
                <IconTrash size={18} aria-hidden />
              </button>
            </li>
          ))}
          {waiting.map((name) => (
            <li key={name} aria-busy>
              <IconPaperclip size={18} aria-hidden />
              <span className="grow">{name}</span>
              <span className="dim small">{t("portal.tickets.uploading")}</span>
            </li>
          ))}
        </ul>
      )}
      {wrong.map((each) => (
        <Notice key={each} tone="red">
          {each}
        </Notice>
      ))}
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
      <Button tone="plain" onClick={() => input.current?.click()}>
        <IconPaperclip size={18} aria-hidden />
        {t("portal.tickets.attach")}
      </Button>
      <span className="dim small pt-drop">{t("portal.tickets.drop")}</span>
    </div>
  );
}
