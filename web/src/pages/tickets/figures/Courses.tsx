import { useTranslation } from "react-i18next";
import type uPlot from "uplot";
import { ChartsOrTable, Legend } from "../../../components/charts/ChartsOrTable";
import { Plot, type Line } from "../../../components/charts/Plot";
import type { Asked, FigureId, Period, Slice } from "../../../lib/tickets/figures";
import styles from "./figures.module.css";
import { usePeriodName, useTold } from "./words";

const CHARTS = ["volumes", "backlog", "first_response", "resolution"] as const;
type ChartId = (typeof CHARTS)[number];
const VOLUMES = ["made", "resolved", "reopened"] as const;
const LINES: Record<(typeof VOLUMES)[number], Line> = {
  made: { color: "ink", dash: "none" },
  resolved: { color: "accent", dash: "long" },
  reopened: { color: "chart-amber", dash: "short" },
};
const ONE: readonly Line[] = [{ color: "accent", dash: "none" }];
const STEPS = [1, 2, 5, 10, 20, 50, 100];

interface CoursesProps {
  asked: Asked;
  periods: readonly Period[];
  onShow: (slice: Slice) => void;
}

/** The figures period by period, drawn or as a table whose numbers open the tickets behind them. */
export default function Courses({ asked, periods, onShow }: CoursesProps) {
  const { t } = useTranslation();
  const name = usePeriodName(asked);
  const across = { steps: STEPS, gap: 80, margin: 0.5, word: (place: number) => (periods[place] ? name(periods[place]) : "") };
  return (
    <ChartsOrTable
      id="figures-time"
      title={t("ticketFigures.time")}
      className={styles.card ?? ""}
      words={{ label: t("ticketFigures.as.label"), chart: t("ticketFigures.as.chart"), table: t("ticketFigures.as.table") }}
      charts={CHARTS.map((chart) => ({
        id: chart,
        caption: (
          <>
            {t(`ticketFigures.chart.${chart}`)}
            {chart === "volumes" && <Legend lines={VOLUMES.map((each) => ({ ...LINES[each], word: t(`ticketFigures.figure.${each}`) }))} />}
          </>
        ),
        plot: (
          <Plot
            label={t("ticketFigures.chartLabel", { what: t(`ticketFigures.chart.${chart}`) })}
            data={seriesOf(chart, periods)}
            lines={chart === "volumes" ? VOLUMES.map((each) => LINES[each]) : ONE}
            across={across}
            whole={chart === "volumes" || chart === "backlog"}
            dots
          />
        ),
      }))}
      table={<PeriodTable asked={asked} periods={periods} onShow={onShow} />}
    />
  );
}

function PeriodTable({ asked, periods, onShow }: CoursesProps) {
  const { t } = useTranslation();
  const told = useTold();
  const name = usePeriodName(asked);
  const counted: FigureId[] = ["made", "resolved", "reopened", "backlog"];
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("ticketFigures.time")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("ticketFigures.period")}</th>
            {(["made", "resolved", "reopened", "backlog"] as const).map((each) => (
              <th key={each} scope="col" className="num" title={t(`ticketFigures.explain.${each}`)}>
                {t(`ticketFigures.figure.${each}`)}
              </th>
            ))}
            <th scope="col" className="num">
              {t("ticketFigures.column.first_response_median")}
            </th>
            <th scope="col" className="num">
              {t("ticketFigures.column.resolution_median")}
            </th>
          </tr>
        </thead>
        <tbody>
          {[...periods].reverse().map((period) => (
            <tr key={period.first}>
              <th scope="row">{name(period)}</th>
              {counted.map((figure) => {
                const value = period[figure as "made"] as number | null;
                return (
                  <td key={figure} className="num">
                    {value ? (
                      <button type="button" className={styles.number} onClick={() => onShow({ figure, period: period.first, group: null })}>
                        {told.count(value)}
                      </button>
                    ) : (
                      (value ?? t("common.none"))
                    )}
                  </td>
                );
              })}
              <td className="num">{told.time(period.first_response.median_s)}</td>
              <td className="num">{told.time(period.resolution.median_s)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** By number of the period; hours for times. What is not known is a gap. */
function seriesOf(chart: ChartId, periods: readonly Period[]): uPlot.AlignedData {
  const at = periods.map((_, place) => place);
  const hours = (seconds: number | null) => (seconds === null ? null : seconds / 3600);
  if (chart === "volumes") return [at, ...VOLUMES.map((name) => periods.map((period) => period[name]))];
  if (chart === "backlog") return [at, periods.map((period) => period.backlog)];
  return [at, periods.map((period) => hours(period[chart].median_s))];
}
