import { SegmentedControl } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { TextField } from "../../../components/admin/Fields";
import type { Contrast } from "../../../lib/house/types";
import styles from "./branding.module.css";

interface ColourProps {
  path: string;
  label: string;
  /** The word for having none; "as the accent" when left out. */
  without?: string;
  value: string | null;
  weak: readonly Contrast[];
  onChange: (value: string | null) => void;
}

/** A colour by picker or by its six digits, or none; with what of it cannot be read. */
export function Colour({ path, label, without, value, weak, onChange }: ColourProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.colour}>
      <span className={styles.label} id={`${path}-label`}>
        {label}
      </span>
      <div className="row wrap">
        <SegmentedControl
          size="xs"
          aria-labelledby={`${path}-label`}
          data={[
            { value: "none", label: without ?? t("house.branding.asAccent") },
            { value: "own", label: t("house.branding.own") },
          ]}
          value={value === null ? "none" : "own"}
          onChange={(choice) => onChange(choice === "none" ? null : "#3654c4")}
        />
        {value !== null && (
          <>
            <input
              type="color"
              className={styles.picker}
              aria-label={t("house.branding.pick", { what: label })}
              value={/^#[0-9a-fA-F]{6}$/.test(value) ? value : "#000000"}
              onChange={(event) => onChange(event.currentTarget.value)}
            />
            <TextField path={path} name={label} value={value} onChange={(typed) => onChange(typed.trim())} />
          </>
        )}
      </div>
      {weak.map((each) => (
        <p key={each.on} className={styles.weak} role="status">
          <IconAlertTriangle size={16} aria-hidden />
          <span>
            {t("house.branding.weak", {
              ratio: each.ratio,
              least: each.least,
              used: each.used,
              on: t(`house.branding.on.${each.on}` as "house.branding.on.white text"),
            })}
          </span>
        </p>
      ))}
    </div>
  );
}

/** How the tones made of the colours look on light and on dark pages. */
export function Sample({ light, dark, name }: { light: Record<string, string>; dark: Record<string, string>; name: string }) {
  const { t } = useTranslation();
  return (
    <div className={styles.samples} aria-label={t("house.branding.sample")} role="group">
      <One title={t("house.branding.light")} tones={light} surface="#ffffff" ink="#1c2430" name={name} />
      <One title={t("house.branding.dark")} tones={dark} surface="#181e27" ink="#dfe4ec" name={name} />
    </div>
  );
}

interface OneProps {
  title: string;
  tones: Record<string, string>;
  surface: string;
  ink: string;
  name: string;
}

function One({ title, tones, surface, ink, name }: OneProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    for (const [tone, value] of Object.entries({ ...tones, surface, ink })) ref.current?.style.setProperty(`--sample-${tone}`, value);
  }, [tones, surface, ink]);
  return (
    <div ref={ref} className={styles.sample}>
      <p className={styles.sampleHead}>{name || t("house.branding.sampleHead")}</p>
      <div className={styles.sampleBody}>
        <b>{title}</b>
        <span className={styles.sampleLink}>{t("house.branding.sampleLink")}</span>
        <span className={styles.sampleButton}>{t("house.branding.sampleButton")}</span>
      </div>
    </div>
  );
}
