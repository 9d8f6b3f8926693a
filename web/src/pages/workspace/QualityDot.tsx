import { Tooltip } from "@mantine/core";
import { IconAntennaBars1, IconAntennaBars3, IconAntennaBars4, IconAntennaBars5, IconAntennaBarsOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Quality } from "../../lib/quality";
import styles from "./workspace.module.css";

const BARS = {
  unknown: IconAntennaBars1,
  silent: IconAntennaBarsOff,
  poor: IconAntennaBars3,
  fair: IconAntennaBars4,
  good: IconAntennaBars5,
};

/** How the connection does, as bars and a word; the figures on hover or focus. */
export function QualityDot({ quality }: { quality: Quality }) {
  const { t } = useTranslation();
  const Icon = BARS[quality.grade];
  const figures = { loss: (quality.loss * 100).toFixed(1), jitter: quality.jitterMs, trip: quality.roundTripMs };
  const detail = quality.roundTripMs === null ? t("call.quality.detail", figures) : t("call.quality.detailTrip", figures);
  return (
    <Tooltip label={detail}>
      <button type="button" className={styles.dot} data-grade={quality.grade}>
        <Icon size={20} stroke={2.25} aria-hidden />
        <span className="small">{t("call.quality.label", { grade: t(`call.quality.${quality.grade}`) })}</span>
      </button>
    </Tooltip>
  );
}
