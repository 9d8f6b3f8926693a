/** The same fixtures the server's tests replay: old snapshot + events == new snapshot. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applyAnswer, LiveFeed, type Collections, type LiveEvent, type SubscribeAnswer } from "../src/lib/live";

interface Fixture {
  about: string;
  topic: string;
  start: SubscribeAnswer;
  events: (LiveEvent & { topic: string })[];
  end: { epoch: string; seq: number; snapshot: Collections };
}

const folder = join(import.meta.dirname, "../../tests/contract/live");
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

/** A collection without rows and one that was never there mean the same. */
const filled = (collections: Collections) =>
  Object.fromEntries(Object.entries(collections).filter(([, rows]) => Object.keys(rows).length > 0));

describe("live feed contract", () => {
  it("has fixtures", () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files)("%s", async (name) => {
    const fixture = JSON.parse(readFileSync(join(folder, name), "utf8")) as Fixture;
    const feed = new LiveFeed({ subscribe: () => Promise.resolve(fixture.start) });
    feed.watch(fixture.topic, () => undefined);
    feed.connected();
    await Promise.resolve();
    await Promise.resolve();
    for (const event of fixture.events) feed.received(event.topic, event);
    expect(filled(feed.view(fixture.topic).collections)).toEqual(filled(fixture.end.snapshot));
    const resumed = applyAnswer(applyAnswer(null, fixture.start), {
      ok: true,
      epoch: fixture.end.epoch,
      seq: fixture.end.seq,
      events: fixture.events,
    });
    expect(resumed?.seq).toBe(fixture.end.seq);
    expect(filled(resumed?.collections ?? {})).toEqual(filled(fixture.end.snapshot));
  });
});
