import { useTranslation } from "react-i18next";
import { Loading } from "../../components/Loading";
import { NotLoaded } from "../../components/NotLoaded";
import { ticketPath, useClocksWhy } from "../../hooks/tickets";
import { useLocale, useProblemText } from "../../hooks/words";
import type { ClockWhy, Stretch } from "../../lib/tickets/types";
import { Explained } from "../interaction/Why";
import { useHere } from "./context";
import { useSpan } from "./parts";
import styles from "./ticket.module.css";

/** The arithmetic behind each promise: what was promised, and which stretches of time counted. */
export function WhyTab() {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const problemText = useProblemText();
  const why = useClocksWhy(ticket.id, true);
  if (why.isPending) return <Loading bars={[200]} />;
  if (why.error)
    return (
      <NotLoaded query={why}>{t("tickets.oneFailed", { detail: problemText(why.error) })}</NotLoaded>
    );
  return (
    <div className="stack">
      <p>{why.data.policy ? t("tickets.why.lead", { policy: why.data.policy.name }) : t("tickets.why.noPolicy")}</p>
      {why.data.clocks.map((clock) => (
        <OneClock key={clock.kind} clock={clock} />
      ))}
      <section className={`panel ${styles.card ?? ""}`} aria-label={t("tickets.why.offering")}>
        <h2>{t("tickets.why.offering")}</h2>
        <Explained path={`${ticketPath(ticket.id)}/explanation`} over={false} />
      </section>
    </div>
  );
}

function OneClock({ clock }: { clock: ClockWhy }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const told = useSpan();
  const moment = (at: string) => new Date(at).toLocaleString(locale, { dateStyle: "short", timeStyle: "short" });
  const why = (stretch: Stretch) => {
    if (stretch.why !== "counts") return t(`tickets.why.why.${stretch.why}`);
    const passed = (Date.parse(stretch.end) - Date.parse(stretch.start)) / 1000;
    if (stretch.counted_s >= passed - 1) return t("tickets.why.why.counts");
    return stretch.counted_s < 1 ? t("tickets.why.why.closed") : t("tickets.why.why.partly");
  };
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-label={t(`tickets.clock.${clock.kind}`)}>
      <h2>{t(`tickets.clock.${clock.kind}`)}</h2>
      <p className="row wrap">
        {clock.target_s !== null && <span>{t(clock.calendar ? "tickets.why.targetOpen" : "tickets.why.target", { time: told(clock.target_s) })}</span>}
        <span>{t("tickets.why.counted", { time: clock.counted_s < 60 ? t("common.seconds", { count: Math.round(clock.counted_s) }) : told(clock.counted_s) })}</span>
        {clock.due_at && <strong>{t(clock.state === "missed" ? "tickets.why.wasDue" : "tickets.why.due", { time: moment(clock.due_at) })}</strong>}
      </p>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("tickets.page.why")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("tickets.why.from")}</th>
              <th scope="col">{t("tickets.why.to")}</th>
              <th scope="col">{t("tickets.why.state")}</th>
              <th scope="col">{t("tickets.why.counts")}</th>
            </tr>
          </thead>
          <tbody>
            {clock.stretches.map((stretch) => (
              <tr key={stretch.start}>
                <td>{moment(stretch.start)}</td>
                <td>{moment(stretch.end)}</td>
                <td>{stretch.state?.name ?? t("common.none")}</td>
                <td>
                  {stretch.counted_s >= 1 ? `${told(stretch.counted_s)} · ` : ""}
                  {why(stretch)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
