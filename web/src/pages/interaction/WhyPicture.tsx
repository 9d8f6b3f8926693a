import { useElementSize } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useLocale } from "../../hooks/words";
import { picture, type Explanation, type MomentKind } from "../../lib/explain";
import { timeOfDay } from "../../lib/time";
import styles from "./why.module.css";

const HEIGHT = 150;
const TOP = 26;
const BOTTOM = 20;
const LEFT = 28;
const RIGHT = 10;

const SIGNS: Partial<Record<MomentKind, { word: "offer" | "relax" | "overflow" | "accept" | "end"; path: string }>> = {
  ContactOffered: { word: "offer", path: "M-4,-4 L5,0 L-4,4 Z" },
  ContactRelaxed: { word: "relax", path: "M-5,-3 L5,-3 L0,5 Z" },
  ContactOverflowed: { word: "overflow", path: "M-4,-4 H4 V4 H-4 Z" },
  OfferAccepted: { word: "accept", path: "M0,-5 A5,5 0 1 1 0,5 A5,5 0 1 1 0,-5 Z" },
  ContactAbandoned: { word: "end", path: "M-4,-4 L4,4 M-4,4 L4,-4" },
  ContactLeftQueue: { word: "end", path: "M-4,-4 L4,4 M-4,4 L4,-4" },
};
type Word = "offer" | "relax" | "overflow" | "accept" | "end";

/** Members who met what was asked and those of them who were free, over the wait, with what happened above. */
export function WhyPicture({ explanation, until }: { explanation: Explanation; until: number }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const made = picture(explanation, until);
  if (!made) return null;
  const { from, to, most, marks } = made;
  const x = (share: number) => LEFT + share * Math.max(0, width - LEFT - RIGHT);
  const y = (agents: number) => HEIGHT - BOTTOM - (agents / most) * (HEIGHT - BOTTOM - TOP);
  const line = (points: readonly [number, number][]) => points.map(([share, agents], at) => `${at ? "L" : "M"}${x(share)},${y(agents)}`).join("");
  const area = (points: readonly [number, number][]) => `${line(points)}L${x(1)},${y(0)}L${x(0)},${y(0)}Z`;
  const words = [...new Set(marks.flatMap((mark) => SIGNS[mark.what]?.word ?? []))];
  const grid = most > 1 ? [0, most] : [0, 1];
  const long = (iso: number) => timeOfDay(new Date(iso).toISOString(), locale, true);
  return (
    <figure className={styles.figure}>
      <div ref={ref}>
        {width > 0 && (
          <svg width={width} height={HEIGHT} role="img" aria-label={t("why.picture", { from: long(from), to: long(to), most })}>
            {grid.map((agents) => (
              <g key={agents}>
                <line x1={x(0)} x2={x(1)} y1={y(agents)} y2={y(agents)} stroke="var(--cc-line)" />
                <text x={LEFT - 6} y={y(agents) + 4} textAnchor="end" className={styles.tick}>
                  {agents}
                </text>
              </g>
            ))}
            <path d={area(made.eligible)} fill="var(--cc-accent-soft)" />
            <path d={line(made.eligible)} fill="none" stroke="var(--cc-accent)" strokeWidth={1.5} strokeDasharray="4 3" />
            <path d={area(made.ready)} fill="var(--cc-green)" fillOpacity={0.35} />
            <path d={line(made.ready)} fill="none" stroke="var(--cc-green)" strokeWidth={2} />
            {marks.map((mark, index) => {
              const sign = SIGNS[mark.what];
              return sign ? (
                <g key={index} data-word={sign.word} className={styles.mark}>
                  <line x1={x(mark.x)} x2={x(mark.x)} y1={TOP - 8} y2={y(0)} strokeDasharray="2 3" />
                  <path d={sign.path} transform={`translate(${x(mark.x)},${TOP - 14})`} />
                </g>
              ) : null;
            })}
            <text x={x(0)} y={HEIGHT - 4} className={styles.tick}>
              {long(from)}
            </text>
            <text x={x(1)} y={HEIGHT - 4} textAnchor="end" className={styles.tick}>
              {long(to)}
            </text>
          </svg>
        )}
      </div>
      <figcaption className={styles.legend}>
        <span>
          <i data-kind="eligible" />
          {t("why.legend.eligible")}
        </span>
        <span>
          <i data-kind="ready" />
          {t("why.legend.ready")}
        </span>
        {words.map((word) => (
          <span key={word}>
            <Sign word={word} />
            {t(`why.legend.${word}`)}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function Sign({ word }: { word: Word }) {
  const found = Object.values(SIGNS).find((sign) => sign.word === word);
  return (
    <svg width={14} height={14} viewBox="-7 -7 14 14" aria-hidden className={styles.mark} data-word={word}>
      <path d={found?.path} />
    </svg>
  );
}
