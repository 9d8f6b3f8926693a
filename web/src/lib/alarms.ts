/** When a queue deserves a look: its service level against the goal and what its callers meet now. */
import type { QueueRow } from "./wallboard";
import type { LevelDefinition } from "./service-levels";
import { secondsSince } from "./time";

export type LevelState = "met" | "near" | "missed" | "none";
export type QueueAlarm = "wait" | "nobody";

/** Below the goal by no more than this still counts as near. */
const NEAR = 0.1;

export function levelState(queue: QueueRow, definition: LevelDefinition): LevelState {
  const level = queue.service_levels[definition];
  if (level === null) return "none";
  if (level >= queue.service_level_target) return "met";
  return level >= queue.service_level_target - NEAR ? "near" : "missed";
}

/** A wait is long when it is past twice the time in which calls should be answered. */
export function longWaitAfter(queue: QueueRow): number {
  return queue.target_s * 2;
}

export function queueAlarms(queue: QueueRow, now: number): QueueAlarm[] {
  if (queue.waiting === 0) return [];
  const alarms: QueueAlarm[] = [];
  if (secondsSince(queue.longest_wait_since, now) >= longWaitAfter(queue)) alarms.push("wait");
  if (queue.agents_ready + queue.agents_busy + queue.agents_paused === 0) alarms.push("nobody");
  return alarms;
}

export type AlarmChange = { queue: QueueRow; alarm: QueueAlarm | "level" | "over" };
export type AlarmStates = Readonly<Record<string, string>>;

/** What to say aloud: only what changed since `before`; nothing the first time, when everything would be new. */
export function alarmChanges(
  before: AlarmStates | null,
  queues: readonly QueueRow[],
  now: number,
  definition: LevelDefinition,
): { states: AlarmStates; changes: AlarmChange[] } {
  const states: Record<string, string> = {};
  const changes: AlarmChange[] = [];
  for (const queue of queues) {
    const present: (QueueAlarm | "level")[] = queueAlarms(queue, now);
    if (levelState(queue, definition) === "missed") present.push("level");
    states[queue.id] = present.join();
    const known = before?.[queue.id];
    if (known === undefined || known === states[queue.id]) continue;
    const had = known.split(",");
    const added = present.filter((alarm) => !had.includes(alarm));
    changes.push(...added.map((alarm) => ({ queue, alarm })));
    if (present.length === 0) changes.push({ queue, alarm: "over" });
  }
  return { states, changes };
}
