import { Button } from "@mantine/core";
import { IconSearchOff } from "@tabler/icons-react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ListLoading } from "../../components/Loading";
import { Empty, Sentence } from "../../components/Sentence";
import { useChoices, useTicketSetUp } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import { COLUMNS, FACETS, type Asked } from "../../lib/tickets/list";
import type { Hit, StateClass } from "../../lib/tickets/types";
import { ExportMenu, ExportState, useExport } from "./exchange/Export";
import { useSearch } from "./fetching";
import { PriorityMark, StateMark, TimeLeft, Who } from "./parts";
import styles from "./tickets.module.css";

const MOST = 1000;

/** Tickets by words, newest first, with the words marked where they stand. */
export function SearchResults({ asked, onChange }: { asked: Asked; onChange: (part: Partial<Asked>) => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const search = useSearch(asked);
  const exporting = useExport({ q: asked.q, facets: asked.facets }, COLUMNS);
  if (search.isPending) return <ListLoading />;
  return (
    <>
      <div className={styles.bar}>
        <span className="dim" role="status">
          {search.counted >= MOST ? t("tickets.list.resultsMore", { count: search.counted }) : t("tickets.list.results", { count: search.counted })}
        </span>
        <Facets found={search.facets} asked={asked} onChange={onChange} />
        <span className="grow" />
        <ExportMenu exporting={exporting} />
        <Button size="compact-sm" variant="default" onClick={() => onChange({ q: "" })}>
          {t("tickets.list.clearSearch")}
        </Button>
      </div>
      <ExportState exporting={exporting} />
      {search.error && <Sentence tone="red">{t("tickets.failed", { detail: problemText(search.error) })}</Sentence>}
      {search.hits.length === 0 && !search.error && (
        <div className="panel">
          <Empty icon={<IconSearchOff size={32} stroke={1.5} aria-hidden />} title={t("tickets.list.noResults")}>
            <p>{t("tickets.list.noResultsText")}</p>
          </Empty>
        </div>
      )}
      <ul className={styles.hits}>
        {search.hits.map((hit) => (
          <Found key={hit.ticket.id} hit={hit} />
        ))}
      </ul>
      {search.hasNextPage && (
        <div className={styles.foot}>
          <Button variant="default" loading={search.isFetchingNextPage} onClick={() => void search.fetchNextPage()}>
            {t("tickets.list.more")}
          </Button>
        </div>
      )}
    </>
  );
}

function Found({ hit }: { hit: Hit }) {
  const { ticket } = hit;
  return (
    <li className={styles.card}>
      <div className="row wrap">
        <span className="dim small">{ticket.number}</span>
        <StateMark state={ticket.state} of={ticket.state_class} />
        <PriorityMark priority={ticket.priority} />
        <span className="grow" />
        {ticket.due && <TimeLeft clock={ticket.due} />}
        <Who person={ticket.assignee} short />
      </div>
      <Link className={styles.open ?? ""} to={`/tickets/${ticket.number}`}>
        {ticket.subject}
      </Link>
      {hit.marks.map((pieces, place) => (
        <p key={place} className="dim small">
          {pieces.map(([text, found], at) => (found ? <mark key={at} className={styles.mark}>{text}</mark> : <Fragment key={at}>{text}</Fragment>))}
        </p>
      ))}
    </li>
  );
}

interface FacetsProps {
  found: Record<string, Record<string, number>>;
  asked: Asked;
  onChange: (part: Partial<Asked>) => void;
}

const SHOWN = 5;

function Facets({ found, asked, onChange }: FacetsProps) {
  const { t } = useTranslation();
  const setUp = useTicketSetUp().data;
  const people = useChoices().data?.people;
  const word = (name: (typeof FACETS)[number], value: string) => {
    if (name === "state_class") return t(`tickets.stateClass.${value as StateClass}`);
    return (name === "type" ? setUp?.types : people)?.find((each) => each.id === value)?.name ?? value;
  };
  return FACETS.map((name) => {
    const chosen = asked.facets[name];
    const values = chosen ? [chosen] : Object.keys(found[name] ?? {}).slice(0, SHOWN);
    return values.map((value) => (
      <span key={`${name} ${value}`} className={styles.chip}>
        <button
          type="button"
          aria-pressed={chosen === value}
          onClick={() => {
            const rest = Object.fromEntries(Object.entries(asked.facets).filter(([each]) => each !== name));
            onChange({ facets: chosen === value ? rest : { ...rest, [name]: value } });
          }}
        >
          {word(name, value)}
          <span className="dim small">{chosen === value ? "×" : (found[name]?.[value] ?? "")}</span>
        </button>
      </span>
    ));
  });
}
