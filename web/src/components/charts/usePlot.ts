import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, type RefObject } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useLocale } from "../../hooks/words";

export interface Looks {
  locale: string;
  /** Of the scheme: "accent" is --cc-accent. */
  color: (name: string) => string;
  axis: Pick<uPlot.Axis, "stroke" | "grid" | "ticks">;
}

interface Drawn {
  data: uPlot.AlignedData;
}

export type Draw<P extends Drawn> = (looks: Looks, latest: { current: P }) => Omit<uPlot.Options, "width" | "height" | "legend" | "cursor">;

/** The box of a chart as wide as it is. Drawn anew for another colour scheme or language; new data only move what is drawn. */
export function usePlot<P extends Drawn>(props: P, height: number, draw: Draw<P>): RefObject<HTMLDivElement | null> {
  const locale = useLocale();
  const scheme = useComputedColorScheme("light");
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
    plot.current?.setData(props.data);
  });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const size = () => ({ width: element.clientWidth, height });
    const options = { ...draw(looks(locale), latest), ...size(), legend: { show: false }, cursor: { show: false } };
    const made = new uPlot(options, latest.current.data, element);
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize(size()));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [scheme, locale, height, draw]);
  return box;
}

function looks(locale: string): Looks {
  const css = getComputedStyle(document.documentElement);
  const color = (name: string) => css.getPropertyValue(`--cc-${name}`).trim();
  return { locale, color, axis: { stroke: color("dim"), grid: { stroke: color("line"), width: 1 }, ticks: { show: false } } };
}
