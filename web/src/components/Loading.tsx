import { Skeleton } from "@mantine/core";
import type { CSSProperties, ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** Height in pixels, over the whole width where none is given. */
type Bar = number | { height: number; width: number | string };

interface LoadingProps {
  bars: readonly Bar[];
  /** What is on the way; "Loading" where nobody could mistake it. */
  label?: string;
  className?: string;
  style?: CSSProperties;
  /** Stands above the bars. */
  children?: ReactNode;
}

/** Bars of one height, one below the other: rows of a list. */
export function alike(count: number, height: number): readonly Bar[] {
  return Array.from({ length: count }, () => height);
}

/** Stands in for what is on the way, in its place, and says so: a name alone, without a role, is told to nobody. */
export function Loading({ bars, label, className = "", style, children }: LoadingProps) {
  const { t } = useTranslation();
  return (
    <div className={`stack ${className}`.trim()} style={style} role="status" aria-label={label ?? t("common.loading")}>
      {children}
      {bars.map((bar, place) => (
        <Skeleton key={place} {...(typeof bar === "number" ? { height: bar } : bar)} />
      ))}
    </div>
  );
}

/** A list's rows while the first of them are on the way. */
export function ListLoading() {
  return <Loading bars={alike(10, 28)} className="panel" style={{ padding: 16 }} />;
}
