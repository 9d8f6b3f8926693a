import "../../../i18n/ticket-figures";
import { Button, SegmentedControl, Select, TextInput } from "@mantine/core";
import { IconArrowLeft, IconChartBar, IconRefresh } from "@tabler/icons-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { Loading } from "../../../components/Loading";
import { NotLoaded } from "../../../components/NotLoaded";
import { Empty, Sentence } from "../../../components/Sentence";
import { Ago } from "../../../components/Times";
import { useFigures } from "../../../hooks/ticket-figures";
import { useTitle } from "../../../hooks/title";
import { useProblemText } from "../../../hooks/words";
import { PERS, perFor, preset, presetOf, PRESETS, readAsked, writeAsked, type Asked, type Figures, type Preset, type Slice } from "../../../lib/tickets/figures";
import { serverNow } from "../../../lib/time";
import { Filters } from "../Filters";
import { Behind } from "./Behind";
import styles from "./figures.module.css";
import { Groups } from "./Groups";
import { Tiles } from "./Tiles";
import { useBys } from "./words";

// The drawing library comes with it.
const Courses = lazy(() => import("./Courses"));

export default function FiguresPage() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [params, setParams] = useSearchParams();
  const [now] = useState(serverNow);
  const asked = useMemo(() => readAsked(params, now), [params, now]);
  const [slice, setSlice] = useState<Slice | null>(null);
  const sound = asked.first <= asked.last;
  const figures = useFigures(asked, sound);
  useTitle(t("ticketFigures.title"));
  const change = (part: Partial<Asked>) => {
    setSlice(null);
    setParams(writeAsked({ ...asked, ...part }), { replace: true });
  };
  const data = sound ? figures.data : undefined;
  return (
    <div className={styles.page}>
      <Link className={styles.back ?? ""} to="/tickets">
        <IconArrowLeft size={16} aria-hidden />
        {t("tickets.back")}
      </Link>
      <header className={styles.head}>
        <div className="grow">
          <h1>{t("ticketFigures.title")}</h1>
          <p className="dim">{t("ticketFigures.lead")}</p>
        </div>
        {data && (
          <span className="dim small">
            {t("ticketFigures.counted")} <Ago at={data.at} />
          </span>
        )}
        <Button variant="default" leftSection={<IconRefresh size={16} aria-hidden />} loading={figures.isFetching} disabled={!sound} onClick={() => void figures.refetch()}>
          {t("ticketFigures.again")}
        </Button>
      </header>
      <Asking asked={asked} now={now} onChange={change} />
      {data?.own && <Sentence tone="grey">{t("ticketFigures.own")}</Sentence>}
      {sound && figures.isError && (
        <NotLoaded query={figures}>{t("ticketFigures.failed", { detail: problemText(figures.error) })}</NotLoaded>
      )}
      {sound && figures.isPending && <Loading bars={[180, 260, 220]} />}
      {data && <Found asked={asked} figures={data} slice={slice} onShow={setSlice} />}
    </div>
  );
}

interface AskingProps {
  asked: Asked;
  now: number;
  onChange: (part: Partial<Asked>) => void;
}

const OWN = "own";

function Asking({ asked, now, onChange }: AskingProps) {
  const { t } = useTranslation();
  const bys = useBys();
  const span = (first: string, last: string) => onChange({ first, last, per: perFor(first, last) });
  const named = presetOf(asked, now);
  return (
    <div className={styles.asking}>
      <Select
        label={t("ticketFigures.span")}
        allowDeselect={false}
        data={[...PRESETS.map((value) => ({ value, label: t(`ticketFigures.preset.${value}`) })), ...(named ? [] : [{ value: OWN, label: t("ticketFigures.ownSpan") }])]}
        value={named ?? OWN}
        onChange={(value) => {
          if (value === null || value === OWN) return;
          const chosen = preset(value as Preset, now);
          span(chosen.first, chosen.last);
        }}
      />
      <TextInput type="date" label={t("ticketFigures.first")} value={asked.first} onChange={(event) => event.currentTarget.value && span(event.currentTarget.value, asked.last)} />
      <TextInput
        type="date"
        label={t("ticketFigures.last")}
        value={asked.last}
        error={asked.first > asked.last ? t("ticketFigures.wrongSpan") : undefined}
        onChange={(event) => event.currentTarget.value && span(asked.first, event.currentTarget.value)}
      />
      <Select
        label={t("ticketFigures.by")}
        allowDeselect={false}
        searchable
        data={bys.some((each) => each.value === asked.by) ? bys : [...bys, { value: asked.by, label: asked.by }]}
        value={asked.by}
        onChange={(by) => by && onChange({ by })}
      />
      <SegmentedControl aria-label={t("ticketFigures.per")} data={PERS.map((value) => ({ value, label: t(`ticketFigures.perOf.${value}`) }))} value={asked.per} onChange={(per) => onChange({ per })} />
      <div className={styles.filters}>
        <Filters filters={asked.filters} onChange={(filters) => onChange({ filters })} />
      </div>
    </div>
  );
}

interface FoundProps {
  asked: Asked;
  figures: Figures;
  slice: Slice | null;
  onShow: (slice: Slice | null) => void;
}

function Found({ asked, figures, slice, onShow }: FoundProps) {
  const { t } = useTranslation();
  const { made, resolved, reopened, open } = figures.total;
  if (made + resolved + reopened + open === 0)
    return (
      <div className="panel">
        <Empty icon={<IconChartBar size={32} stroke={1.5} aria-hidden />} title={t("ticketFigures.empty")}>
          <p>{t("ticketFigures.emptyText")}</p>
        </Empty>
      </div>
    );
  return (
    <>
      <Tiles figures={figures} onShow={onShow} />
      {slice && <Behind asked={asked} figures={figures} slice={slice} onClose={() => onShow(null)} />}
      <Suspense fallback={<Loading bars={[260]} />}>
        <Courses asked={asked} periods={figures.periods} onShow={onShow} />
      </Suspense>
      <Groups asked={asked} figures={figures} onShow={onShow} />
    </>
  );
}

