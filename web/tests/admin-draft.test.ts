import { describe, expect, it } from "vitest";
import { onArrival } from "../src/lib/admin/draft";

describe("a form whose stored settings arrive anew", () => {
  const known = { name: "Sales", skills: ["english"] };
  const other = { name: "Selling", skills: ["english"] };

  it("takes them while nothing was typed", () => {
    expect(onArrival(other, known, { dirty: false, saving: false })).toBe("take");
  });

  it("keeps what was typed, and says so when somebody else changed what lies below", () => {
    expect(onArrival(other, known, { dirty: true, saving: false })).toBe("tell");
    expect(onArrival({ skills: ["english"], name: "Sales" }, known, { dirty: true, saving: false })).toBe("keep");
  });

  it("says nothing of the answer to its own save", () => {
    expect(onArrival(other, known, { dirty: true, saving: true })).toBe("keep");
  });
});
