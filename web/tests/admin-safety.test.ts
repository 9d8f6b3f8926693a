import { describe, expect, it } from "vitest";
import { health, hoursText, inUse, isNews, sealedWith, type Backup, type Backups, type DataKey, type Encryption, type Use } from "../src/lib/admin/safety";

const NOW = Date.parse("2026-11-22T12:00:00Z");

function key(id: string, part: Partial<DataKey>): DataKey {
  return { id, purpose: "values", state: "active", made_at: "2026-01-01T00:00:00Z", replaced_at: null, retired_at: null, master: "m", ...part };
}

const shown: Encryption = {
  kept: "file",
  where: "/var/master.key",
  keys: [key("a", {}), key("b", { purpose: "files" }), key("c", { purpose: "index" }), key("d", { state: "replaced", master: "n" })],
  work: null,
  last: null,
};

describe("keys", () => {
  it("are replaced as they were seen: those in use, the index never", () => {
    expect(inUse(shown, "data")).toEqual(["a", "b"]);
    expect(inUse(shown, "master")).toEqual(["m", "n"]);
  });

  it("seal so much together, once that is known", () => {
    const use: Use = { masters: [], problem: null, replaceable: true, open_to_others: false, written_at: null, seals: [{ key: "a", counts: { values: 3 } }, { key: "b", counts: { recordings: 2, ticket_files: 1 } }, { key: "d", counts: { values: 9 } }] };
    expect(sealedWith(use, ["a", "b"])).toBe(6);
    expect(sealedWith(undefined, ["a"])).toBeNull();
  });
});

function backups(part: Partial<Backups>, item: Partial<Backup> = {}): Backups {
  return {
    schedule: { folder: "/b", every_hours: 24, keep_daily: 7, keep_weekly: 4, keep_monthly: 12, passphrase: false },
    newest_at: "2026-11-22T06:00:00Z",
    next_at: "2026-11-23T06:00:00Z",
    overdue: false,
    free_octets: null,
    problem: null,
    progress: { work: null, last: null },
    items: [{ damaged: null, checked: null, ...item } as Backup],
    ...part,
  };
}

describe("backups", () => {
  it("stand well, or the worst of it is said", () => {
    expect(health(backups({}), NOW)).toBe("fine");
    expect(health(backups({ next_at: "2026-11-22T11:59:00Z" }), NOW)).toBe("soon");
    expect(health(backups({ overdue: true }), NOW)).toBe("overdue");
    expect(health(backups({ overdue: true }, { checked: { at: "", by: { kind: "system", name: "" }, sound: false, reason: "" } }), NOW)).toBe("unsound");
    expect(health(backups({ newest_at: null, items: [], overdue: true }), NOW)).toBe("none");
    const off = backups({ newest_at: null, items: [] });
    expect(health({ ...off, schedule: { ...off.schedule, folder: null } }, NOW)).toBe("off");
  });

  it("come as often as people say it", () => {
    expect([0.5, 24, 48, 168, 36].map((hours) => hoursText(hours, "en"))).toEqual(["30 minutes", "24 hours", "2 days", "7 days", "36 hours"]);
  });
});

it("what went wrong stays news until the next time, what went well for a while", () => {
  const ended_at = "2026-11-22T11:00:00Z";
  expect(isNews(null, NOW)).toBe(false);
  expect(isNews({ ended_at, failed: null }, NOW)).toBe(false);
  expect(isNews({ ended_at, failed: "It failed." }, NOW)).toBe(true);
  expect(isNews({ ended_at: "2026-11-22T11:50:00Z", failed: null }, NOW)).toBe(true);
});
