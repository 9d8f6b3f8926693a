import "../../../i18n/ticket-exchange";
import { Button, Modal } from "@mantine/core";
import { IconArrowLeft, IconPlayerPlay, IconPlayerStop, IconTrash } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { Loading } from "../../../components/Loading";
import { Progress } from "../../../components/Progress";
import { Empty, Sentence } from "../../../components/Sentence";
import { useUnload } from "../../../hooks/draft";
import { useTitle } from "../../../hooks/title";
import { useLocale, useProblemText } from "../../../hooks/words";
import { sizeText } from "../../../lib/size";
import { ORIGIN, sameMapping, underWay, type Import, type Mapping } from "../../../lib/tickets/exchange";
import styles from "./exchange.module.css";
import { useActs, useImport, useRenewTickets } from "./fetching";
import { MappingForm } from "./MappingForm";
import { ImportMark, Report, useSourceWord } from "./parts";
import { PreviewTable } from "./PreviewTable";

/** One file on its way: read, mapped, looked at, taken, reported. */
export function ImportPage() {
  const { t } = useTranslation();
  const id = useParams()["id"] ?? "";
  const found = useImport(id);
  const problemText = useProblemText();
  useTitle(found.data ? `${found.data.name} · ${t("ticketExchange.import.title")}` : t("ticketExchange.import.title"));
  return (
    <div className={styles.page}>
      <Link className={styles.back ?? ""} to="/tickets/imports">
        <IconArrowLeft size={16} aria-hidden />
        {t("ticketExchange.import.all")}
      </Link>
      {found.isPending && <Loading bars={[200]} />}
      {found.isError && !found.data && (
        <div className="panel">
          <Empty icon={null} title={t("ticketExchange.import.notLoaded", { detail: problemText(found.error) })}>
            <Button variant="default" loading={found.isFetching} onClick={() => void found.refetch()}>
              {t("common.retry")}
            </Button>
          </Empty>
        </div>
      )}
      {found.data && <One key={id} of={found.data} />}
    </div>
  );
}

type Acts = ReturnType<typeof useActs>;

function One({ of }: { of: Import }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const acts = useActs(of.id);
  const renew = useRef(useRenewTickets());
  useEffect(() => {
    if (of.state === "done") renew.current();
  }, [of.state]);
  const error = acts.start.error ?? acts.stop.error ?? acts.remove.error;
  return (
    <>
      <Head of={of} acts={acts} />
      {error && <Sentence tone="red">{t("ticketExchange.import.failed", { detail: problemText(error) })}</Sentence>}
      {of.state === "failed" && <Sentence tone="red">{of.problem}</Sentence>}
      {underWay(of.state) && <Going of={of} acts={acts} />}
      {of.state === "ready" && of.mapping && <Prepared of={of} saved={of.mapping} acts={acts} />}
      {(of.state === "done" || of.state === "cancelled" || (of.state === "failed" && of.started_at !== null)) && <Outcome of={of} acts={acts} />}
    </>
  );
}

function Head({ of, acts }: { of: Import; acts: Acts }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const locale = useLocale();
  const source = useSourceWord();
  const [asks, setAsks] = useState(false);
  return (
    <header>
      <div>
        <h1>{of.name}</h1>
        <p className="row wrap dim" style={{ gap: 12 }}>
          <ImportMark state={of.state} />
          <span>{source(of.source)}</span>
          {of.total > 0 && <span>{t("ticketExchange.import.found", { count: of.total, size: sizeText(of.size, locale) })}</span>}
        </p>
      </div>
      {!underWay(of.state) && (
        <Button variant="default" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setAsks(true)}>
          {t("ticketExchange.import.remove")}
        </Button>
      )}
      <Modal opened={asks} onClose={() => setAsks(false)} title={t("ticketExchange.import.removeTitle")}>
        <div className="stack">
          <p>{t("ticketExchange.import.removeText")}</p>
          <div className="row wrap" style={{ justifyContent: "flex-end" }}>
            <Button variant="default" onClick={() => setAsks(false)}>
              {t("common.cancel")}
            </Button>
            <Button
              color="red"
              loading={acts.remove.isPending}
              onClick={() =>
                acts.remove.mutate(undefined, {
                  onSuccess: () => void navigate("/tickets/imports"),
                  onError: () => setAsks(false),
                })
              }
            >
              {t("ticketExchange.import.remove")}
            </Button>
          </div>
        </div>
      </Modal>
    </header>
  );
}

function Going({ of, acts }: { of: Import; acts: Acts }) {
  const { t } = useTranslation();
  const reading = of.state === "reading";
  const word = reading ? t("ticketExchange.import.reading") : t("ticketExchange.import.running", { position: of.position, total: of.total });
  return (
    <section className={`panel ${styles.card ?? ""}`}>
      <Progress word={word} done={reading ? of.read : of.position} total={reading ? 1 : of.total} />
      {!reading && <Counts of={of} />}
      <p className="dim small">{t("ticketExchange.import.readingText")}</p>
      <div>
        <Button variant="default" loading={acts.stop.isPending} leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => acts.stop.mutate()}>
          {t("ticketExchange.import.stop")}
        </Button>
      </div>
    </section>
  );
}

function Counts({ of }: { of: Import }) {
  const { t } = useTranslation();
  const parts = [
    t("ticketExchange.import.taken", { count: of.taken }),
    of.known > 0 && t("ticketExchange.import.known", { count: of.known }),
    of.refused > 0 && t("ticketExchange.import.refused", { count: of.refused }),
  ];
  return <span className="dim">{parts.filter(Boolean).join(" · ")}</span>;
}

const SAVE_MS = 500;

/** What becomes what, kept as it is changed; then a look, then the work. */
function Prepared({ of, saved, acts }: { of: Import; saved: Mapping; acts: Acts }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [mapping, setMapping] = useState(saved);
  const changed = !sameMapping(mapping, saved);
  const good = ORIGIN.test(mapping.origin);
  const refused = acts.map.isError;
  useUnload(changed);
  const { mutate: keep } = acts.map;
  const waits = changed && good && !acts.map.isPending && !refused;
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(() => keep(mapping), SAVE_MS);
    return () => clearTimeout(timer);
  }, [waits, mapping, keep]);
  const look = async () => {
    try {
      if (changed) await acts.map.mutateAsync(mapping);
      acts.preview.mutate();
    } catch {
      // Said below, where the mapping is refused.
    }
  };
  const change = (next: Mapping) => {
    setMapping(next);
    acts.preview.reset();
    if (refused) acts.map.reset();
  };
  const problem = acts.map.error ?? acts.preview.error;
  return (
    <>
      <MappingForm of={of} mapping={mapping} disabled={acts.preview.isPending || acts.start.isPending} onChange={change} />
      {problem && <Sentence tone="red">{t("ticketExchange.import.failed", { detail: problemText(problem) })}</Sentence>}
      <div className="row wrap">
        <Button variant={acts.preview.data ? "default" : "filled"} disabled={!good} loading={acts.preview.isPending} onClick={() => void look()}>
          {acts.preview.data ? t("ticketExchange.import.again") : t("ticketExchange.import.look")}
        </Button>
        {acts.preview.data && (
          <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} disabled={changed} loading={acts.start.isPending} onClick={() => acts.start.mutate()}>
            {t("ticketExchange.import.start", { count: of.total })}
          </Button>
        )}
        <span className="dim small" role="status">
          {changed ? !refused && t("ticketExchange.import.saving") : acts.map.isSuccess && t("ticketExchange.import.saved")}
        </span>
      </div>
      {acts.preview.data && <PreviewTable preview={acts.preview.data} />}
    </>
  );
}

function Outcome({ of, acts }: { of: Import; acts: Acts }) {
  const { t } = useTranslation();
  return (
    <>
      {of.started_at !== null && (
        <Sentence tone={of.state === "done" && of.refused === 0 ? "green" : "amber"} quiet>
          <Counts of={of} />
        </Sentence>
      )}
      <div className="row wrap">
        <Button component={Link} to="/tickets?view=open" variant="default">
          {t("ticketExchange.import.toTickets")}
        </Button>
        {of.state === "cancelled" && of.source !== "" && (
          <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} loading={acts.start.isPending} onClick={() => acts.start.mutate()}>
            {t("ticketExchange.import.goOn")}
          </Button>
        )}
      </div>
      {of.started_at !== null && <Report id={of.id} count={of.remarks} />}
    </>
  );
}
