/** Reminders of tickets, as /api/v1/tickets/{id}/reminders has them. */

export interface Reminder {
  id: number;
  ticket_id: string;
  number: string;
  subject: string;
  at: string;
  note: string;
}

const MORNING = 9;
const MONDAY = 1;

/** What is offered at one click, in the viewer's own time zone: later today as long as that is before the evening. */
export function proposals(now: Date): ["hour" | "today" | "tomorrow" | "monday", Date][] {
  const on = (days: number, hour: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  const untilMonday = (MONDAY - now.getDay() + 7) % 7 || 7;
  return [
    ["hour", new Date(now.getTime() + 3_600_000)],
    ...(now.getHours() < 14 ? ([["today", on(0, 16)]] as ["today", Date][]) : []),
    ["tomorrow", on(1, MORNING)],
    ...(untilMonday > 1 ? ([["monday", on(untilMonday, MORNING)]] as ["monday", Date][]) : []),
  ];
}
