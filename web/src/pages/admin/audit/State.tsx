import { Button, Menu } from "@mantine/core";
import { useMutation, type UseQueryResult } from "@tanstack/react-query";
import { IconDownload, IconShieldCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Loading } from "../../../components/Loading";
import { Sentence } from "../../../components/Sentence";
import { useVerify } from "../../../hooks/audit";
import { may, useMe } from "../../../hooks/session";
import { useLocale, useProblemText } from "../../../hooks/words";
import { auditQuery, type AuditFilters, type TrailState } from "../../../lib/admin/audit";
import { download, withQuery } from "../../../lib/api";
import styles from "./page.module.css";

/** Whether the chain holds, how far it reaches, and the ways to check and to take it out. */
export function State({ state, filters }: { state: UseQueryResult<TrailState>; filters: AuditFilters }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const verify = useVerify();
  const mayExport = may(useMe(), "audit.export");
  if (state.isError && !state.data) return <Sentence tone="red">{t("audit.failed", { detail: problemText(state.error) })}</Sentence>;
  if (!state.data) return <Loading bars={[64]} />;
  return (
    <section className={`panel ${styles.state ?? ""}`}>
      <div className="grow stack">
        <Chain state={state.data} />
        <p className="dim small">
          <Extent state={state.data} />
        </p>
        {verify.isError && <Sentence tone="red">{t("audit.verifyFailed", { detail: problemText(verify.error) })}</Sentence>}
      </div>
      <div className="row wrap">
        <Button
          variant="default"
          leftSection={<IconShieldCheck size={16} aria-hidden />}
          loading={verify.isPending || state.data.verification.running}
          onClick={() => verify.mutate()}
        >
          {t("audit.verify")}
        </Button>
        {mayExport && <Export filters={filters} />}
      </div>
    </section>
  );
}

function Chain({ state }: { state: TrailState }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { verification: done } = state;
  if (state.wrong) return <Sentence tone="red">{t("audit.broken", { sentence: state.wrong })}</Sentence>;
  if (done.running) return <Sentence tone="grey">{t("audit.running", { done: done.done, total: done.total })}</Sentence>;
  if (done.ended_at === null) return <Sentence tone="grey">{t("audit.never")}</Sentence>;
  const at = new Date(done.ended_at).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
  return <Sentence tone="green">{t("audit.holds", { seq: done.verified_until, at })}</Sentence>;
}

function Extent({ state }: { state: TrailState }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const parts = [state.last === null ? t("audit.none") : t("audit.reached", { first: state.first, last: state.last })];
  if (state.unsealed > 0) parts.push(t("audit.waiting", { count: state.unsealed }));
  const kept = state.keep_days > 0 ? t("audit.kept", { days: state.keep_days }) : t("audit.keptForEver");
  const cut = state.anchor && t("audit.cut", { seq: state.anchor.seq, at: new Date(state.anchor.cut_at).toLocaleDateString(locale) });
  return <>{[`${parts.join(", ")}.`, kept, cut].filter(Boolean).join(" ")}</>;
}

function Export({ filters }: { filters: AuditFilters }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const go = useMutation({
    mutationFn: (format: string) => download(withQuery("/audit/export", { ...auditQuery(filters), format })),
  });
  return (
    <>
    {go.isError && <Sentence tone="red">{t("common.notSaved", { detail: problemText(go.error) })}</Sentence>}
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" loading={go.isPending} leftSection={<IconDownload size={16} aria-hidden />}>
          {t("audit.export")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => go.mutate("csv")}>{t("audit.exportCsv")}</Menu.Item>
        <Menu.Item onClick={() => go.mutate("jsonl")}>{t("audit.exportJsonl")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
    </>
  );
}
