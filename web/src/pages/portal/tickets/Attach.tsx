import { IconAlertTriangle, IconPaperclip, IconTrash } from "@tabler/icons-react";
import { useRef, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Upload } from "../../../hooks/uploads";
import { sizeText } from "../../../lib/size";
import { Button } from "../kit";
import type { ChosenFiles } from "./files";

/** Files to be sent with a message: chosen, taken with the camera, or dropped here. */
export function Attach({ files }: { files: ChosenFiles }) {
  const { t, i18n } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const { there, uploads } = files;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    uploads.take([...event.dataTransfer.files]);
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
      {files.count > 0 && (
        <ul className="p-list" aria-live="polite">
          {there.map((file) => (
            <li key={file.id}>
              <IconPaperclip size={18} aria-hidden />
              <span className="p-value grow">{file.name}</span>
              <span className="dim small">{sizeText(file.size, i18n.language)}</span>
              <Remove name={file.name} onClick={() => files.remove(file)} />
            </li>
          ))}
          {uploads.sending.map((each) => (
            <Coming key={each.key} upload={each} onAgain={() => uploads.again(each.key)} onRemove={() => uploads.drop(each.key)} />
          ))}
        </ul>
      )}
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          uploads.take([...(event.currentTarget.files ?? [])]);
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

interface ComingProps {
  upload: Upload;
  onAgain: () => void;
  onRemove: () => void;
}

/** A file on its way, or refused. */
function Coming({ upload: { file, share, wrong, final }, onAgain, onRemove }: ComingProps) {
  const { t } = useTranslation();
  return (
    <li aria-busy={wrong === null}>
      <IconPaperclip size={18} aria-hidden />
      <span className="p-value grow">{file.name}</span>
      <Remove name={file.name} onClick={onRemove} />
      {wrong === null ? (
        <span className="pt-share">
          <progress value={share} aria-label={t("portal.tickets.uploading", { name: file.name })} />
          <span className="dim small" aria-hidden>
            {Math.round(100 * share)} %
          </span>
        </span>
      ) : (
        <div className="pt-refused">
          <p>
            <IconAlertTriangle size={18} aria-hidden />
            {t("portal.tickets.notUploaded", { detail: wrong })}
          </p>
          {!final && (
            <Button tone="plain" onClick={onAgain}>
              {t("portal.retry")}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

function Remove({ name, onClick }: { name: string; onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className="p-icon" aria-label={t("portal.tickets.removeFile", { name })} onClick={onClick}>
      <IconTrash size={18} aria-hidden />
    </button>
  );
}
