import { describe, expect, it } from "vitest";
import de from "../src/i18n/portal.de.json";
import en from "../src/i18n/portal.en.json";
import { portalTroubles } from "../src/lib/portal-staff";
import { nearest } from "../src/pages/portal/language";

type Texts = { [key: string]: string | Texts };

function keys(texts: Texts, at = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) => (typeof value === "string" ? [at + key] : keys(value, `${at}${key}.`)));
}

const at = (texts: Texts, path: string) => path.split(".").reduce<string | Texts | undefined>((found, key) => (typeof found === "object" ? found[key] : undefined), texts);
const slots = (text: unknown) => [...String(text).matchAll(/{{(\w+)}}/g)].map((found) => found[1]).sort();

describe("the portal's languages", () => {
  it("have the same texts, with the same slots", () => {
    expect(keys(de).sort()).toEqual(keys(en).sort());
    for (const key of keys(en)) {
      expect(slots(at(de, key)), key).toEqual(slots(at(en, key)));
      expect(at(de, key), key).not.toBe("");
    }
  });

  it("are found by what a browser asks for", () => {
    expect(nearest("de-AT")).toBe("de");
    expect(nearest("en")).toBe("en");
    expect(nearest("fr-FR")).toBeNull();
    expect(nearest("")).toBeNull();
  });
});

describe("the portal's settings", () => {
  const consent = { kind: "news", title: "News", text: "May we?", version: "1" };
  const settings = { enabled: true, registration: "open" as const, data_requests: "review" as const };

  it("are fine as they are", () => {
    expect(portalTroubles({ ...settings, consents: [consent] })).toEqual({});
  });

  it("name what is missing and what is there twice", () => {
    const consents = [consent, { kind: "news ", title: " ", text: "", version: "" }];
    expect(Object.keys(portalTroubles({ ...settings, consents })).sort()).toEqual([
      "consents.1.kind",
      "consents.1.text",
      "consents.1.title",
      "consents.1.version",
    ]);
  });
});
