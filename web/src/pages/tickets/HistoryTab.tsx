import { useTranslation } from "react-i18next";
import { Loading } from "../../components/Loading";
import { NotLoaded } from "../../components/NotLoaded";
import { Ago } from "../../components/Times";
import { useEntries } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import type { ClockKind, Entry, Ticket } from "../../lib/tickets/types";
import { useHere } from "./context";
import { useNames } from "./names";
import styles from "./ticket.module.css";

/** Follows from others that are shown, or is told by the clock itself. */
const SILENT = new Set(["state_class", "sla_policy"]);

/** Everything that happened to the ticket, in words, the newest first. */
export function HistoryTab() {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const problemText = useProblemText();
  const entries = useEntries(ticket.id, true);
  const lines = useLines(ticket);
  const who = useWho();
  if (entries.isPending) return <Loading bars={[200]} />;
  if (entries.error)
    return (
      <NotLoaded query={entries}>{t("tickets.history.failed", { detail: problemText(entries.error) })}</NotLoaded>
    );
  return (
    <ol className={styles.entries} aria-label={t("tickets.page.history")}>
      {[...entries.data].reverse().map((entry) => (
        <li key={entry.sequence}>
          <div className="row wrap">
            <strong>{who(entry)}</strong>
            <span className="grow" />
            <span className="dim small">
              <Ago at={entry.at} />
            </span>
          </div>
          {lines(entry).map((line) => (
            <div key={line} className={styles.line}>
              {line}
            </div>
          ))}
        </li>
      ))}
    </ol>
  );
}

function useWho(): (entry: Entry) => string {
  const { t } = useTranslation();
  return (entry) => {
    if (entry.author === "rule") return t("tickets.history.rule");
    if (entry.author === "system") return t("tickets.history.system");
    if (entry.author === "customer" && !entry.author_name) return t("tickets.history.customer");
    if (entry.author === "partner" && !entry.author_name) return t("tickets.message.partner");
    return entry.author_name || t("tickets.message.unnamed");
  };
}

function useLines(ticket: Ticket): (entry: Entry) => string[] {
  const { t } = useTranslation();
  const names = useNames(ticket);
  const word = (value: unknown) => (typeof value === "string" ? value : "");
  const state = (entry: Entry) => ({ state: names.value("state", entry.data.target) });
  const clock = (entry: Entry) => ({ clock: t(`tickets.clock.${word(entry.data.clock) as ClockKind}`), percent: Number(entry.data.percent) });
  const changed = (name: string, pair: unknown) => {
    const [before, after] = Array.isArray(pair) ? (pair as unknown[]) : [];
    const told = { field: names.field(name), before: names.value(name, before), after: names.value(name, after) };
    if (!told.after) return t("tickets.history.emptied", told);
    return told.before ? t("tickets.history.changed", told) : t("tickets.history.set", told);
  };
  return (entry) => {
    switch (entry.kind) {
      case "made":
        return [
          t("tickets.history.made"),
          ...Object.entries((entry.data.values ?? {}) as Record<string, unknown>)
            .filter(([name, value]) => !SILENT.has(name) && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0))
            .map(([name, value]) => t("tickets.history.set", { field: names.field(name), after: names.value(name, value) })),
        ];
      case "changed":
        return Object.entries((entry.data.changes ?? {}) as Record<string, unknown>)
          .filter(([name], _, all) => !SILENT.has(name) || all.every(([each]) => SILENT.has(each)))
          .map(([name, pair]) => changed(name, pair));
      case "replied":
        return [t("tickets.history.replied")];
      case "noted":
        return [t("tickets.history.noted")];
      case "aside":
        return [t("tickets.history.aside")];
      case "aside_ended":
        return [t("tickets.history.asideEnded")];
      case "linked":
      case "unlinked":
        return [t(`tickets.history.${entry.kind}`, { number: word(entry.data.to) })];
      case "merged":
        return [t("tickets.history.mergedInto", { number: word(entry.data.from), into: word(entry.data.into) })];
      case "unmerged":
        return [t("tickets.history.unmerged")];
      case "split":
        return [t("tickets.history.splitTo", { number: word(entry.data.to) })];
      case "asked":
        return [t("tickets.history.asked", state(entry))];
      case "decided": {
        const reason = word(entry.data.reason);
        return [t(entry.data.agreed === true ? "tickets.history.agreed" : "tickets.history.denied", state(entry)), ...(reason ? [reason] : [])];
      }
      case "warned":
        return [t("tickets.history.warned", clock(entry))];
      case "breached":
        return [t("tickets.history.breached", clock(entry))];
      case "notified":
        return [t("tickets.history.notified", { text: word(entry.data.text) })];
      default:
        return [entry.kind];
    }
  };
}
