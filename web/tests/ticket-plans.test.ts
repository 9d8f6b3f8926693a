import assert from "node:assert/strict";
import { test } from "node:test";
import { freshRecurrence, recurrenceTroubles, scheduleBody } from "../src/lib/tickets/recurrences";
import { proposals } from "../src/lib/tickets/reminders";

const shown = (now: Date) => proposals(now).map(([name, at]) => `${name} ${String(at.getDay())} ${String(at.getHours())}`);

void test("what is offered fits the time of day and the week", () => {
  assert.deepEqual(shown(new Date(2026, 2, 4, 10, 30)), ["hour 3 11", "today 3 16", "tomorrow 4 9", "monday 1 9"]);
  assert.deepEqual(shown(new Date(2026, 2, 4, 17)), ["hour 3 18", "tomorrow 4 9", "monday 1 9"]);
  assert.deepEqual(shown(new Date(2026, 2, 8, 17)), ["hour 0 18", "tomorrow 1 9"], "on a Sunday Monday is tomorrow");
  assert.deepEqual(shown(new Date(2026, 2, 2, 8)), ["hour 1 9", "today 1 16", "tomorrow 2 9", "monday 1 9"]);
});

void test("a recurring ticket says what it lacks by its place", () => {
  const fresh = freshRecurrence("2026-03-02", "Europe/Berlin");
  assert.deepEqual(Object.keys(recurrenceTroubles(fresh, [])).sort(), ["name", "ticket.subject"]);
  const named = { ...fresh, name: "Backup", ticket: { ...fresh.ticket, subject: "Check" } };
  assert.deepEqual(recurrenceTroubles(named, []), {});
  assert.deepEqual(recurrenceTroubles(named, [{ name: "backup" }]), { name: { key: "nameTaken" } });
  const bare = { ...named, schedule: { ...named.schedule, weekdays: [], interval: Number.NaN, at: "", timezone: "", starts: "" } };
  assert.deepEqual(Object.keys(recurrenceTroubles(bare, [])).sort(), ["schedule.at", "schedule.interval", "schedule.starts", "schedule.timezone", "schedule.weekdays"]);
});

void test("a schedule is sent with what its kind has", () => {
  const { schedule } = freshRecurrence("2026-03-02", "Europe/Berlin");
  assert.deepEqual(scheduleBody({ ...schedule, every: "month", day: 31 }).weekdays, []);
  assert.equal(scheduleBody({ ...schedule, every: "day" }).day, null);
  assert.deepEqual(scheduleBody({ ...schedule, weekdays: [4, 0] }).weekdays, [0, 4]);
});
