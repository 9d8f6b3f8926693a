import { Button, FileButton, Progress } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconAlertTriangle, IconPaperclip, IconX } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Act } from "../../components/admin/OrderedList";
import { Sentence } from "../../components/Sentence";
import { TICKETS } from "../../hooks/tickets";
import { useUploads, type Held, type Uploads } from "../../hooks/uploads";
import { useLocale, useProblemText } from "../../hooks/words";
import { get, Problem } from "../../lib/api";
import { sizeText } from "../../lib/size";
import type { Attachment } from "../../lib/tickets/types";
import styles from "./composer.module.css";

const FILES = "/ticket-files";

export const useFileLimits = () =>
  useQuery({
    queryKey: [TICKETS, "file-limits"],
    queryFn: ({ signal }) => get<{ most_bytes: number; scanned: boolean }>(FILES, {}, signal),
    staleTime: Infinity,
  });

/** Files for the next message of an agent. */
export function useAttachments(taken: (file: Attachment) => void): Uploads<Attachment> {
  const { t } = useTranslation();
  const locale = useLocale();
  const problemText = useProblemText();
  const most = useFileLimits().data?.most_bytes;
  const tooLarge = (size: number) => t("tickets.files.tooLarge", { size: sizeText(size, locale) });
  // Unlike what is only asked, it is not tried again by itself.
  const problem = (error: Error) => (error instanceof Problem && error.status === 0 ? t("tickets.files.unreachable") : problemText(error));
  return useUploads({ path: FILES, most, problem, tooLarge }, taken);
}

export function AttachButton({ onFiles, disabled }: { onFiles: (files: File[]) => void; disabled: boolean }) {
  const { t } = useTranslation();
  const reset = useRef<() => void>(null);
  return (
    <FileButton
      multiple
      resetRef={reset}
      inputProps={{ "aria-label": t("tickets.files.attach"), tabIndex: -1 }}
      disabled={disabled}
      onChange={(files) => {
        onFiles(files);
        // So that the same file, mended meanwhile, can be chosen again.
        reset.current?.();
      }}
    >
      {(props) => (
        <Button {...props} variant="default" size="xs" leftSection={<IconPaperclip size={14} aria-hidden />}>
          {t("tickets.files.attach")}
        </Button>
      )}
    </FileButton>
  );
}

interface FilesProps {
  files: readonly Attachment[];
  uploads: Uploads<Attachment>;
  /** Which of them the server refused, and why. */
  refused: { place: number; why: string } | null;
  onRemove: (file: Attachment) => void;
}

/** What goes with the message: there, on its way, or refused. */
export function ComposerFiles({ files, uploads, refused, onRemove }: FilesProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (files.length === 0 && uploads.sending.length === 0) return null;
  return (
    <ul className={styles.attach} aria-label={t("tickets.files.title")}>
      {files.map((file, place) => (
        <li key={file.id}>
          <IconPaperclip size={16} aria-hidden />
          <span className="truncate">{file.name}</span>
          <span className="dim small">{sizeText(file.size, locale)}</span>
          <Act word={t("tickets.files.remove", { name: file.name })} onClick={() => onRemove(file)}>
            <IconX size={16} aria-hidden />
          </Act>
          {refused?.place === place && <Wrong>{refused.why}</Wrong>}
        </li>
      ))}
      {uploads.sending.map((each) => (
        <li key={each.key} aria-busy={each.wrong === null}>
          <IconPaperclip size={16} aria-hidden />
          <span className="truncate">{each.file.name}</span>
          {each.wrong === null ? (
            <span className={styles.share}>
              <Progress size="sm" value={100 * each.share} aria-label={t("tickets.files.uploading", { name: each.file.name })} />
              <span className="dim small">{Math.round(100 * each.share)} %</span>
            </span>
          ) : (
            !each.final && (
              <Button size="compact-xs" variant="default" onClick={() => uploads.again(each.key)}>
                {t("common.retry")}
              </Button>
            )
          )}
          <Act word={t("tickets.files.remove", { name: each.file.name })} onClick={() => uploads.drop(each.key)}>
            <IconX size={16} aria-hidden />
          </Act>
          {each.wrong !== null && <Wrong>{t("tickets.files.failed", { name: each.file.name, detail: each.wrong })}</Wrong>}
        </li>
      ))}
    </ul>
  );
}

/** Whether the message waits for its files, and why it did not go out. */
export function HeldBack({ held, unsent }: Held) {
  const { t } = useTranslation();
  if (held) return <Sentence tone="grey">{t("tickets.composer.held")}</Sentence>;
  if (unsent === null) return null;
  return <Sentence tone={unsent === "failed" ? "red" : "amber"}>{t(`tickets.composer.${unsent}`)}</Sentence>;
}

function Wrong({ children }: { children: string }) {
  return (
    <p className={styles.fileWrong} role="alert">
      <IconAlertTriangle size={14} aria-hidden />
      {children}
    </p>
  );
}
