import { describe, expect, it } from "vitest";
import en from "../src/i18n/en.json";
import { timelineEntry } from "../src/lib/timeline";
import { asksChanged, picture, rows, summary, type Explanation, type Moment, type MomentKind, type Standing } from "../src/lib/explain";

const BEGIN = Date.parse("2026-11-20T10:40:07Z");
const at = (second: number) => new Date(BEGIN + second * 1000).toISOString();
const agent = (name: string) => ({ id: name.toLowerCase(), name });
const queue = { id: "sales", name: "Sales" };

function moment(second: number, what: MomentKind, part: Partial<Moment> = {}): Moment {
  return { at: at(second), what, queue, agent: null, rule: "", asks: "with english≥3", position: 1, standings: [], ...part };
}

const stood = (name: string, why_not = "", eligible = true): Standing => ({ agent: agent(name), eligible, ready: why_not === "", why_not });

const dana = { agent: agent("Dana") };

function told(moments: Moment[], supply: [number, number, number][]): Explanation {
  return { contact_id: "c1", moments, supply: supply.map(([second, eligible, ready]) => ({ at: at(second), eligible, ready })) };
}

const waited = told(
  [moment(0, "ContactQueued"), moment(130, "ContactOffered", { ...dana, rule: "longest idle (0 s)", standings: [stood("Dana", "it rings there"), stood("Eve", "in wrap-up")] }), moment(131, "OfferAccepted", { ...dana, asks: "", position: null })],
  [
    [0, 2, 0],
    [60, 1, 0],
  ],
);

describe("the sentence on top", () => {
  it("says that nobody who fits was free, and who was first", () => {
    expect(summary(waited, 0)).toEqual({
      ending: "answered",
      waited: 131,
      cause: "nobody-free",
      asks: "with english≥3",
      agent: "Dana",
      freeAt: at(130),
      freeFor: "Dana",
      offers: 1,
      relaxed: false,
      choice: 1,
      rule: "longest idle (0 s)",
    });
  });

  it("tells nobody there from nobody free, and what relaxing did", () => {
    const found = summary(
      told([moment(0, "ContactQueued"), moment(60, "ContactRelaxed", { asks: "" }), moment(60, "ContactOffered", dana)], [
        [0, 0, 0],
        [60, 2, 1],
      ]),
      BEGIN + 90_000,
    );
    expect(found).toMatchObject({ ending: "waiting", waited: 90, cause: "nobody-fits", relaxed: true, freeFor: "Dana", agent: null });
  });

  it("knows an offer made at once from several that were needed", () => {
    const once = told([moment(0, "ContactQueued"), moment(0, "ContactOffered", { ...dana, standings: [stood("Dana", "it rings there"), stood("Eve")] }), moment(4, "OfferAccepted", dana)], [[0, 2, 1]]);
    expect(summary(once, 0)).toMatchObject({ cause: "at-once", waited: 4, choice: 2 });
    const twice = told(
      [moment(0, "ContactQueued"), moment(0, "ContactOffered", { agent: agent("Eve") }), moment(20, "OfferExpired", { agent: agent("Eve") }), moment(20, "ContactOffered", dana), moment(25, "OfferAccepted", dana)],
      [[0, 2, 1]],
    );
    expect(summary(twice, 0)).toMatchObject({ cause: "offers", offers: 2, agent: "Dana" });
  });

  it("says when nobody ever was", () => {
    const gone = told([moment(0, "ContactQueued"), moment(45, "ContactAbandoned", { asks: "", position: null })], [[0, 1, 0]]);
    expect(summary(gone, 0)).toMatchObject({ ending: "abandoned", waited: 45, freeAt: null, cause: "nobody-free" });
    expect(summary(told([], []), 0)).toBeNull();
  });

  it("tells of the first wait when the contact came back into line", () => {
    const again = told([...waited.moments, moment(400, "ContactQueued"), moment(460, "OfferAccepted", { agent: agent("Eve") })], [[0, 2, 0]]);
    expect(summary(again, 0)).toMatchObject({ waited: 131, agent: "Dana" });
  });
});

describe("a step", () => {
  const step = moment(130, "ContactOffered", {
    ...dana,
    standings: [stood("Far", "lacks english≥3", false), stood("Eve", "in wrap-up"), stood("Gil"), stood("Dana", "it rings there")],
  });

  it("puts the chosen first, then those who could have had it", () => {
    expect(rows(step).map(({ standing, place }) => [standing.agent.name, place])).toEqual([
      ["Dana", "chosen"],
      ["Gil", "free"],
      ["Eve", "busy"],
      ["Far", "unfit"],
    ]);
  });

  it("chooses nobody where nobody was chosen", () => {
    expect(rows({ ...step, what: "OfferExpired" }).map(({ place }) => place)).toEqual(["free", "busy", "busy", "unfit"]);
  });

  it("says when something else is asked for than before", () => {
    const moments = [moment(0, "ContactQueued"), moment(1, "OfferExpired", { asks: "" }), moment(2, "ContactRelaxed", { asks: "with english≥2" }), moment(3, "ContactOffered", { asks: "with english≥2" }), moment(9, "ContactQueued", { asks: "with german≥1" })];
    expect(moments.map((_, index) => asksChanged(moments, index))).toEqual([false, false, false, false, true]);
  });
});

describe("the picture", () => {
  it("holds each level until the next and ends with the wait", () => {
    const made = picture(waited, 0);
    expect(made?.most).toBe(2);
    expect(made?.eligible).toEqual([
      [0, 2],
      [60 / 131, 2],
      [60 / 131, 1],
      [1, 1],
    ]);
    expect(made?.marks.map(({ what }) => what)).toEqual(["ContactOffered", "OfferAccepted"]);
    expect(made?.marks[1]?.x).toBe(1);
  });

  it("goes on until now while it waits, and is left out without a supply", () => {
    const waiting = told([moment(0, "ContactQueued")], [[0, 3, 0]]);
    expect(picture(waiting, BEGIN + 60_000)).toMatchObject({ from: BEGIN, to: BEGIN + 60_000, ready: [[0, 0], [1, 0]] });
    expect(picture(told([moment(0, "ContactQueued")], []), BEGIN)).toBeNull();
  });
});

describe("what routing did, in the timeline", () => {
  const entry = (type: string, data: Record<string, unknown>) => timelineEntry({ id: 1, at: "", type, data });
  const ref = (name: string) => ({ id: name.toLowerCase(), name });

  it("says why a contact left a queue, and where it went", () => {
    expect(entry("queue.left", { queue: ref("Sales"), reason: "max-wait", to: { kind: "voicemail", value: "shop" } })).toMatchObject({
      key: "queue_left",
      values: { queue: "Sales" },
      reason: "max-wait",
      to: { kind: "voicemail", value: "shop" },
    });
    expect(entry("queue.left", { queue: ref("Sales"), reason: "full", to: { kind: "leave", value: null } }).to).toEqual({ kind: "leave", value: "" });
    expect(entry("queue.overflowed", { from: ref("Sales"), queue: ref("Help"), reason: "full" })).toMatchObject({ reason: "full", to: null });
  });

  it("tells asking for less, priority and coming back from the usual", () => {
    expect(entry("contact.relaxed", { step: 1, asks: "english≥2" })).toMatchObject({ key: "contact_relaxed", values: { asks: "english≥2" } });
    expect(entry("contact.relaxed", { step: 2, asks: "" }).key).toBe("contact_relaxed_all");
    expect(entry("contact.prioritized", { priority: 3 })).toMatchObject({ key: "contact_prioritized", values: { priority: "3" } });
    expect(entry("queue.entered", { queue: ref("Sales"), again: true }).key).toBe("queue_entered_again");
    expect(entry("queue.entered", { queue: ref("Sales"), again: false }).key).toBe("queue_entered");
  });

  it("has a text for each of them and for every reason the engine gives", () => {
    const words: Record<string, unknown> = en.event;
    for (const key of ["queue_left", "queue_overflowed", "contact_relaxed", "contact_relaxed_all", "contact_prioritized", "queue_entered_again", "interaction_interrupted"])
      expect(words[key], key).toBeTypeOf("string");
    const overflow = ["full", "join-empty", "expected-wait", "max-wait", "leave-empty"];
    const withdrawn = ["abandoned", "presence", "not-eligible", "requeued", "agent-removed", "answered-elsewhere", "prioritized"];
    const outgoing = ["busy", "no-answer", "failed", "cancelled"];
    expect(Object.keys(en.event.reason).sort()).toEqual([...overflow, ...withdrawn, ...outgoing, "chosen", "restart"].sort());
    expect(entry("interaction.interrupted", { reason: "restart" }).reason).toBe("restart");
  });
});
