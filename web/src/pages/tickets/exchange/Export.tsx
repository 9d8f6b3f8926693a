import "../../../i18n/ticket-exchange";
import { Button, Menu, Progress } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconArchive, IconChevronDown, IconDownload, IconFileSpreadsheet, IconFileTypeCsv } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../../components/Sentence";
import { may, useMe } from "../../../hooks/session";
import { useLocale, useProblemText } from "../../../hooks/words";
import { download, get, request } from "../../../lib/api";
import { sizeText } from "../../../lib/size";
import { exportBody, FORMATS, POLL_MS, type ExportAsked, type ExportFormat, type ExportJob } from "../../../lib/tickets/exchange";
import { useColumnWord } from "../Table";
import styles from "./exchange.module.css";

const ICONS = { csv: IconFileTypeCsv, xlsx: IconFileSpreadsheet, archive: IconArchive };

export interface Exporting {
  job: ExportJob | null;
  begin: (format: ExportFormat) => void;
  pending: boolean;
  error: Error | null;
  forget: () => void;
}

/** A list that is being saved as a file; it goes on while one works on. */
export function useExport(asked: ExportAsked, columns: readonly string[]): Exporting {
  const word = useColumnWord();
  const [job, setJob] = useState<ExportJob | null>(null);
  const begin = useMutation({
    mutationFn: (format: ExportFormat) => {
      const named = columns.map((name) => ({ name, header: word(name) }));
      return request<ExportJob>("POST", "/ticket-exports", { body: exportBody(format, asked, named) });
    },
    onMutate: () => setJob(null),
    onSuccess: setJob,
  });
  const look = useMutation({ mutationFn: (id: string) => get<ExportJob>(`/ticket-exports/${id}`), onSuccess: setJob });
  const { mutate: poll, error: lost } = look;
  const running = job?.state === "running" && !lost ? job.id : null;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => poll(running), POLL_MS);
    return () => clearInterval(timer);
  }, [running, poll]);
  const forget = () => {
    if (job) void request("DELETE", `/ticket-exports/${job.id}`).catch(() => undefined);
    setJob(null);
    begin.reset();
    look.reset();
  };
  return { job, begin: begin.mutate, pending: begin.isPending, error: begin.error ?? lost, forget };
}

export function ExportMenu({ exporting }: { exporting: Exporting }) {
  const { t } = useTranslation();
  if (!may(useMe(), "tickets.export")) return null;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          loading={exporting.pending}
          disabled={exporting.job?.state === "running"}
          leftSection={<IconDownload size={14} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          {t("ticketExchange.export.button")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t("ticketExchange.export.label")}>
        {FORMATS.map((format) => {
          const Sign = ICONS[format];
          return (
            <Menu.Item key={format} leftSection={<Sign size={18} aria-hidden />} onClick={() => exporting.begin(format)}>
              {t(`ticketExchange.export.${format}`)}
              <span className={`dim small ${styles.hint ?? ""}`}>{t(`ticketExchange.export.${format}Text`)}</span>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

/** How far it is, and the file once it is there. */
export function ExportState({ exporting }: { exporting: Exporting }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const locale = useLocale();
  const { job, error } = exporting;
  const save = useMutation({ mutationFn: (id: string) => download(`/ticket-exports/${id}/file`) });
  if (error)
    return (
      <Sentence tone="red" onDismiss={exporting.forget}>
        {t("ticketExchange.export.notBegun", { detail: problemText(error) })}
      </Sentence>
    );
  if (!job) return null;
  if (job.state === "running") {
    const word = job.done < job.total ? t("ticketExchange.export.running", { done: job.done, total: job.total }) : t("ticketExchange.export.packing");
    return (
      <div className={`panel ${styles.job ?? ""}`} role="status">
        <span>{word}</span>
        <Progress className="grow" value={job.total > 0 ? (100 * job.done) / job.total : 100} aria-label={word} />
        <Button size="compact-sm" variant="default" onClick={exporting.forget}>
          {t("ticketExchange.export.cancel")}
        </Button>
      </div>
    );
  }
  if (job.state !== "done")
    return (
      <Sentence tone="red" onDismiss={exporting.forget}>
        {t("ticketExchange.export.failed", { detail: job.problem })}
      </Sentence>
    );
  return (
    <>
      <Sentence
        tone="green"
        onDismiss={exporting.forget}
        action={
          <Button size="compact-sm" loading={save.isPending} leftSection={<IconDownload size={14} aria-hidden />} onClick={() => save.mutate(job.id)}>
            {t("ticketExchange.export.save")}
          </Button>
        }
      >
        {t("ticketExchange.export.ready", { name: job.name, size: sizeText(job.size, locale) })}
      </Sentence>
      {save.isError && <Sentence tone="red">{t("ticketExchange.export.failed", { detail: problemText(save.error) })}</Sentence>}
    </>
  );
}
