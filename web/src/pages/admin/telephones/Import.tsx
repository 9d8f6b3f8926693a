import "../../../i18n/telephony";
import { Button, FileInput } from "@mantine/core";
import { IconArrowLeft, IconCheck, IconDownload, IconTableImport } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useBlocker } from "react-router";
import admin from "../../../components/admin/admin.module.css";
import { Sentence } from "../../../components/Sentence";
import { may, useMe } from "../../../hooks/session";
import { useTitle } from "../../../hooks/title";
import { useProblemText } from "../../../hooks/words";
import { passwordsTable, type TelephoneLine, type TelephonesTaken } from "../../../lib/admin/telephony";
import { Problem, request, save } from "../../../lib/api";
import NotFound from "../../NotFound";
import styles from "./telephones.module.css";

/** As much as the server takes. */
const MOST_SIGNS = 900_000;
const SHOWN = 200;

export function ImportTelephones() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const client = useQueryClient();
  useTitle(t("telephony.import.title"));
  const [csv, setCsv] = useState("");
  const [kept, setKept] = useState(false);
  const send = useMutation({
    mutationFn: async (sent: { file?: File; csv?: string; apply: boolean }) => {
      const text = sent.csv ?? (await sent.file?.text()) ?? "";
      if (text.length > MOST_SIGNS) throw new Problem(422, "too-large", "", t("telephony.import.tooLarge"));
      setCsv(text);
      return request<TelephonesTaken>("POST", "/telephones/import", { body: { csv: text, apply: sent.apply } });
    },
    onSuccess: (taken) => {
      if (taken.applied) void client.invalidateQueries({ queryKey: ["admin"] });
    },
  });
  const taken = send.data;
  const owed = taken?.applied === true && taken.added > 0 && !kept;
  const blocker = useBlocker(({ currentLocation, nextLocation }) => owed && currentLocation.pathname !== nextLocation.pathname);
  const choose = (file: File | null) => {
    setKept(false);
    if (file) send.mutate({ file, apply: false });
    else send.reset();
  };
  const keep = () => {
    if (!taken) return;
    save(new Blob([passwordsTable(taken)], { type: "text/csv;charset=utf-8" }), "telephone-passwords.csv");
    setKept(true);
  };
  if (!may(useMe(), "telephones.manage")) return <NotFound />;
  const good = taken ? taken.added + taken.changed : 0;
  return (
    <div className={admin.area}>
      <header>
        <Link className={admin.back ?? ""} to="/admin/telephones">
          <IconArrowLeft size={16} aria-hidden />
          {t("admin.area.telephones")}
        </Link>
        <h1>{t("telephony.import.title")}</h1>
        <p className="dim">{t("telephony.import.lead")}</p>
      </header>
      {blocker.state === "blocked" && (
        <Sentence
          tone="amber"
          action={
            <span className="row wrap">
              <Button size="compact-sm" variant="default" onClick={() => blocker.proceed()}>
                {t("admin.leave.go")}
              </Button>
              <Button size="compact-sm" autoFocus onClick={() => blocker.reset()}>
                {t("admin.leave.stay")}
              </Button>
            </span>
          }
        >
          {t("telephony.import.leave")}
        </Sentence>
      )}
      <section className={`panel ${admin.section ?? ""} ${styles.import ?? ""}`}>
        <FileInput
          label={t("telephony.import.file")}
          placeholder={t("telephony.import.choose")}
          accept=".csv,.txt,text/csv"
          clearable={!owed}
          clearButtonProps={{ "aria-label": t("telephony.import.clear") }}
          disabled={owed}
          leftSection={<IconTableImport size={16} aria-hidden />}
          onChange={choose}
        />
        {send.isPending && <p role="status">{t("common.loading")}</p>}
        {send.isError && <Sentence tone="red">{problemText(send.error)}</Sentence>}
        {taken && !taken.applied && (
          <>
            <p role="status">
              {t("telephony.import.would", { added: taken.added, changed: taken.changed })}{" "}
              {taken.bad > 0 && t("telephony.import.bad", { count: taken.bad })}
            </p>
            <div>
              <Button disabled={good === 0} leftSection={<IconCheck size={16} aria-hidden />} onClick={() => send.mutate({ csv, apply: true })}>
                {t("telephony.import.apply", { count: good })}
              </Button>
            </div>
          </>
        )}
        {taken?.applied && (
          <Sentence tone="green">
            {t("telephony.import.done", { added: taken.added, changed: taken.changed })}{" "}
            {taken.bad > 0 && t("telephony.import.left", { count: taken.bad })}
          </Sentence>
        )}
        {taken?.applied && taken.added > 0 && (
          <Sentence
            tone="amber"
            action={
              <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={keep}>
                {t("telephony.import.passwords")}
              </Button>
            }
          >
            {t("telephony.import.once")}
          </Sentence>
        )}
      </section>
      {taken && taken.items.length > 0 && <Lines items={taken.items} />}
    </div>
  );
}

/** What is wrong first, for that has to be looked at. */
function Lines({ items }: { items: readonly TelephoneLine[] }) {
  const { t } = useTranslation();
  const rows = [...items.filter((row) => row.problem !== null), ...items.filter((row) => row.problem === null)];
  return (
    <div className={`panel ${styles.lines ?? ""}`}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col" className="num">
              {t("telephony.import.line")}
            </th>
            <th scope="col">{t("telephony.telephones.username")}</th>
            <th scope="col">{t("telephony.import.verdict")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN).map((row) => (
            <tr key={row.line}>
              <td className="num">{row.line}</td>
              <td>{row.username || t("common.none")}</td>
              <td className={row.problem === null ? undefined : admin.wrong}>
                {row.what ? t(`telephony.import.what.${row.what}`) : [row.field, row.problem].filter(Boolean).join(": ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > SHOWN && <p className="dim small">{t("telephony.import.more", { count: rows.length - SHOWN })}</p>}
    </div>
  );
}
