import { Tooltip } from "@mantine/core";
import { useNow } from "../hooks/now";
import { useLocale } from "../hooks/words";
import { clock, exact, relative, secondsSince, secondsUntil } from "../lib/time";

/** Time since `since`, ticking. */
export function Ticking({ since }: { since: string | null }) {
  const now = useNow();
  return <span className="ticking">{clock(secondsSince(since, now))}</span>;
}

/** Time left until `until`, ticking down. */
export function Countdown({ until }: { until: string }) {
  const now = useNow();
  return <span className="ticking">{clock(secondsUntil(until, now))}</span>;
}

/** "3 minutes ago", exactly on hover. */
export function Ago({ at }: { at: string }) {
  const locale = useLocale();
  const now = useNow();
  return (
    <Tooltip label={exact(at, locale)}>
      <time dateTime={at}>{relative(at, now, locale)}</time>
    </Tooltip>
  );
}

/** A ring that empties towards `until`. */
export function CountdownRing({ from, until, size = 44 }: { from: string; until: string; size?: number }) {
  const now = useNow();
  const whole = Math.max(1, Math.round((Date.parse(until) - Date.parse(from)) / 1000));
  const left = Math.min(whole, secondsUntil(until, now));
  const radius = size / 2 - 3;
  const round = 2 * Math.PI * radius;
  const tone = left <= 5 ? "var(--cc-red)" : "var(--cc-accent)";
  return (
    <svg width={size} height={size} viewBox={`0 0 ${size} ${size}`} aria-hidden>
      <circle cx={size / 2} cy={size / 2} r={radius} fill="none" stroke="var(--cc-line)" strokeWidth={4} />
      <circle
        cx={size / 2}
        cy={size / 2}
        r={radius}
        fill="none"
        stroke={tone}
        strokeWidth={4}
        strokeLinecap="round"
        strokeDasharray={round}
        strokeDashoffset={round * (1 - Math.min(1, left / whole))}
        transform={`rotate(-90 ${size / 2} ${size / 2})`}
        style={{ transition: "stroke-dashoffset 1s linear" }}
      />
      <text x="50%" y="50%" dy="0.36em" textAnchor="middle" fontSize={14} fontWeight={600} fill="currentColor">
        {left}
      </text>
    </svg>
  );
}
