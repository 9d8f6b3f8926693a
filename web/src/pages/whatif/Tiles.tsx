import { VisuallyHidden } from "@mantine/core";
import { IconArrowDownRight, IconArrowUpRight, IconEqual } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { difference, half, metric, type Difference, type Metric, type MetricId, type Part } from "../../lib/whatif/compare";
import { LEVEL_KINDS } from "../../lib/whatif/types";
import styles from "./tiles.module.css";
import { useFigure } from "./words";

const MAIN: readonly MetricId[] = ["of_offered", "asa", "abandonment", "occupancy", "longest", "p90"];
const MORE: readonly MetricId[] = [...LEVEL_KINDS.slice(1), "offered", "answered", "abandoned"];

/** The figures that decide, large; the others beside them, small. Each with what it is compared with. */
export function Tiles({ now, before }: { now: Part; before: Part | null }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="whatif-figures" className={styles.figures}>
      <VisuallyHidden component="h2" id="whatif-figures">
        {t("whatif.figures")}
      </VisuallyHidden>
      <ul className={styles.tiles}>
        {MAIN.map((id) => (
          <Tile key={id} of={metric(id)} now={now} before={before} />
        ))}
      </ul>
      <ul className={styles.tiles} data-small>
        {MORE.map((id) => (
          <Tile key={id} of={metric(id)} now={now} before={before} />
        ))}
      </ul>
    </section>
  );
}

function Tile({ of, now, before }: { of: Metric; now: Part; before: Part | null }) {
  const { t } = useTranslation();
  const figure = useFigure();
  const value = of.value(now);
  if (of.id === "occupancy" && value === null) return null;
  const was = before ? of.value(before) : null;
  const found = difference(of, value, was);
  const sure = half(now, of);
  const isLevel = LEVEL_KINDS.some((kind) => kind === of.id);
  return (
    <li className="panel">
      <h3 {...(isLevel ? { title: t(`whatif.explain.${of.id as "of_offered"}`) } : {})}>{t(`whatif.metric.${of.id}`)}</h3>
      <p className={styles.value}>
        {figure.value(of, value)}
        {sure !== null && <span className={styles.sure}> ± {figure.value(of, sure)}</span>}
      </p>
      {before && (
        <p className={styles.beside}>
          <span className="dim">{t("whatif.before", { value: figure.value(of, was) })}</span>
          {found && <DifferenceMark of={of} found={found} />}
        </p>
      )}
      {isLevel && <p className={`dim small ${styles.rule ?? ""}`}>{t(`whatif.explain.${of.id as "of_offered"}`)}</p>}
    </li>
  );
}

const TONES = { better: "green", worse: "red", more: "grey", less: "grey", same: "grey" } as const;

/** Up or down, by how much, and whether that is better: arrow, figure and word. */
export function DifferenceMark({ of, found, short }: { of: Metric; found: Difference; short?: boolean }) {
  const { t } = useTranslation();
  const figure = useFigure();
  const Sign = found.by > 0 ? IconArrowUpRight : found.by < 0 ? IconArrowDownRight : IconEqual;
  const word = t(`whatif.verdict.${found.verdict}`);
  return (
    <span className={styles.difference} data-tone={TONES[found.verdict]} title={word}>
      <Sign size={14} aria-hidden />
      {found.verdict === "same" ? "" : figure.difference(of, found)}
      {!short && <span> {word}</span>}
      {short && found.verdict === "same" && <span>{word}</span>}
    </span>
  );
}
