import "../../../i18n/safety";
import { useTranslation } from "react-i18next";
import { Loading, alike } from "../../../components/Loading";
import { NotLoaded } from "../../../components/NotLoaded";
import admin from "../../../components/admin/admin.module.css";
import { Progress } from "../../../components/Progress";
import { Sentence } from "../../../components/Sentence";
import { useNow } from "../../../hooks/now";
import { useEncryption, useUse } from "../../../hooks/safety";
import { may, useMe } from "../../../hooks/session";
import { useTitle } from "../../../hooks/title";
import { useProblemText } from "../../../hooks/words";
import { isNews, type Encryption } from "../../../lib/admin/safety";
import NotFound from "../../NotFound";
import { DataKeys } from "./DataKeys";
import { MasterKey } from "./MasterKey";

export function Keys() {
  return may(useMe(), "encryption.view") ? <Page /> : <NotFound />;
}

function Page() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  useTitle(t("admin.area.keys"));
  const shown = useEncryption();
  const use = useUse((shown.data?.work ?? null) !== null);
  return (
    <div className={admin.area}>
      <header>
        <h1>{t("admin.area.keys")}</h1>
        <p className="dim">{t("safety.keys.lead")}</p>
      </header>
      {shown.isError && !shown.data && (
        <NotLoaded query={shown}>{t("safety.keys.failed", { detail: problemText(shown.error) })}</NotLoaded>
      )}
      {shown.isPending && <Loading bars={alike(3, 96)} />}
      {shown.data && (
        <>
          <Coming shown={shown.data} />
          {use.isError && !use.data && (
            <NotLoaded query={use}>{t("safety.keys.useFailed", { detail: problemText(use.error) })}</NotLoaded>
          )}
          <MasterKey shown={shown.data} use={use.data} />
          <DataKeys shown={shown.data} use={use.data} />
        </>
      )}
    </div>
  );
}

/** What is being replaced, or what the last replacement has come to. */
function Coming({ shown }: { shown: Encryption }) {
  const { t } = useTranslation();
  const now = useNow();
  const { work, last } = shown;
  if (work) {
    if (work.what === "master") return <Progress word={t("safety.keys.work.master")} done={null} total={1} />;
    if (work.total === 0) return <Progress word={t("safety.keys.work.dataBegins")} done={null} total={1} />;
    return <Progress word={t("safety.keys.work.data", work)} done={work.done} total={work.total} />;
  }
  if (!last || !isNews(last, now)) return null;
  if (last.failed) return <Sentence tone="red">{t("safety.keys.last.failed", { detail: last.failed })}</Sentence>;
  if (last.what === "master")
    return <Sentence tone={shown.kept === "file" ? "amber" : "green"}>{t("safety.keys.master.done", { where: shown.where })}</Sentence>;
  return (
    <Sentence tone={last.left > 0 ? "amber" : "green"}>
      {t("safety.keys.last.data", { count: last.sealed })} {last.left > 0 && t("safety.keys.last.left", { count: last.left })}
    </Sentence>
  );
}
