/** The routing set-up as HTTP speaks it. Times of day are "HH:MM" in the calendar's zone, durations are seconds. */

export interface SkillWanted {
  type: "skill";
  skill: string;
  level: number;
}
export interface GroupWanted {
  type: "all" | "any";
  of: Expression[];
}
export interface NotWanted {
  type: "not";
  of: Expression;
}
export type Expression = SkillWanted | GroupWanted | NotWanted;

export interface RelaxStep {
  after_s: number;
  level_down: number;
  drop: string[];
  reach: number | null;
}

export const CAUSES = ["full", "join-empty", "expected-wait", "max-wait", "leave-empty"] as const;
export type Cause = (typeof CAUSES)[number];

export const TARGETS = ["queue", "number", "voicemail", "callback", "ticket", "message", "leave"] as const;
export type TargetKind = (typeof TARGETS)[number];

export const ABSENCES = [
  "off",
  "not-responding",
  "paused",
  "wrap-up",
  "busy",
  "ringing",
  "tier",
  "unskilled",
] as const;
export type Absence = (typeof ABSENCES)[number];

export interface OverflowRule {
  cause: Cause;
  to: { kind: TargetKind; value: string | null };
  limit: number | null;
  absent: Absence[];
}

export interface Member {
  agent_id: string;
  name: string;
  tier: number;
  position: number;
  weight: number;
}

export interface QueueSettings {
  id: string;
  name: string;
  position: number;
  service_level_goal: number;
  strategy: string;
  required_skills: Expression[];
  preferred_skills: Expression[];
  relax: RelaxStep[];
  tier_delay_s: number | null;
  ring_timeout_s: number;
  ring_next_s: number;
  wrap_up_s: number;
  wrap_up_forced: boolean;
  refusal_lapse_s: number | null;
  fair_window_s: number;
  overflow: OverflowRule[];
  service_level_target_s: number;
  weight: number;
  ageing_s: number | null;
  cost: number;
  target_wait_s: number | null;
  keeps_clock: boolean;
  calendar_id: string | null;
  members: Member[];
}

export interface Strategy {
  name: string;
  title: string;
  rule: string;
}

type User = string | { id: string; name: string };

/** Who needs something: by name or as {id, name}; agents may be only counted. */
export interface UsedBy {
  queues?: readonly User[];
  agents?: number | readonly User[];
  flows?: readonly User[];
  ticket_types?: readonly User[];
  ticket_categories?: readonly User[];
}

export interface Skill {
  id: string;
  name: string;
  used_by: UsedBy;
}

export interface AgentRouting {
  agent_id: string;
  name: string;
  skills: { skill_id: string; level: number }[];
  queues: { queue_id: string; tier: number; position: number; weight: number }[];
  profile_id: string | null;
  misses_before_not_responding: number;
  device: string;
}

export const CHANNELS = ["voice", "video", "chat", "message", "email", "ticket"] as const;
export type Channel = (typeof CHANNELS)[number];
export const EVERY_CHANNEL = "*";

export interface ChannelCapacity {
  max: number;
  units: number;
  blocks: string[];
  interrupted_by: string[];
}

export interface RoutingProfile {
  id: string;
  name: string;
  units: number;
  channels: Partial<Record<string, ChannelCapacity>>;
  used_by: UsedBy | number;
}

export interface Span {
  start: string;
  end: string;
}

export interface WeeklySpan extends Span {
  /** 0 is Monday. */
  day: number;
}

export interface CalendarException {
  date: string;
  name: string;
  spans: Span[];
}

export interface Emergency {
  closed: boolean;
  message: string;
  until: string | null;
}

export interface Calendar {
  id: string;
  name: string;
  zone: string;
  weekly: WeeklySpan[];
  exceptions: CalendarException[];
  holidays: { country: string; subdivision: string | null } | null;
  emergency: Emergency | null;
  used_by?: UsedBy;
}

export interface PauseReason {
  id: string;
  label: string;
  paid: boolean;
  occupancy: boolean;
  position: number;
}

/** A result an agent may give; `queue_id` null: in every queue. */
export interface DispositionSetting {
  id: string;
  label: string;
  parent_id: string | null;
  queue_id: string | null;
  note_required: boolean;
  position: number;
}

/** A country whose holidays are known, and its parts with holidays of their own. `code`: ISO 3166-1. */
export interface HolidayCountry {
  code: string;
  subdivisions: { code: string; name: string }[];
}

/** One day as it will be: `why` says what decided the spans, `name` is the holiday's or exception's. `emergency`: the
 * switch holds at some time of the day and counts before them. */
export interface PreviewDay {
  date: string;
  /** 0 is Monday. */
  day: number;
  spans: Span[];
  why: "hours" | "holiday" | "exception";
  name: string;
  emergency: boolean;
}

export type Order = "priority" | "c-mu";

/** What is wrong, by the path of the field ("overflow.0.limit"). `key` is a text under admin.trouble. */
export interface Trouble {
  key: TroubleKey;
  values?: Record<string, string | number>;
}
export type Troubles = Record<string, Trouble>;
export type TroubleKey =
  | "nameMissing"
  | "flowName"
  | "promptId"
  | "colour"
  | "language"
  | "subjectMissing"
  | "textMissing"
  | "nameTaken"
  | "choicesMissing"
  | "languageWrong"
  | "filterEmpty"
  | "choiceMissing"
  | "choiceAgain"
  | "number"
  | "whole"
  | "atLeast"
  | "above"
  | "between"
  | "skillMissing"
  | "skillGone"
  | "groupEmpty"
  | "stepOrder"
  | "stepEmpty"
  | "stepPast"
  | "limitMissing"
  | "absentMissing"
  | "targetMissing"
  | "targetSelf"
  | "receiverMissing"
  | "queueGone"
  | "timeMissing"
  | "spanStart"
  | "spanSame"
  | "spanOverlap"
  | "dateMissing"
  | "weekdayMissing"
  | "dateAgain"
  | "zoneUnknown"
  | "countryMissing"
  | "calendarEmpty"
  | "channelNone"
  | "unitsOver"
  | "interruptSelf"
  | "emailMissing"
  | "emailWrong"
  | "roleMissing"
  | "whereMissing"
  | "idWrong"
  | "tenantMissing"
  | "addressMissing"
  | "clientMissing"
  | "metadataMissing"
  | "valueMissing"
  | "labelMissing"
  | "labelTaken"
  | "hostMissing"
  | "hostWrong"
  | "userMissing"
  | "passwordMissing"
  | "usernameWrong"
  | "addressesMissing"
  | "networkWrong"
  | "numberWrong"
  | "prefixWrong"
  | "countryWrong"
  | "patternMissing"
  | "patternWrong"
  | "flowMissing"
  | "stateMissing"
  | "stateDone"
  | "wayCircle"
  | "endMissing"
  | "durationWrong"
  | "promiseMissing"
  | "stepNothing"
  | "testMissing"
  | "actionMissing"
  | "valueChosenMissing"
  | "personMissing"
  | "webhookMissing"
  | "eventMissing"
  | "hoursWrong"
  | "urlPlain";
