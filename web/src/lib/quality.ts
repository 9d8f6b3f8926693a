/** How a call sounds, judged from two readings of the peer connection's statistics. */

export interface AudioSample {
  /** Milliseconds, any origin. */
  at: number;
  packetsReceived: number;
  packetsLost: number;
  jitterMs: number;
  roundTripMs: number | null;
}

export type QualityGrade = "unknown" | "good" | "fair" | "poor" | "silent";

export interface Quality {
  grade: QualityGrade;
  /** Share of packets lost since the previous reading, 0..1. */
  loss: number;
  jitterMs: number;
  roundTripMs: number | null;
}

export const UNKNOWN_QUALITY: Quality = { grade: "unknown", loss: 0, jitterMs: 0, roundTripMs: null };

/**
 * Thresholds follow what G.711 with a browser's concealment bears: ITU-T G.113 appendix I puts 2 % random loss at the
 * edge of noticeable, 5 % at annoying; G.114 asks for less than 150 ms one way, so 300 ms for the round trip.
 */
export function judge(before: AudioSample | null, now: AudioSample): Quality {
  if (!before) return { ...UNKNOWN_QUALITY, jitterMs: now.jitterMs, roundTripMs: now.roundTripMs };
  const received = Math.max(0, now.packetsReceived - before.packetsReceived);
  const lost = Math.max(0, now.packetsLost - before.packetsLost);
  const loss = received + lost === 0 ? 0 : lost / (received + lost);
  const figures = { loss, jitterMs: now.jitterMs, roundTripMs: now.roundTripMs };
  if (received === 0) return { grade: "silent", ...figures };
  const trip = now.roundTripMs ?? 0;
  if (loss > 0.05 || now.jitterMs > 60 || trip > 500) return { grade: "poor", ...figures };
  if (loss > 0.02 || now.jitterMs > 30 || trip > 300) return { grade: "fair", ...figures };
  return { grade: "good", ...figures };
}

const figure = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Picks the audio figures out of a statistics report; null before the first packet. */
export function sampleFrom(report: Iterable<Record<string, unknown>>, at: number): AudioSample | null {
  let inbound: Record<string, unknown> | null = null;
  let roundTripMs: number | null = null;
  for (const item of report) {
    if (item.type === "inbound-rtp" && item.kind === "audio") inbound = item;
    if (item.type === "candidate-pair" && item.nominated === true && typeof item.currentRoundTripTime === "number")
      roundTripMs = Math.round(item.currentRoundTripTime * 1000);
  }
  if (!inbound) return null;
  return {
    at,
    packetsReceived: figure(inbound.packetsReceived),
    packetsLost: figure(inbound.packetsLost),
    jitterMs: Math.round(figure(inbound.jitter) * 1000),
    roundTripMs,
  };
}
