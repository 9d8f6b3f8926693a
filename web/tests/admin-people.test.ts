import { describe, expect, it } from "vitest";
import { draftOf, grouped, groupWord, nameTroubles, personTroubles, possibleParents, type Person, type PermissionInfo, type Team } from "../src/lib/admin/people";

const person: Person = {
  id: "u",
  email: "ada@example.com",
  name: "Ada",
  state: "disabled",
  roles: [{ role: "supervisor", name: "Supervisor", where: { teams: ["north"], queues: [] } }],
  teams: [{ id: "north", name: "North" }],
  created_at: "",
  last_seen_at: null,
};
const team = (id: string, parent_id: string | null = null): Team => ({ id, name: id, parent_id, leader: null, members: [] });

describe("people", () => {
  it("are sent back as the server takes them", () => {
    expect(draftOf(person)).toEqual({
      email: "ada@example.com",
      name: "Ada",
      disabled: true,
      roles: [{ role: "supervisor", where: { teams: ["north"], queues: [] } }],
      teams: ["north"],
    });
  });

  it("need a name, an address, and roles that count somewhere", () => {
    expect(personTroubles(draftOf(person))).toEqual({});
    const wrong = { email: "ada@", name: " ", disabled: false, teams: [], roles: [{ role: "", where: null }, { role: "agent", where: { teams: [], queues: [] } }] };
    expect(personTroubles(wrong)).toEqual({
      name: { key: "nameMissing" },
      email: { key: "emailWrong" },
      "roles.0.role": { key: "roleMissing" },
      "roles.1.where": { key: "whereMissing" },
    });
    expect(personTroubles({ ...draftOf(person), email: " " }).email).toEqual({ key: "emailMissing" });
  });

  it("have names that nobody else has where they must", () => {
    expect(nameTroubles("NORTH", [{ id: "n", name: "North" }])).toEqual({ name: { key: "nameTaken" } });
    expect(nameTroubles("West", [{ id: "n", name: "North" }])).toEqual({});
  });
});

describe("roles and teams", () => {
  it("group permissions by what they are about", () => {
    const all = ["queues.act", "routing.view", "queues.see"].map((name): PermissionInfo => ({ name, summary: "", roles: [], scoped: false, own: false, dangerous: false }));
    expect(grouped(all).map(([group, items]) => [group, items.length])).toEqual([
      ["queues", 2],
      ["routing", 1],
    ]);
    expect(groupWord("what_if")).toBe("What if");
  });

  it("never offer a team below itself", () => {
    const teams = [team("c", "b"), team("b", "a"), team("a"), team("d")];
    expect(possibleParents(teams, "a").map((one) => one.id)).toEqual(["d"]);
    expect(possibleParents(teams, "c").map((one) => one.id)).toEqual(["b", "a", "d"]);
  });
});
