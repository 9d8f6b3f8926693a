import "../../../i18n/configuration";
import { Button, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconDownload, IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import admin from "../../../components/admin/admin.module.css";
import { History } from "../../../components/admin/History";
import { FileDrop } from "../../../components/FileDrop";
import { Progress } from "../../../components/Progress";
import { Sentence } from "../../../components/Sentence";
import { useTitle } from "../../../hooks/title";
import { useProblemText } from "../../../hooks/words";
import { mistakesOf, NotReadable, textsOf, type Plan, type Progress as Coming } from "../../../lib/admin/configuration";
import { download, get, Problem, request } from "../../../lib/api";
import styles from "./configuration.module.css";
import { Apply } from "./Apply";
import { Mistakes } from "./Mistakes";
import { PlanView } from "./PlanView";

const SOON_MS = 700;
const LOOK_MS = 15_000;

export function useProgress() {
  return useQuery({
    queryKey: ["configuration", "progress"],
    queryFn: ({ signal }) => get<Coming>("/configuration/progress", {}, signal),
    refetchInterval: (query) => (query.state.data?.running ? SOON_MS : LOOK_MS),
  });
}

export function Configuration() {
  const { t } = useTranslation();
  useTitle(t("admin.area.configuration"));
  const [texts, setTexts] = useState<Record<string, string> | null>(null);
  return (
    <div className={admin.area}>
      <header className={admin.areaHead}>
        <div className="grow">
          <h1>{t("admin.area.configuration")}</h1>
          <p className="dim">{t("configuration.lead")}</p>
        </div>
        <History subject="configuration:all" name={t("configuration.name")} act="configuration.applied" dirty={false} />
      </header>
      {texts === null && <TakeOut />}
      <BringIn texts={texts} onTexts={setTexts} />
    </div>
  );
}

function TakeOut() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const go = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await download("/configuration/archive");
    } catch (error) {
      setProblem(error as Problem);
    }
    setBusy(false);
  };
  return (
    <section className={`panel ${admin.section ?? ""} ${styles.part ?? ""}`} aria-labelledby="configuration-out">
      <h2 id="configuration-out">{t("configuration.out.title")}</h2>
      <p className="dim">{t("configuration.out.text")}</p>
      <div className={styles.acts}>
        <Button loading={busy} leftSection={<IconDownload size={16} aria-hidden />} onClick={() => void go()}>
          {t("configuration.out.go")}
        </Button>
      </div>
      {problem && <Sentence tone="red">{t("configuration.out.failed", { detail: problemText(problem) })}</Sentence>}
    </section>
  );
}

interface BringInProps {
  texts: Record<string, string> | null;
  onTexts: (texts: Record<string, string> | null) => void;
}

function BringIn({ texts, onTexts }: BringInProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [prune, setPrune] = useState(false);
  const [plan, setPlan] = useState<Plan | null>(null);
  const [applied, setApplied] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const [unreadable, setUnreadable] = useState<NotReadable | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const clear = () => {
    setPlan(null);
    setProblem(null);
    setUnreadable(null);
  };
  const ask = async (files: Record<string, string>, remove: boolean) => {
    clear();
    setBusy(true);
    try {
      setPlan(await request<Plan>("POST", "/configuration/plan", { body: { files, prune: remove } }));
    } catch (error) {
      setProblem(error as Problem);
    }
    setBusy(false);
  };
  const take = async (files: File[]) => {
    clear();
    try {
      const found = await textsOf(files.map((file) => ({ name: file.name, bytes: async () => new Uint8Array(await file.arrayBuffer()) })));
      onTexts(found);
      await ask(found, prune);
    } catch (error) {
      if (!(error instanceof NotReadable)) throw error;
      onTexts(null);
      setUnreadable(error);
    }
  };
  const mistakes = mistakesOf(problem);
  const names = Object.keys(texts ?? {}).sort();
  return (
    <section className={`panel ${admin.section ?? ""} ${styles.part ?? ""}`} aria-labelledby="configuration-in">
      <h2 id="configuration-in">{t("configuration.in.title")}</h2>
      {texts === null ? (
        <>
          <p className="dim">{t("configuration.in.text")}</p>
          <FileDrop
            word={t("configuration.in.drop")}
            choose={t("configuration.in.files")}
            folder={t("configuration.in.folder")}
            accept=".yaml,.zip"
            multiple
            onFiles={(files) => void take(files)}
          />
        </>
      ) : (
        <div className={styles.chosen}>
          <p className="grow">{t("configuration.in.names", { count: names.length, names: names.join(", ") })}</p>
          <Switch
            label={t("configuration.in.prune")}
            description={t("configuration.in.pruneHint")}
            checked={prune}
            disabled={busy}
            onChange={(event) => {
              setApplied(null);
              setPrune(event.currentTarget.checked);
              void ask(texts, event.currentTarget.checked);
            }}
          />
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} aria-hidden />}
            onClick={() => {
              clear();
              setApplied(null);
              onTexts(null);
            }}
          >
            {t("configuration.in.other")}
          </Button>
        </div>
      )}
      {applied !== null && <Sentence tone="green">{t("configuration.apply.done", { count: applied })}</Sentence>}
      {unreadable && <Sentence tone="red">{t(`configuration.unreadable.${unreadable.reason}`)}</Sentence>}
      {busy && <Progress word={t("configuration.in.reading")} done={null} total={1} />}
      {problem && !mistakes && (
        <Sentence
          tone="red"
          action={
            texts && (
              <Button size="compact-sm" variant="default" onClick={() => void ask(texts, prune)}>
                {t("common.retry")}
              </Button>
            )
          }
        >
          {problemText(problem)}
        </Sentence>
      )}
      {mistakes && <Mistakes mistakes={mistakes} texts={texts ?? {}} />}
      {plan && texts && (
        <>
          {(applied === null || plan.changes.length > 0) && <PlanView plan={plan} />}
          <Apply
            key={String(prune)}
            plan={plan}
            texts={texts}
            prune={prune}
            onDone={(count) => {
              setApplied(count);
              void ask(texts, prune);
            }}
          />
        </>
      )}
    </section>
  );
}
