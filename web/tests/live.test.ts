import { describe, expect, it } from "vitest";
import { LiveFeed, type LiveEvent, type SubscribeAnswer } from "../src/lib/live";

type Held = { seq: number; epoch: string } | null;

/** A server with one topic, answering when the test says so. */
class FakeServer {
  asked: Held[] = [];
  #waiting: ((answer: SubscribeAnswer) => void)[] = [];
  #failing: ((error: Error) => void)[] = [];
  later: (() => void)[] = [];
  readonly feed = new LiveFeed(
    {
      subscribe: (_, held) => {
        this.asked.push(held);
        return new Promise((resolve, reject) => {
          this.#waiting.push(resolve);
          this.#failing.push(reject);
        });
      },
    },
    (run) => this.later.push(run),
  );

  async answer(answer: SubscribeAnswer): Promise<void> {
    this.#failing.shift();
    this.#waiting.shift()?.(answer);
    await settled();
  }

  async fail(): Promise<void> {
    this.#waiting.shift();
    this.#failing.shift()?.(new Error("timeout"));
    await settled();
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const put = (seq: number, id: string, value: number): LiveEvent => ({
  seq,
  type: "put",
  data: { collection: "rows", id, row: { value } },
});
const snapshot = (seq: number, rows: Record<string, { value: number }>, epoch = "a"): SubscribeAnswer => ({
  ok: true,
  epoch,
  seq,
  snapshot: { rows },
});

async function following(): Promise<FakeServer> {
  const server = new FakeServer();
  server.feed.watch("t", () => undefined);
  server.feed.connected();
  await server.answer(snapshot(1, { a: { value: 1 } }));
  return server;
}

const rows = (server: FakeServer) => server.feed.view("t").collections.rows;

describe("LiveFeed", () => {
  it("shows loading until the snapshot is there", async () => {
    const server = new FakeServer();
    server.feed.watch("t", () => undefined);
    expect(server.feed.view("t").status).toBe("loading");
    server.feed.connected();
    await server.answer(snapshot(1, {}));
    expect(server.feed.view("t").status).toBe("live");
  });

  it("applies the next event and ignores what it has", async () => {
    const server = await following();
    server.feed.received("t", put(2, "b", 2));
    server.feed.received("t", put(2, "b", 99));
    server.feed.received("t", put(1, "a", 99));
    expect(rows(server)).toEqual({ a: { value: 1 }, b: { value: 2 } });
  });

  it("asks again on a gap and keeps events that come meanwhile", async () => {
    const server = await following();
    server.feed.received("t", put(4, "c", 4));
    expect(server.asked.at(-1)).toEqual({ seq: 1, epoch: "a" });
    server.feed.received("t", put(5, "d", 5));
    await server.answer({ ok: true, epoch: "a", seq: 4, events: [put(2, "a", 2), put(3, "b", 3), put(4, "c", 4)] });
    expect(rows(server)).toEqual({ a: { value: 2 }, b: { value: 3 }, c: { value: 4 }, d: { value: 5 } });
  });

  it("is stale while the connection is away and resumes where it was", async () => {
    const server = await following();
    server.feed.disconnected();
    expect(server.feed.view("t").status).toBe("stale");
    expect(rows(server)).toEqual({ a: { value: 1 } });
    server.feed.connected();
    expect(server.asked.at(-1)).toEqual({ seq: 1, epoch: "a" });
    await server.answer({ ok: true, epoch: "a", seq: 2, events: [put(2, "a", 2)] });
    expect(server.feed.view("t").status).toBe("live");
    expect(rows(server)).toEqual({ a: { value: 2 } });
  });

  it("takes the snapshot of a server that has restarted", async () => {
    const server = await following();
    server.feed.disconnected();
    server.feed.connected();
    await server.answer(snapshot(1, { z: { value: 9 } }, "b"));
    expect(rows(server)).toEqual({ z: { value: 9 } });
  });

  it("asks for a snapshot when the events do not fit", async () => {
    const server = await following();
    server.feed.disconnected();
    server.feed.connected();
    await server.answer({ ok: true, epoch: "other", seq: 3, events: [put(3, "a", 3)] });
    expect(server.asked.at(-1)).toBeNull();
    await server.answer(snapshot(3, { a: { value: 3 } }, "other"));
    expect(rows(server)).toEqual({ a: { value: 3 } });
  });

  it("drops the answer to a question asked before the connection was lost", async () => {
    const server = new FakeServer();
    server.feed.watch("t", () => undefined);
    server.feed.connected();
    server.feed.disconnected();
    server.feed.connected();
    await server.answer(snapshot(1, { old: { value: 0 } }));
    expect(server.feed.view("t").status).toBe("loading");
    await server.answer(snapshot(7, { fresh: { value: 7 } }));
    expect(rows(server)).toEqual({ fresh: { value: 7 } });
  });

  it("tries again when no answer comes", async () => {
    const server = new FakeServer();
    server.feed.watch("t", () => undefined);
    server.feed.connected();
    await server.fail();
    server.later.shift()?.();
    await server.answer(snapshot(1, {}));
    expect(server.feed.view("t").status).toBe("live");
  });

  it("says when it may not look", async () => {
    const server = new FakeServer();
    server.feed.watch("t", () => undefined);
    server.feed.connected();
    await server.answer({ ok: false, problem: { status: 403, title: "Not allowed" } });
    expect(server.feed.view("t").status).toBe("refused");
  });

  it("forgets the rows of the person who signed out", async () => {
    const server = await following();
    server.feed.reset();
    expect(server.feed.view("t")).toEqual({ status: "loading", collections: {} });
  });
});
