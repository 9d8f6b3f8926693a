import { Button } from "@mantine/core";
import { IconArrowLeft, IconCheck } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useTitle } from "../../hooks/title";
import { useProblemText } from "../../hooks/words";
import { Problem, request } from "../../lib/api";
import { decoded, delimiterOf, encodingOf, records } from "../../lib/csv";
import { reportOf, wrongFirst, type ImportLine } from "../../lib/import-report";
import admin from "../admin/admin.module.css";
import { FileDrop } from "../FileDrop";
import { Sentence } from "../Sentence";
import styles from "./import.module.css";
import { ImportLines, ReportButton } from "./ImportLines";

interface WholeFileProps<Result extends { applied: boolean; bad: number }> {
  title: string;
  lead: string;
  back: { to: string; word: string };
  /** Takes `{csv, apply}`: looks at all of it without `apply`. */
  path: string;
  /** As much as the server takes. */
  mostSigns: number;
  subject: string;
  good: (result: Result) => number;
  /** What would happen, or has. */
  sentence: (result: Result) => string;
  applyWord: (count: number) => string;
  lines: (result: Result) => ImportLine[];
  /** No other file may be chosen now. */
  locked?: (result: Result) => boolean;
  notice?: ReactNode;
  after?: (result: Result) => ReactNode;
  onApplied?: (result: Result) => void;
}

interface Chosen {
  name: string;
  csv: string;
}

/** A file that goes in at once: looked at first, then brought in, with the lines that stay out and why. */
export function WholeFile<Result extends { applied: boolean; bad: number }>(props: WholeFileProps<Result>) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const client = useQueryClient();
  useTitle(props.title);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const send = useMutation({
    mutationFn: async ({ file, apply }: { file: Chosen; apply: boolean }) => {
      if (file.csv.length > props.mostSigns) throw new Problem(422, "too-large", "", t("imports.tooLarge", { most: Math.floor(props.mostSigns / 1000) }));
      return request<Result>("POST", props.path, { body: { csv: file.csv, apply } });
    },
    onSuccess: (result) => {
      if (!result.applied) return;
      void client.invalidateQueries({ queryKey: ["admin"] });
      props.onApplied?.(result);
    },
  });
  const choose = async (file: File) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const taken = { name: file.name, csv: decoded(bytes, encodingOf(bytes)) };
    setChosen(taken);
    send.mutate({ file: taken, apply: false });
  };
  const result = send.data;
  const lines = result ? wrongFirst(props.lines(result)) : [];
  return (
    <div className={admin.area}>
      <header>
        <Link className={admin.back ?? ""} to={props.back.to}>
          <IconArrowLeft size={16} aria-hidden />
          {props.back.word}
        </Link>
        <h1>{props.title}</h1>
        <p className="dim">{props.lead}</p>
      </header>
      {props.notice}
      <section className={`panel ${admin.section ?? ""} ${styles.step ?? ""}`}>
        <FileDrop
          word={chosen ? chosen.name : t("imports.drop")}
          choose={t(chosen ? "imports.another" : "imports.choose")}
          accept=".csv,.txt,text/csv"
          hint={t("imports.hint")}
          disabled={send.isPending || (result !== undefined && props.locked?.(result) === true)}
          onFiles={([file]) => {
            if (file) void choose(file);
          }}
        />
        {send.isPending && <p role="status">{t("imports.looking")}</p>}
        {send.isError && <Sentence tone="red">{problemText(send.error)}</Sentence>}
        {result && chosen && (
          <>
            <div role="status">
              <Sentence tone={result.bad > 0 ? "amber" : "green"}>
                {props.sentence(result)} {result.bad > 0 && t(result.applied ? "imports.left" : "imports.bad", { count: result.bad })}
              </Sentence>
            </div>
            <div className="row wrap">
              {!result.applied && (
                <Button
                  loading={send.isPending}
                  disabled={props.good(result) === 0}
                  leftSection={<IconCheck size={16} aria-hidden />}
                  onClick={() => send.mutate({ file: chosen, apply: true })}
                >
                  {props.applyWord(props.good(result))}
                </Button>
              )}
              {result.bad > 0 && (
                <ReportButton name={chosen.name} text={() => reportText(chosen.csv, lines, t("imports.reason"))} />
              )}
            </div>
            {props.after?.(result)}
          </>
        )}
      </section>
      {lines.length > 0 && <ImportLines lines={lines} subject={props.subject} />}
    </div>
  );
}

function reportText(csv: string, lines: readonly ImportLine[], reason: string): string {
  const [head, ...rows] = records(csv, delimiterOf(csv));
  return reportOf(head?.cells ?? [], rows, lines, reason);
}
