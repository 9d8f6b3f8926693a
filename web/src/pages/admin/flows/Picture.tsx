import {
  IconArrowForwardUp,
  IconArrowsSplit2,
  IconClockHour4,
  IconDialpad,
  IconMessage2,
  IconMicrophone,
  IconNumbers,
  IconPhoneCall,
  IconPhoneOff,
  IconPlayerPlay,
  IconTag,
  IconTicket,
  IconUsersGroup,
  IconVolume,
  type Icon,
} from "@tabler/icons-react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../../components/Sentence";
import { CARD, pictureOf } from "../../../lib/house/flows";
import type { FlowStep } from "../../../lib/house/types";
import adminStyles from "../../../components/admin/admin.module.css";
import styles from "./flows.module.css";

const ICONS: Record<string, Icon> = {
  say: IconVolume,
  menu: IconDialpad,
  collect: IconNumbers,
  branch: IconArrowsSplit2,
  set: IconTag,
  queue: IconUsersGroup,
  hangup: IconPhoneOff,
  voicemail: IconMicrophone,
  callback: IconClockHour4,
  transfer: IconPhoneCall,
  message: IconMessage2,
  ticket: IconTicket,
  consent: IconPlayerPlay,
};

interface PictureProps {
  steps: readonly FlowStep[];
  start: string | undefined;
  broken: boolean;
  onStep: (line: number) => void;
}

/** The steps as cards with lines between them; each card says its ways in words too. */
export function Picture({ steps, start, broken, onStep }: PictureProps) {
  const { t } = useTranslation();
  const picture = useMemo(() => pictureOf(steps), [steps]);
  const canvas = useRef<HTMLDivElement>(null);
  const first = picture.cards.find(({ step }) => step.name === start) ?? picture.cards[0];
  const middle = first ? first.x + CARD.width / 2 : null;
  // What a call begins with is in sight, however narrow the page is; later on the reader's own place stays.
  useEffect(() => {
    if (canvas.current && middle !== null) canvas.current.scrollLeft = middle - canvas.current.clientWidth / 2;
  }, [middle]);
  return (
    <section className={`panel ${adminStyles.section ?? ""}`} aria-labelledby="flow-picture">
      <h2 id="flow-picture">{t("house.flows.picture")}</h2>
      <p className="dim">{t("house.flows.pictureLead")}</p>
      {broken && <Sentence tone="amber">{t("house.flows.pictureBroken")}</Sentence>}
      <div ref={canvas} className={styles.canvas} tabIndex={0} role="group" aria-labelledby="flow-picture" data-stale={broken}>
        <div style={{ width: picture.width, height: picture.height, position: "relative" }}>
          <svg width={picture.width} height={picture.height} aria-hidden>
            <defs>
              <marker id="flow-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
                <path d="M0 0 8 4 0 8z" className={styles.head} />
              </marker>
            </defs>
            {picture.edges.map((edge) => (
              <path key={`${edge.from}>${edge.to}`} d={edge.path} className={styles.edge} data-back={edge.back} markerEnd="url(#flow-arrow)" />
            ))}
          </svg>
          {picture.cards.map(({ step, x, y }) => (
            <Card key={step.name} step={step} x={x} y={y} start={step.name === start} onStep={onStep} />
          ))}
        </div>
      </div>
    </section>
  );
}

interface CardProps {
  step: FlowStep;
  x: number;
  y: number;
  start: boolean;
  onStep: (line: number) => void;
}

function Card({ step, x, y, start, onStep }: CardProps) {
  const { t } = useTranslation();
  const Sign = ICONS[step.kind] ?? IconArrowForwardUp;
  const ways = step.ways.map((way) =>
    way.label ? t("house.flows.ways", { label: way.label, to: way.to }) : t("house.flows.wayPlain", { to: way.to }),
  );
  const labels = step.ways.flatMap((way) => (way.label ? [way.label] : [])).join(" · ");
  return (
    <button
      type="button"
      className={styles.card}
      style={{ insetInlineStart: x, insetBlockStart: y, width: CARD.width, height: CARD.height }}
      data-kind={step.kind}
      data-unreached={!step.reached}
      aria-description={ways.join(", ")}
      title={[step.text, ...ways].filter(Boolean).join("\n")}
      onClick={() => onStep(step.line)}
    >
      <span className="row">
        <Sign size={16} aria-hidden />
        <b className="truncate">{step.name}</b>
        <span className={styles.kind}>{start ? t("house.flows.start") : step.kind}</span>
      </span>
      <span className={styles.said}>{step.reached ? step.text : t("house.flows.unreached")}</span>
      {labels && <span className={styles.labels}>{labels}</span>}
    </button>
  );
}
