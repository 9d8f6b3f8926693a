import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";

const COLORS = ["--cc-accent", "--cc-green"];
const BAR = 2;
const GAP = 1;

/** One lane per channel, mirrored about its middle; redrawn when the size or the colour scheme changes. */
export function Waveform({ channels }: { channels: readonly (readonly number[])[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme("light");
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const redraw = () => draw(element, channels);
    const resize = new ResizeObserver(redraw);
    resize.observe(element);
    redraw();
    return () => resize.disconnect();
  }, [channels, scheme]);
  return <canvas ref={canvas} aria-hidden />;
}

function draw(canvas: HTMLCanvasElement, channels: readonly (readonly number[])[]): void {
  const context = canvas.getContext("2d");
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!context || width === 0) return;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  const css = getComputedStyle(document.documentElement);
  const lane = height / 2;
  for (let channel = 0; channel < 2; channel++) {
    const middle = lane * (channel + 0.5);
    context.fillStyle = css.getPropertyValue("--cc-line");
    context.fillRect(0, middle, width, 1);
    context.fillStyle = css.getPropertyValue(COLORS[channel] ?? "--cc-accent");
    drawLane(context, channels[channel] ?? [], width, middle, lane / 2 - 3);
  }
}

function drawLane(
  context: CanvasRenderingContext2D,
  peaks: readonly number[],
  width: number,
  middle: number,
  reach: number,
): void {
  if (peaks.length === 0) return;
  const bars = Math.floor(width / (BAR + GAP));
  for (let bar = 0; bar < bars; bar++) {
    const from = Math.floor((bar / bars) * peaks.length);
    const to = Math.max(from + 1, Math.floor(((bar + 1) / bars) * peaks.length));
    let peak = 0;
    for (let index = from; index < to; index++) peak = Math.max(peak, peaks[index] ?? 0);
    // Speech at telephone level peaks near a quarter of full scale: the root makes it readable.
    const half = Math.sqrt(Math.min(1, peak)) * reach;
    if (half > 0.5) context.fillRect(bar * (BAR + GAP), middle - half, BAR, half * 2);
  }
}
