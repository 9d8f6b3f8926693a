import { Button, FileButton, Progress } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconAlertTriangle, IconPaperclip, IconX } from "@tabler/icons-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Act } from "../../components/admin/OrderedList";
import { TICKETS } from "../../hooks/tickets";
import { useLocale, useProblemText } from "../../hooks/words";
import { get, request, upload } from "../../lib/api";
import { newId } from "../../lib/ids";
import { sizeText } from "../../lib/size";
import type { Attachment } from "../../lib/tickets/types";
import styles from "./ticket.module.css";

const FILES = "/ticket-files";

export const useFileLimits = () =>
  useQuery({
    queryKey: [TICKETS, "file-limits"],
    queryFn: ({ signal }) => get<{ most_bytes: number; scanned: boolean }>(FILES, {}, signal),
    staleTime: Infinity,
  });

/** On its way, or refused: then `wrong` says why. */
interface Sending {
  key: string;
  file: File;
  share: number;
  wrong: string | null;
  /** Trying again would be no use. */
  final: boolean;
  stop: AbortController;
}

export interface Uploads {
  sending: readonly Sending[];
  /** Whether any is still on its way. */
  busy: boolean;
  take: (files: readonly File[]) => void;
  again: (key: string) => void;
  drop: (key: string) => void;
  forget: (file: Attachment) => void;
  clear: () => void;
}

/** Uploads files one by one as they are chosen; `taken` hears of each that is there. */
export function useUploads(taken: (file: Attachment) => void): Uploads {
  const { t } = useTranslation();
  const locale = useLocale();
  const problemText = useProblemText();
  const most = useFileLimits().data?.most_bytes;
  const [sending, setSending] = useState<readonly Sending[]>([]);
  const stops = useRef(new Set<AbortController>());
  useEffect(() => {
    const open = stops.current;
    return () => {
      for (const stop of open) stop.abort();
    };
  }, []);
  const put = useCallback((key: string, part: Partial<Sending>) => setSending((held) => held.map((each) => (each.key === key ? { ...each, ...part } : each))), []);
  const send = async ({ key, file, stop }: Sending) => {
    stops.current.add(stop);
    try {
      taken(await upload<Attachment>(FILES, file, { signal: stop.signal, onProgress: (share) => put(key, { share }) }));
      setSending((held) => held.filter((each) => each.key !== key));
    } catch (error) {
      if (!stop.signal.aborted) put(key, { wrong: problemText(error as Error) });
    } finally {
      stops.current.delete(stop);
    }
  };
  const begun = (file: File): Sending => {
    const wrong = most !== undefined && file.size > most ? t("tickets.files.tooLarge", { size: sizeText(most, locale) }) : null;
    return { key: newId(), file, share: 0, wrong, final: wrong !== null, stop: new AbortController() };
  };
  return {
    sending,
    busy: sending.some((each) => each.wrong === null),
    take: (files) => {
      const fresh = files.map(begun);
      setSending((held) => [...held, ...fresh]);
      for (const each of fresh) if (each.wrong === null) void send(each);
    },
    again: (key) => {
      const failed = sending.find((each) => each.key === key);
      if (!failed) return;
      const fresh = begun(failed.file);
      setSending((held) => held.map((each) => (each.key === key ? fresh : each)));
      if (fresh.wrong === null) void send(fresh);
    },
    drop: (key) => {
      sending.find((each) => each.key === key)?.stop.abort();
      setSending((held) => held.filter((each) => each.key !== key));
    },
    // What stays behind is swept away after a day.
    forget: (file) => void request("DELETE", `${FILES}/${encodeURIComponent(file.id)}`).catch(() => undefined),
    clear: () => setSending([]),
  };
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
  uploads: Uploads;
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

function Wrong({ children }: { children: string }) {
  return (
    <p className={styles.fileWrong} role="alert">
      <IconAlertTriangle size={14} aria-hidden />
      {children}
    </p>
  );
}
