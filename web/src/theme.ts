import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#eef2ff",
  "#dbe3fd",
  "#b6c5f8",
  "#8ea5f2",
  "#6c88ec",
  "#5473e3",
  "#4463d8",
  "#3654c4",
  "#2d47a6",
  "#233884",
];

/** Mantine's greys for the dark scheme, in the hue of our surfaces. */
const dark: MantineColorsTuple = [
  "#dfe4ec",
  "#c5ccd8",
  "#a4adbb",
  "#8590a1",
  "#465366",
  "#2d3746",
  "#202834",
  "#181e27",
  "#10141b",
  "#0b0e13",
];

export const theme = createTheme({
  primaryColor: "accent",
  colors: { accent, dark },
  primaryShade: { light: 7, dark: 6 },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontSizes: { xs: "0.75rem", sm: "0.875rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    Tooltip: { defaultProps: { openDelay: 300, events: { hover: true, focus: true, touch: false } } },
    Button: { defaultProps: { size: "sm" } },
  },
});

/** Mantine's own dimmed, placeholder and error colours miss the 4.5:1 of WCAG AA on our surfaces. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#56606d",
    "--mantine-color-placeholder": "#667080",
    "--mantine-color-error": "#c22525",
    "--mantine-color-body": "var(--cc-surface)",
    "--mantine-color-text": "#1c2430",
    "--mantine-color-default-color": "#1c2430",
    "--mantine-color-default-border": "#8a94a3",
  },
  dark: {
    "--mantine-color-dimmed": "#a4adbb",
    "--mantine-color-placeholder": "#8f99a8",
    "--mantine-color-error": "#ff8787",
    "--mantine-color-body": "var(--cc-surface)",
    "--mantine-color-default-border": "#667184",
    "--mantine-color-accent-light": "rgba(108, 136, 236, 0.18)",
    "--mantine-color-accent-light-color": "#b6c5f8",
    "--mantine-color-anchor": "#8ea5f2",
  },
});

/** Green enough to be the one to press, dark enough for white text (5.9:1). */
export const ANSWER = "#1a7340";
