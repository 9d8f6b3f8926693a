import { describe, expect, it } from "vitest";
import texts from "../src/i18n/admin.en.json";
import { AREAS, findAreas, GROUPS, step, type Area } from "../src/lib/admin/areas";

const areas: Area[] = AREAS.map(([id, group]) => ({
  id,
  group,
  title: texts.area[id],
  text: texts.areaText[id],
  terms: texts.areaTerms[id],
}));
const first = (words: string) => findAreas(areas, words)[0]?.id;

describe("finding an area", () => {
  it("knows other words for what is in it", () => {
    const wanted = {
      password: "people",
      SSO: "providers",
      "single sign-on": "providers",
      GDPR: "privacy",
      "right to be forgotten": "privacy",
      holidays: "calendars",
      IVR: "flows",
      "music on hold": "prompts",
      webhook: "tickets",
      macro: "tickets",
      logo: "branding",
      restore: "backups",
      rotate: "keys",
      yaml: "configuration",
      "wrap-up": "dispositions",
      "e-mail": "templates",
      sip: "telephones",
      DID: "numbers",
    };
    for (const [words, id] of Object.entries(wanted)) expect([words, first(words)]).toEqual([words, id]);
  });

  it("puts the title before other words, and those before the description", () => {
    expect(first("key")).toBe("keys");
    expect(first("team")).toBe("teams");
    expect(findAreas(areas, "role").map((area) => area.id)[0]).toBe("roles");
  });

  it("wants every word, and nothing in particular of what is no word", () => {
    expect(findAreas(areas, "password zebra")).toEqual([]);
    expect(findAreas(areas, " -, ")).toHaveLength(AREAS.length);
    expect(findAreas(areas, "QUEUÉS")[0]?.id).toBe("queues");
  });

  it("has each group's areas together, in the order of the groups", () => {
    const order = AREAS.map(([, group]) => GROUPS.indexOf(group));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(new Set(order).size).toBe(GROUPS.length);
  });
});

describe("arrow keys", () => {
  it("walk the list and come back to the search", () => {
    expect([step(-1, "ArrowDown", 3), step(0, "ArrowUp", 3), step(2, "ArrowDown", 3)]).toEqual([0, -1, 2]);
    expect([step(1, "Home", 3), step(1, "End", 3), step(-1, "End", 3), step(1, "a", 3)]).toEqual([0, 2, null, null]);
  });
});
