/** Privacy as the server tells it; see /api/docs. */

export interface Subject {
  identities: string[];
  names: string[];
  customers: number;
  users: number;
}

export interface SubjectBody {
  identities: { kind: "phone" | "email" | "handle"; value: string; channel: string }[];
}

export interface Counted {
  kind: string;
  words: string;
  count: number;
  held: number;
}

export interface Preview {
  subject: Subject;
  counts: Counted[];
  blocked: string | null;
}

export type RequestState = "waiting" | "running" | "blocked" | "done" | "failed" | "expired";

export interface PrivacyRequest {
  id: string;
  kind: "export" | "erase";
  state: RequestState;
  subject: Subject | null;
  reason: string;
  by: string;
  asked_at: string;
  expires_at: string | null;
  progress: number;
  problem: string | null;
}

export interface Rule {
  kind: string;
  queue: string | null;
  days: number | null;
}

export interface RetentionRow extends Rule {
  words: string;
  count: number;
  oldest: string | null;
}

export interface Retention {
  rows: RetentionRow[];
  last_run: { started_at: string; ended_at: string | null; counts: Record<string, number>; problem: string | null } | null;
  next_run: string | null;
}

export interface HeldInteractions {
  interaction?: string | null;
  queue?: string | null;
  agent?: string | null;
  since?: string | null;
  until?: string | null;
}

export interface Hold {
  id: string;
  reason: string;
  subject: Subject | null;
  interactions: HeldInteractions | null;
  by: string;
  made_at: string;
  released_at: string | null;
  released_by: string;
}

/** Whether the list has to be looked at again soon. */
export const isUnderWay = (request: PrivacyRequest) => request.state === "waiting" || request.state === "running";

export function subjectOf(kind: SubjectBody["identities"][number]["kind"], value: string): SubjectBody {
  return { identities: [{ kind, value: value.trim(), channel: kind === "handle" ? "sip" : "" }] };
}

export const sameRules = (a: readonly Rule[], b: readonly Rule[]) => {
  const told = (rules: readonly Rule[]) =>
    JSON.stringify(rules.map(({ kind, queue, days }) => [kind, queue ?? "", days]).sort());
  return told(a) === told(b);
};
