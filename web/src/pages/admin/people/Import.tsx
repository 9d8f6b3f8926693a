import "../../../i18n/setup";
import { Button, FileInput } from "@mantine/core";
import { IconArrowLeft, IconCheck, IconTableImport } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import admin from "../../../components/admin/admin.module.css";
import { Sentence } from "../../../components/Sentence";
import { may, useMe } from "../../../hooks/session";
import { useTitle } from "../../../hooks/title";
import { useProblemText } from "../../../hooks/words";
import type { ImportResult } from "../../../lib/admin/people";
import { Problem, request } from "../../../lib/api";
import NotFound from "../../NotFound";
import styles from "./people.module.css";

/** As much as the server takes. */
const MOST_BYTES = 5_000_000;
const SHOWN = 200;

export function Import() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const client = useQueryClient();
  useTitle(t("setup.import.title"));
  const [csv, setCsv] = useState<string | null>(null);
  const [result, setResult] = useState<ImportResult | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (text: string, apply: boolean) => {
    setBusy(true);
    setProblem(null);
    try {
      setResult(await request<ImportResult>("POST", "/users/import", { body: { csv: text, apply } }));
      if (apply) void client.invalidateQueries({ queryKey: ["admin"] });
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(500, "error", "", ""));
    } finally {
      setBusy(false);
    }
  };
  const choose = async (file: File | null) => {
    setResult(null);
    setProblem(null);
    setCsv(null);
    if (!file) return;
    if (file.size > MOST_BYTES) {
      setProblem(new Problem(422, "too-large", "", t("setup.import.tooLarge")));
      return;
    }
    const text = await file.text();
    setCsv(text);
    await send(text, false);
  };
  if (!may(useMe(), "users.manage")) return <NotFound />;
  return (
    <div className={admin.area}>
      <header>
        <Link className={admin.back ?? ""} to="/admin/people">
          <IconArrowLeft size={16} aria-hidden />
          {t("admin.area.people")}
        </Link>
        <h1>{t("setup.import.title")}</h1>
        <p className="dim">{t("setup.import.lead")}</p>
      </header>
      <section className={`panel ${admin.section ?? ""} ${styles.file ?? ""}`}>
        <FileInput
          label={t("setup.import.file")}
          placeholder={t("setup.import.choose")}
          accept=".csv,.txt,text/csv"
          leftSection={<IconTableImport size={16} aria-hidden />}
          onChange={(file) => void choose(file)}
        />
        {busy && <p role="status">{t("common.loading")}</p>}
        {problem && <Sentence tone="red">{problemText(problem)}</Sentence>}
        {result && !result.applied && (
          <>
            <p role="status">
              {t("setup.import.good", { count: result.good })} {result.bad > 0 && t("setup.import.bad", { count: result.bad })}
            </p>
            <div>
              <Button
                loading={busy}
                disabled={result.good === 0}
                leftSection={<IconCheck size={16} aria-hidden />}
                onClick={() => {
                  if (csv !== null) void send(csv, true);
                }}
              >
                {t("setup.import.apply", { count: result.good })}
              </Button>
            </div>
          </>
        )}
        {result?.applied && (
          <Sentence tone="green">
            {t("setup.import.done", { count: result.good })} {result.bad > 0 && t("setup.import.left", { count: result.bad })}
          </Sentence>
        )}
      </section>
      {result && result.rows.length > 0 && <Lines result={result} />}
    </div>
  );
}

/** What is wrong first, for that has to be looked at. */
function Lines({ result }: { result: ImportResult }) {
  const { t } = useTranslation();
  const rows = [...result.rows.filter((row) => row.problem !== null), ...result.rows.filter((row) => row.problem === null)];
  return (
    <div className="panel" style={{ overflow: "hidden" }}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col" className="num">
              {t("setup.import.line")}
            </th>
            <th scope="col">{t("setup.people.email")}</th>
            <th scope="col">{t("setup.import.verdict")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN).map((row) => (
            <tr key={row.line}>
              <td className="num">{row.line}</td>
              <td>{row.email || t("common.none")}</td>
              <td className={row.problem === null ? undefined : admin.wrong}>
                {row.problem === null ? t("setup.import.fits") : [row.field, row.problem].filter(Boolean).join(": ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > SHOWN && <p className="dim small">{t("setup.import.more", { count: rows.length - SHOWN })}</p>}
    </div>
  );
}
