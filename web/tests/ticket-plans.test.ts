import { expect, test } from "vitest";
import { freshRecurrence, recurrenceTroubles, scheduleBody } from "../src/lib/tickets/recurrences";
import { proposals } from "../src/lib/tickets/reminders";

const shown = (now: Date) => proposals(now).map(([name, at]) => `${name} ${String(at.getDay())} ${String(at.getHours())}`);

test("what is offered fits the time of day and the week: on a Sunday Monday is tomorrow", () => {
  expect(shown(new Date(2026, 2, 4, 10, 30))).toEqual(["hour 3 11", "today 3 16", "tomorrow 4 9", "monday 1 9"]);
  expect(shown(new Date(2026, 2, 4, 17))).toEqual(["hour 3 18", "tomorrow 4 9", "monday 1 9"]);
  expect(shown(new Date(2026, 2, 8, 17))).toEqual(["hour 0 18", "tomorrow 1 9"]);
  expect(shown(new Date(2026, 2, 2, 8))).toEqual(["hour 1 9", "today 1 16", "tomorrow 2 9", "monday 1 9"]);
});

test("a recurring ticket says what it lacks by its place", () => {
  const fresh = freshRecurrence("2026-03-02", "Europe/Berlin");
  expect(Object.keys(recurrenceTroubles(fresh, [])).sort()).toEqual(["name", "ticket.subject"]);
  const named = { ...fresh, name: "Backup", ticket: { ...fresh.ticket, subject: "Check" } };
  expect(recurrenceTroubles(named, [])).toEqual({});
  expect(recurrenceTroubles(named, [{ name: "backup" }])).toEqual({ name: { key: "nameTaken" } });
  const bare = { ...named, schedule: { ...named.schedule, weekdays: [], interval: Number.NaN, at: "", timezone: "", starts: "" } };
  expect(Object.keys(recurrenceTroubles(bare, [])).sort()).toEqual(["schedule.at", "schedule.interval", "schedule.starts", "schedule.timezone", "schedule.weekdays"]);
});

test("a schedule is sent with what its kind has", () => {
  const { schedule } = freshRecurrence("2026-03-02", "Europe/Berlin");
  expect(scheduleBody({ ...schedule, every: "month", day: 31 }).weekdays).toEqual([]);
  expect(scheduleBody({ ...schedule, every: "day" }).day).toBe(null);
  expect(scheduleBody({ ...schedule, weekdays: [4, 0] }).weekdays).toEqual([0, 4]);
});
