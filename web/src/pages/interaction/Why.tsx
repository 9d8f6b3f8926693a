import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import {
  IconArrowForwardUp,
  IconArrowsDown,
  IconBellX,
  IconCheck,
  IconChevronDown,
  IconPhoneOff,
  IconPoint,
  IconRefresh,
  IconSend,
  IconSortAscending,
  IconUsers,
  IconX,
  type Icon,
} from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "../../components/Loading";
import type { Tone } from "../../components/Mark";
import { NotLoaded } from "../../components/NotLoaded";
import { Sentence } from "../../components/Sentence";
import { may, useMe } from "../../hooks/session";
import { useLocale, useProblemText } from "../../hooks/words";
import { get, Problem } from "../../lib/api";
import type { InteractionDetail } from "../../lib/contract";
import { asksChanged, rows, summary, type Explanation, type Moment, type MomentKind } from "../../lib/explain";
import { clock, serverNow, timeOfDay } from "../../lib/time";
import { useDuration, useSummary } from "./words";
import { Standings } from "./Standings";
import { WhyPicture } from "./WhyPicture";
import card from "./interaction.module.css";
import styles from "./why.module.css";

/** The rule in one line; on demand, how everybody stood at each step. Asked for only then: it costs a replay. */
export function Why({ detail }: { detail: InteractionDetail }) {
  const { t } = useTranslation();
  const allowed = may(useMe(), "interactions.view");
  const [open, setOpen] = useState(false);
  const body = useId();
  const asks = allowed && detail.queued_at !== null;
  if (!asks && !detail.explanation) return null;
  return (
    <section className={`panel ${card.card ?? ""} ${styles.why ?? ""}`} aria-label={t("interaction.explanation")}>
      <div className={styles.head}>
        <div className="grow">
          <h2>{t("interaction.explanation")}</h2>
          {detail.explanation && <p className={card.pre}>{detail.explanation}</p>}
          {!detail.explanation && !open && <p className="dim">{t("why.lead")}</p>}
        </div>
        {asks && (
          <Button
            variant="default"
            size="xs"
            aria-expanded={open}
            aria-controls={body}
            rightSection={<IconChevronDown size={16} aria-hidden className={styles.chevron ?? ""} data-open={open} />}
            onClick={() => setOpen(!open)}
          >
            {open ? t("why.hide") : t("why.show")}
          </Button>
        )}
      </div>
      <div id={body}>{open && <Explained path={`/interactions/${encodeURIComponent(detail.id)}/explanation`} over={detail.state === "ended"} />}</div>
    </section>
  );
}

/** What the server's replay tells. `over`: nothing can be added to it any more. */
export function Explained({ path, over }: { path: string; over: boolean }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const query = useQuery({
    queryKey: ["explanation", path, over],
    queryFn: async ({ signal }) => ({
      told: await get<Explanation>(path, {}, signal),
      asked: serverNow(),
    }),
    staleTime: over ? Infinity : 0,
  });
  if (query.data) return <Told explanation={query.data.told} until={query.data.asked} onAgain={over ? null : () => void query.refetch()} />;
  if (query.isPending)
    return (
      <Loading bars={[{ height: 20, width: "70%" }, 120]} label={t("why.loading")}>
        <p className="dim small">{t("why.loading")}</p>
      </Loading>
    );
  if (query.error instanceof Problem && query.error.type.endsWith("not-explained"))
    return (
      <Sentence tone="grey">
        {t("why.none")} <span className="small">{query.error.detail}</span>
      </Sentence>
    );
  return (
    <NotLoaded query={query}>{t("why.failed", { detail: problemText(query.error) })}</NotLoaded>
  );
}

function Told({ explanation, until, onAgain }: { explanation: Explanation; until: number; onAgain: (() => void) | null }) {
  const { t } = useTranslation();
  const say = useSummary();
  const found = summary(explanation, until);
  const first = explanation.moments[0];
  if (!found || !first) return <p className="dim">{t("why.nothing")}</p>;
  return (
    <div className="stack" style={{ gap: 16 }}>
      <div className={styles.summary}>
        <p className="grow">{say(found)}</p>
        {onAgain && (
          <Button size="compact-sm" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={onAgain}>
            {t("why.again")}
          </Button>
        )}
      </div>
      <WhyPicture explanation={explanation} until={until} />
      <ol className={styles.steps}>
        {explanation.moments.map((moment, index) => (
          <Step key={index} moment={moment} from={first.at} asksMore={asksChanged(explanation.moments, index)} />
        ))}
      </ol>
    </div>
  );
}

const LOOKS: Record<MomentKind, [Icon, Tone]> = {
  ContactQueued: [IconUsers, "blue"],
  ContactOffered: [IconSend, "blue"],
  ContactRelaxed: [IconArrowsDown, "violet"],
  ContactPrioritized: [IconSortAscending, "violet"],
  ContactOverflowed: [IconArrowForwardUp, "violet"],
  ContactLeftQueue: [IconArrowForwardUp, "grey"],
  ContactAbandoned: [IconPhoneOff, "amber"],
  OfferAccepted: [IconCheck, "green"],
  OfferRejected: [IconX, "amber"],
  OfferExpired: [IconBellX, "amber"],
  OfferWithdrawn: [IconX, "grey"],
  RefusalLapsed: [IconRefresh, "grey"],
};

function Step({ moment, from, asksMore }: { moment: Moment; from: string; asksMore: boolean }) {
  const { t, i18n } = useTranslation();
  const locale = useLocale();
  const duration = useDuration();
  const [open, setOpen] = useState(false);
  const body = useId();
  const known = moment.what in LOOKS;
  const [Sign, tone] = known ? LOOKS[moment.what] : ([IconPoint, "grey"] as const);
  const replace = { agent: moment.agent?.name ?? t("event.someone"), queue: moment.queue.name, asks: moment.asks || t("why.anybody") };
  const found = rows(moment);
  const free = found.filter((row) => row.place === "free" || row.place === "chosen").length;
  const fits = found.filter((row) => row.standing.eligible).length;
  const after = (Date.parse(moment.at) - Date.parse(from)) / 1000;
  const named = `why.moment.${moment.what}` as "why.moment.ContactQueued";
  return (
    <li>
      <span className={card.sign} data-tone={tone} aria-hidden>
        <Sign size={16} />
      </span>
      <div className={styles.step}>
        <div className={styles.stepHead}>
          <div className="grow">
            <div>{i18n.exists(named) ? (t(named, { replace }) as string) : moment.what}</div>
            {(moment.rule || asksMore || moment.position !== null) && (
              <div className="dim small">
                {[
                  moment.rule && t("why.rule", { rule: moment.rule }),
                  asksMore && t("why.asks", { asks: moment.asks }),
                  moment.position !== null && moment.what === "ContactQueued" && t("why.position", { position: moment.position }),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </div>
            )}
          </div>
          <div className={`dim small ${styles.when ?? ""}`}>
            <time dateTime={moment.at}>{timeOfDay(moment.at, locale, true)}</time>
            <div title={duration(after)}>{t("interaction.after", { time: clock(after) })}</div>
          </div>
        </div>
        {found.length > 0 && (
          <>
            <button type="button" className={styles.opener} aria-expanded={open} aria-controls={body} onClick={() => setOpen(!open)}>
              <IconChevronDown size={14} aria-hidden className={styles.chevron ?? ""} data-open={open} />
              {t("why.members", { count: found.length, fits, free })}
            </button>
            <div id={body}>{open && <Standings rows={found} />}</div>
          </>
        )}
      </div>
    </li>
  );
}
