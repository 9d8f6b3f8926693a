import { describe, expect, it } from "vitest";
import { standing } from "../src/lib/tickets/bulk";
import type { BulkJob } from "../src/lib/tickets/types";

const JOB: BulkJob = { id: "a", state: "done", total: 10, done: 10, failed: 0, failures: [], problem: null, below: 0, asked: 0, undoes: null };

describe("many changed at once", () => {
  it.each<[string, Partial<BulkJob>, Partial<ReturnType<typeof standing>>]>([
    ["through", {}, { changed: 10, left: 0, next: null, clean: true }],
    ["at it", { state: "running", done: 4, failed: 1 }, { changed: 3, next: null, clean: false }],
    ["some went wrong", { failed: 3 }, { changed: 7, left: 3, next: "again", clean: false }],
    ["stopped", { state: "cancelled", done: 4 }, { changed: 4, left: 6, next: "goOn", clean: false }],
    ["ended, and some had gone wrong", { state: "failed", done: 4, failed: 4 }, { changed: 0, left: 10, next: "goOn", clean: false }],
    ["ended at its last one", { state: "failed" }, { left: 0, next: null }],
    ["somebody has to agree", { asked: 1 }, { next: null, clean: false }],
  ])("%s", (_, part, expected) => {
    expect(standing({ ...JOB, ...part })).toMatchObject(expected);
  });
});
