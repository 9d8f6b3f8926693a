import { Skeleton } from "@mantine/core";
import { IconClockPause, IconDownload, IconPaperclip, IconShieldCheck, IconVirus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Mark } from "../../components/Mark";
import { useLocale } from "../../hooks/words";
import { sizeText } from "../../lib/size";
import type { Attachment } from "../../lib/tickets/types";
import { useFileLimits } from "./ComposerFiles";
import { useHere } from "./context";
import styles from "./ticket.module.css";

/** Of which the server draws a small picture. */
const PICTURES = ["image/png", "image/jpeg", "image/webp", "image/gif"];

export function MessageFiles({ files }: { files: readonly Attachment[] }) {
  const { t } = useTranslation();
  return (
    <ul className={styles.files} aria-label={t("tickets.files.title")}>
      {files.map((file) => (
        <One key={file.id} file={file} />
      ))}
    </ul>
  );
}

/** A file with its size and whether it is safe; what is not given out yet has no link. */
function One({ file }: { file: Attachment }) {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const locale = useLocale();
  const limits = useFileLimits().data;
  const path = `/api/v1/tickets/${encodeURIComponent(ticket.id)}/attachments/${encodeURIComponent(file.id)}`;
  const infected = file.scan === "infected";
  const waits = !infected && limits?.scanned === true && file.scan !== "clean";
  const open = !infected && !waits;
  return (
    <li data-infected={infected}>
      {open && PICTURES.includes(file.media_type) && <Picture path={`${path}/thumbnail`} name={file.name} />}
      <div className={styles.fileLine}>
        {open ? <IconDownload size={14} aria-hidden /> : <IconPaperclip size={14} aria-hidden />}
        {open ? (
          <a href={path} download={file.name} className="truncate" title={t("tickets.files.download", { name: file.name })}>
            {file.name}
          </a>
        ) : (
          <span className="truncate">{file.name}</span>
        )}
        <span className="dim small">{sizeText(file.size, locale)}</span>
      </div>
      {infected && (
        <Mark icon={IconVirus} tone="red">
          {t("tickets.files.infected")}
        </Mark>
      )}
      {waits && (
        <Mark icon={IconClockPause} tone="amber">
          {t("tickets.files.waits")}
        </Mark>
      )}
      {open && file.scan === "clean" && (
        <Mark icon={IconShieldCheck} tone="green" plain>
          {t("tickets.files.clean")}
        </Mark>
      )}
    </li>
  );
}

function Picture({ path, name }: { path: string; name: string }) {
  const { t } = useTranslation();
  const [state, setState] = useState<"loading" | "there" | "none">("loading");
  if (state === "none") return null;
  return (
    <span className={styles.picture}>
      {state === "loading" && <Skeleton height={96} width={128} />}
      <img src={path} alt={t("tickets.files.picture", { name })} hidden={state === "loading"} onLoad={() => setState("there")} onError={() => setState("none")} />
    </span>
  );
}
