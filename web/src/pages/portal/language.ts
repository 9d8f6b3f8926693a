import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "../../i18n/portal.en.json";

/** The portal's languages, each by its own name. Another one is a file beside portal.en.json, and a line here. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT = "cc-portal-language";
const MORE: Record<Exclude<Language, "en">, () => Promise<{ default: object }>> = {
  de: () => import("../../i18n/portal.de.json"),
};

export function nearest(wanted: string): Language | null {
  const short = wanted.split("-")[0] ?? "";
  return short in LANGUAGES ? (short as Language) : null;
}

function kept(): string {
  try {
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

/** Whether the customer has chosen one in this browser. */
export function chosen(): boolean {
  return nearest(kept()) !== null;
}

/** In what the customer chose, else in what the browser asks for. */
export async function begin(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    resources: { en: { translation: { portal: en } } },
    interpolation: { escapeValue: false },
  });
  const asked = [kept(), ...navigator.languages].map(nearest).find((found) => found !== null);
  await speak(asked ?? "en");
}

export async function speak(language: Language): Promise<void> {
  if (language !== "en" && !i18next.hasResourceBundle(language, "translation")) {
    const texts = await MORE[language]().catch(() => null);
    if (!texts) return;
    i18next.addResourceBundle(language, "translation", { portal: texts.default }, true, true);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = i18next.dir();
}

export async function choose(language: Language): Promise<void> {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // Storage switched off: it is kept for this page.
  }
  await speak(language);
}
