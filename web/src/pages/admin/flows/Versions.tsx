import { Button } from "@mantine/core";
import { IconArrowBackUp, IconFileDiff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "../../../components/Loading";
import { NotLoaded } from "../../../components/NotLoaded";
import adminStyles from "../../../components/admin/admin.module.css";
import { Sentence } from "../../../components/Sentence";
import { Ago } from "../../../components/Times";
import { housePaths, useFlowVersion, useFlowVersions, useHouseWrite } from "../../../hooks/house";
import { may, useMe } from "../../../hooks/session";
import { useProblemText } from "../../../hooks/words";
import type { DiffLine } from "../../../lib/house/types";
import styles from "./flows.module.css";

export function Versions({ file, dirty }: { file: string; dirty: boolean }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const list = useFlowVersions(file);
  const [open, setOpen] = useState<number | null>(null);
  return (
    <section className={`panel ${adminStyles.section ?? ""}`} aria-labelledby="flow-versions">
      <h2 id="flow-versions">{t("house.flows.versions")}</h2>
      <p className="dim">{t("house.flows.versionsLead")}</p>
      {list.isPending && <Loading bars={[80]} />}
      {list.error && (
        <NotLoaded query={list}>{t("admin.listFailed", { detail: problemText(list.error) })}</NotLoaded>
      )}
      {list.data?.length === 0 && <p className="dim">{t("house.flows.versionsNone")}</p>}
      <ol className={styles.versions}>
        {list.data?.map((version) => (
          <li key={version.id}>
            <div className="row wrap">
              <b>
                <Ago at={version.made_at} />
              </b>
              <span className="grow">{[version.by, version.note].filter(Boolean).join(" · ") || t("common.none")}</span>
              <span className="dim small">{version.current ? t("house.flows.current") : t("house.flows.version", { lines: version.lines })}</span>
              {!version.current && (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-expanded={open === version.id}
                  leftSection={<IconFileDiff size={16} aria-hidden />}
                  onClick={() => setOpen(open === version.id ? null : version.id)}
                >
                  {t("house.flows.compare")}
                </Button>
              )}
            </div>
            {open === version.id && <Compared file={file} id={version.id} dirty={dirty} onDone={() => setOpen(null)} />}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Compared({ file, id, dirty, onDone }: { file: string; id: number; dirty: boolean; onDone: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const manage = may(useMe(), "flows.manage");
  const write = useHouseWrite();
  const version = useFlowVersion(file, id);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Error | null>(null);
  const restore = async () => {
    setBusy(true);
    setFailed(null);
    try {
      await write.send("POST", `${housePaths.versions(file)}/${String(id)}/restore`);
      onDone();
    } catch (error) {
      setFailed(error as Error);
    } finally {
      setBusy(false);
    }
  };
  if (version.error) return <Sentence tone="red">{problemText(version.error)}</Sentence>;
  if (!version.data) return <Loading bars={[120]} />;
  return (
    <div className="stack">
      <p className="dim small">{t(version.data.difference.length ? "house.flows.comparedTitle" : "house.flows.same")}</p>
      <Difference lines={version.data.difference} />
      {failed && <Sentence tone="red">{problemText(failed)}</Sentence>}
      {manage && (dirty ? <p className="dim small">{t("house.flows.restoreUnsaved")}</p> : (
        <div>
          <Button loading={busy} leftSection={<IconArrowBackUp size={16} aria-hidden />} onClick={() => void restore()}>
            {t("house.flows.restore")}
          </Button>
        </div>
      ))}
    </div>
  );
}

const SIGN = { same: " ", added: "+", removed: "−", gap: "⋯" } as const;

function Difference({ lines }: { lines: readonly DiffLine[] }) {
  return (
    <pre className={styles.diff} tabIndex={0}>
      {lines.map((line, index) => (
        <span key={index} data-what={line.what}>
          <i aria-hidden>{line.new ?? line.old ?? ""}</i>
          {SIGN[line.what]} {line.text}
          {"\n"}
        </span>
      ))}
    </pre>
  );
}
