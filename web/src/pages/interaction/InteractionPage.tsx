import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconArrowLeft, IconCheck, IconFileOff, IconLink } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { OutcomeMark } from "../../components/Mark";
import { NotLoaded } from "../../components/NotLoaded";
import { OwedMark } from "../../components/OwedMark";
import { PageSkeleton } from "../../components/PageSkeleton";
import { Empty } from "../../components/Sentence";
import { Ago } from "../../components/Times";
import { may, useMe } from "../../hooks/session";
import { useTitle } from "../../hooks/title";
import { useCallerName, useChannelName, useProblemText, useLocale } from "../../hooks/words";
import { get, Problem } from "../../lib/api";
import type { InteractionDetail } from "../../lib/contract";
import { isOwed } from "../../lib/line";
import { clock, timeOfDay } from "../../lib/time";
import styles from "./interaction.module.css";
import { TicketsOf } from "../tickets/TicketsOf";
import { CustomerOf } from "./CustomerOf";
import { Held } from "./Held";
import { OwedPanel } from "./OwedPanel";
import { Player, type PlayerHandle } from "./Player";
import { Timeline } from "./Timeline";
import { Why } from "./Why";

const REFRESH_MS = 3000;

export default function InteractionPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const problemText = useProblemText();
  const query = useQuery({
    queryKey: ["interaction", id],
    queryFn: ({ signal }) => get<InteractionDetail>(`/interactions/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: (state) => (state.state.data?.state === "active" ? REFRESH_MS : false),
  });
  const name = useCallerName();
  useTitle(query.data ? name(query.data.caller) : t("interactions.title"));
  if (query.isPending) return <PageSkeleton />;
  if (query.data) return <Detail detail={query.data} />;
  if (query.error instanceof Problem && [403, 404].includes(query.error.status))
    return (
      <Empty icon={<IconFileOff size={32} stroke={1.5} aria-hidden />} title={t("error.notFound")}>
        <p>{t("interaction.missing")}</p>
        <Button component={Link} to="/interactions" variant="default">
          {t("interaction.back")}
        </Button>
      </Empty>
    );
  return (
    <div className={styles.page}>
      <NotLoaded query={query}>{t("interaction.failed", { detail: problemText(query.error) })}</NotLoaded>
    </div>
  );
}

function Detail({ detail }: { detail: InteractionDetail }) {
  const { t } = useTranslation();
  const player = useRef<PlayerHandle>(null);
  return (
    <div className={styles.page}>
      <Link className={styles.back ?? ""} to="/interactions">
        <IconArrowLeft size={16} aria-hidden />
        {t("interaction.back")}
      </Link>
      <Held id={detail.id} />
      <Head detail={detail} />
      <div className={styles.columns}>
        <div className="stack" style={{ gap: 16 }}>
          <OwedPanel detail={detail} />
          <RecordingCard detail={detail} player={player} />
          <Why key={detail.id} detail={detail} />
          <section className={`panel ${styles.card ?? ""}`} aria-label={t("interaction.timeline")}>
            <h2>{t("interaction.timeline")}</h2>
            <Timeline
              events={detail.events}
              recordedFrom={detail.recording?.started_at ?? null}
              recordedSeconds={detail.recording?.duration_s ?? 0}
              onSeek={(seconds) => player.current?.playFrom(seconds)}
            />
          </section>
        </div>
        <Side detail={detail} />
      </div>
    </div>
  );
}

function Head({ detail }: { detail: InteractionDetail }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const name = useCallerName();
  const clipboard = useClipboard();
  const fact = (word: string, value: string | null | undefined) => (
    <div>
      <dt>{word}</dt>
      <dd>{value || t("common.none")}</dd>
    </div>
  );
  const duration = (seconds: number | null) => (seconds === null ? null : clock(seconds));
  const channel = useChannelName();
  return (
    <header className={`panel ${styles.head ?? ""}`}>
      <div className="grow">
        <div className="row wrap">
          <h1>{name(detail.caller)}</h1>
          <OwedMark channel={detail.channel} />
          <OutcomeMark waiting={isOwed(detail.channel)} outcome={detail.state === "active" ? null : (detail.outcome ?? "failed")} />
        </div>
        <div className="dim">
          {detail.caller.name ? `${detail.caller.address} · ` : ""}
          {t(isOwed(detail.channel) ? "interaction.titleOwed" : "interaction.title", { time: timeOfDay(detail.started_at, locale) })}
          {" · "}
          <Ago at={detail.started_at} />
        </div>
        <dl className={styles.meta}>
          {fact(t("interaction.channel"), channel(detail))}
          {fact(t("interactions.queue"), detail.queue?.name)}
          {fact(t("interactions.agent"), detail.agent?.name)}
          {fact(t("interactions.wait"), duration(detail.wait_s))}
          {fact(t("interactions.talk"), duration(detail.talk_s))}
        </dl>
      </div>
      <Button
        variant="default"
        leftSection={clipboard.copied ? <IconCheck size={18} aria-hidden /> : <IconLink size={18} aria-hidden />}
        onClick={() => clipboard.copy(window.location.href)}
      >
        <span role="status">{clipboard.copied ? t("interaction.copied") : t("interaction.copy")}</span>
      </Button>
    </header>
  );
}

function RecordingCard({ detail, player }: { detail: InteractionDetail; player: React.Ref<PlayerHandle> }) {
  const { t } = useTranslation();
  const allowed = may(useMe(), "recordings.listen");
  const { recording } = detail;
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={t("interaction.recording")}>
      <h2>{t("interaction.recording")}</h2>
      {recording && allowed ? (
        <Player recording={recording} fileName={`${detail.id}.wav`} handle={player} />
      ) : (
        <p className="dim">
          {detail.has_recording && !allowed ? t("interaction.recordingForbidden") : t("interaction.noRecording")}
        </p>
      )}
    </section>
  );
}

function Side({ detail }: { detail: InteractionDetail }) {
  const { t } = useTranslation();
  return (
    <div className="stack" style={{ gap: 16 }}>
      <CustomerOf detail={detail} />
      <TicketsOf interaction={detail.id} customer={detail.customer_id} className={styles.card} />
      <section className={`panel ${styles.card ?? ""}`} aria-label={t("interaction.result")}>
        <h2>{t("interaction.result")}</h2>
        <p>{detail.disposition?.label ?? <span className="dim">{t("interaction.noDisposition")}</span>}</p>
        <p className="dim small" style={{ marginTop: 12 }}>
          {t("interaction.note")}
        </p>
        <p className={styles.pre}>{detail.note || <span className="dim">{t("interaction.noNote")}</span>}</p>
      </section>
      {detail.data.length > 0 && (
        <section className={`panel ${styles.card ?? ""}`} aria-label={t("interaction.data")}>
          <h2>{t("interaction.data")}</h2>
          <dl className={styles.meta} style={{ margin: 0 }}>
            {detail.data.map((item) => (
              <div key={item.label}>
                <dt>{item.label}</dt>
                <dd>{item.value}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}
