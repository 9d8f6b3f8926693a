// The routing set-up for the fake server: the contract of web/src/lib/admin/types.ts with demo data, kept in memory.
import { agents as agentNames, dispositions, pauseReasons, queues as queueNames } from "./demo-data.mjs";

const skill = (id, level = 1) => ({ type: "skill", skill: id, level });
const member = (index, tier = 1, position = index) => ({
  agent_id: agentNames[index].id,
  name: agentNames[index].name,
  tier,
  position,
  weight: 1,
});

const base = {
  position: 0,
  service_level_goal: 0.8,
  strategy: "longest-idle",
  required_skills: [],
  preferred_skills: [],
  relax: [],
  tier_delay_s: null,
  ring_timeout_s: 20,
  ring_next_s: 10,
  wrap_up_s: 60,
  wrap_up_forced: true,
  refusal_lapse_s: 30,
  fair_window_s: 3600,
  overflow: [],
  service_level_target_s: 20,
  weight: 0,
  ageing_s: null,
  cost: 1,
  target_wait_s: null,
  keeps_clock: true,
  calendar_id: null,
  members: [],
};

const queues = new Map(
  [
    {
      ...base,
      id: "sales",
      strategy: "best-skill",
      required_skills: [
        skill("english", 3),
        { type: "any", of: [skill("selling"), skill("support")] },
        { type: "not", of: skill("trainee") },
      ],
      preferred_skills: [skill("french", 2)],
      relax: [
        { after_s: 60, level_down: 1, drop: [], reach: null },
        { after_s: 180, level_down: 0, drop: ["english"], reach: 2 },
      ],
      tier_delay_s: 30,
      overflow: [
        { cause: "join-empty", to: { kind: "voicemail", value: null }, limit: null, absent: ["off", "paused", "not-responding"] },
        { cause: "full", to: { kind: "queue", value: "support" }, limit: 20, absent: [] },
        { cause: "max-wait", to: { kind: "callback", value: null }, limit: 300, absent: [] },
      ],
      calendar_id: "berlin",
      members: [member(0), member(1), member(2, 2), member(5, 3)],
    },
    { ...base, id: "support", position: 1, strategy: "ring-progressively", members: [member(2), member(3), member(4)] },
    { ...base, id: "billing", position: 2, service_level_goal: 0.9, service_level_target_s: 30 },
  ].map((queue) => [queue.id, { ...queue, name: queueNames.find((other) => other.id === queue.id).name }]),
);

const skills = new Map(
  [
    ["english", "English"],
    ["french", "French"],
    ["selling", "Sales"],
    ["support", "Support"],
    ["trainee", "Trainee"],
  ].map(([id, name]) => [id, { id, name }]),
);

const place = (queue) => ({ queue_id: queue, tier: 1, position: 0, weight: 1 });
const agents = new Map(
  agentNames.map(({ id, name }, index) => [
    id,
    {
      agent_id: id,
      name,
      skills: index === 3 ? [] : [{ skill_id: "english", level: 1 + ((index + 3) % 5) }, ...(index % 2 ? [{ skill_id: "selling", level: 2 }] : [])],
      queues: index === 4 ? [] : [place("sales"), ...(index > 1 ? [place("support")] : [])],
      profile_id: index === 5 ? "writer" : null,
      misses_before_not_responding: 1,
      device: "browser",
    },
  ]),
);

const aside = ["voice", "chat"];
const profiles = new Map([
  [
    "writer",
    {
      id: "writer",
      name: "Writes and chats",
      units: 6,
      channels: {
        voice: { max: 1, units: 6, blocks: ["*"], interrupted_by: [] },
        chat: { max: 3, units: 2, blocks: ["voice"], interrupted_by: [] },
        email: { max: 2, units: 3, blocks: [], interrupted_by: aside },
        ticket: { max: 2, units: 3, blocks: [], interrupted_by: aside },
      },
    },
  ],
]);

const today = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const calendars = new Map([
  [
    "berlin",
    {
      id: "berlin",
      name: "Berlin office",
      zone: "Europe/Berlin",
      weekly: [
        ...[0, 1, 2, 3, 4].flatMap((day) => [
          { day, start: "08:00", end: "12:30" },
          { day, start: "13:30", end: "18:00" },
        ]),
        { day: 4, start: "22:00", end: "02:00" },
        { day: 5, start: "10:00", end: "14:00" },
      ],
      exceptions: [{ date: today(3), name: "Staff outing", spans: [{ start: "08:00", end: "11:00" }] }],
      holidays: { country: "DE", subdivision: "BE" },
      emergency: null,
    },
  ],
]);

const holidayCountries = [
  { code: "AT", subdivisions: [] },
  { code: "DE", subdivisions: [{ code: "BY", name: "Bayern" }, { code: "BE", name: "Berlin" }] },
];

const strategies = [
  ["longest-idle", "Who has the fewest contacts in hand, then has been idle longest over all queues."],
  ["least-recent", "Whose last contact of this queue ended longest ago."],
  ["fewest-calls", "Who answered the fewest contacts of this queue; then longest idle."],
  ["round-robin", "The next after the one offered last, in the order of joining the queue."],
  ["top-down", "Always the first by position."],
  ["weighted-random", "Anybody, as likely as the member's weight."],
  ["ring-all", "Everybody within reach at once; the first to accept has it."],
  ["ring-progressively", "By position, one more every ring_next_s seconds while those before go on ringing."],
  ["best-skill", "Who has the highest sum of levels of the skills asked for; then longest idle."],
  ["fair-distribution", "Who answered the fewest contacts of this queue within the last fair_window_s seconds."],
].map(([name, rule]) => ({ name, rule, title: (name[0].toUpperCase() + name.slice(1)).replaceAll("-", " ") }));

let reasons = pauseReasons.map((reason, position) => ({ ...reason, paid: position !== 1, occupancy: position === 2, position }));
let results = dispositions.map((result, position) => ({ ...result, queue_id: result.id === "complaint" ? "support" : null, position }));
let order = "priority";

const skillsIn = (part) => (part.type === "skill" ? [part.skill] : [part.of].flat().flatMap(skillsIn));
const named = ({ id, agent_id, name }) => ({ id: id ?? agent_id, name });

function usedBy(kind, id) {
  const uses = {
    skills: [
      (queue) => [...queue.required_skills, ...queue.preferred_skills].flatMap(skillsIn).includes(id),
      (agent) => agent.skills.some((own) => own.skill_id === id),
    ],
    "routing-profiles": [() => false, (agent) => agent.profile_id === id],
    calendars: [(queue) => queue.calendar_id === id, () => false],
    queues: [(queue) => queue.overflow.some((rule) => rule.to.kind === "queue" && rule.to.value === id), () => false],
  }[kind];
  return {
    queues: [...queues.values()].filter(uses[0]).map(named),
    agents: [...agents.values()].filter(uses[1]).map(named),
    flows: [],
  };
}

const problem = (status, type, title, detail, extra = {}) => [status, { status, type: `/problems/${type}`, title, detail, ...extra }];

/** What the real server alone can know, so that a page's refusal can be looked at: any name with "refuse" in it. */
function check(kind, body) {
  if (/refuse/i.test(body.name ?? "")) return problem(422, "bad-setting", "This cannot work", "name: the fake server refuses this name.", { field: "name" });
  const other = body.overflow?.findIndex((rule) => rule.to.value === "billing") ?? -1;
  if (other >= 0)
    return problem(422, "bad-queue", "This cannot work", `overflow[${other}].to: would lead in a circle: Billing, Sales, Billing.`, {
      field: `overflow.${other}.to`,
    });
  return null;
}

function preview(calendar, from, days) {
  return Array.from({ length: days }, (_, offset) => {
    const date = new Date(Date.parse(`${from}T00:00:00Z`) + offset * 86_400_000);
    const text = date.toISOString().slice(0, 10);
    const day = (date.getUTCDay() + 6) % 7;
    const exception = calendar.exceptions.find((other) => other.date === text);
    const holiday = calendar.holidays && offset === 6;
    return {
      date: text,
      day,
      spans: exception ? exception.spans : holiday ? [] : calendar.weekly.filter((span) => span.day === day).map(({ start, end }) => ({ start, end })),
      why: exception ? "exception" : holiday ? "holiday" : "hours",
      name: exception?.name ?? (holiday ? "German Unity Day" : ""),
      emergency: calendar.emergency !== null && offset === 0,
    };
  });
}

const kinds = { queues, skills, "routing-profiles": profiles, calendars };

/** [status, body] for a request of the set-up, null for another's. */
export function routing(method, path, query, body, may) {
  if (!may("routing.view") && path !== "/queues" && path !== "/agents") return null;
  if (method !== "GET" && !may("routing.manage")) return problem(403, "forbidden", "Not allowed", "Your role may not do this.");
  if (path === "/strategies") return [200, { items: strategies }];
  if (path === "/holiday-countries") return [200, { items: holidayCountries }];
  if (path === "/routing/order") {
    if (method === "PUT") order = body.order;
    return [200, { order }];
  }
  if (path === "/pause-reasons/settings") {
    if (method === "PUT") reasons = body.items;
    return [200, { items: reasons }];
  }
  if (path === "/dispositions/settings") {
    if (method === "PUT") results = body.items;
    return [200, { items: results }];
  }
  if (path === "/agents") return [200, { items: agentNames }];
  const agent = /^\/agents\/([^/]+)\/routing$/.exec(path);
  if (agent) return oneAgent(method, decodeURIComponent(agent[1]), body);
  const [, kind, id, part] = /^\/([\w-]+)(?:\/([^/]+))?(?:\/(\w+))?$/.exec(path) ?? [];
  const all = kinds[kind];
  if (!all) return null;
  if (!id) return method === "POST" ? make(kind, all, body) : [200, { items: [...all.values()].map((item) => listed(kind, item)), ...(kind === "calendars" ? { house_zone: "Europe/Berlin" } : {}) }];
  const item = all.get(decodeURIComponent(id));
  if (!item) return problem(404, "not-found", "Not found", "There is no such thing.");
  if (part === "preview") return [200, { items: preview(item, query.get("from") ?? today(0), Number(query.get("days") ?? 14)) }];
  if (part === "emergency") return [200, Object.assign(item, { emergency: body })];
  if (method === "GET") return [200, listed(kind, item, true)];
  if (method === "DELETE") return remove(kind, all, item);
  const refused = check(kind, body);
  if (refused) return refused;
  Object.assign(item, body);
  return [200, listed(kind, item, true)];
}

function listed(kind, item, whole = false) {
  if (kind === "queues") return whole ? item : named(item);
  return { ...item, used_by: usedBy(kind, item.id) };
}

function make(kind, all, body) {
  const refused = check(kind, body);
  if (refused) return refused;
  const id = `${body.name.toLowerCase().replace(/\W+/g, "-")}-${all.size + 1}`;
  all.set(id, { ...(kind === "calendars" ? { emergency: null } : {}), ...body, id });
  return [201, listed(kind, all.get(id), true)];
}

function remove(kind, all, item) {
  const used_by = usedBy(kind, item.id);
  const names = [...used_by.queues, ...used_by.agents].map((user) => user.name);
  if (names.length > 0)
    return problem(409, "in-use", "Still in use", `${item.name} is used by ${names.join(", ")}; take it out there first.`, { used_by });
  all.delete(item.id);
  return [204, undefined];
}

function oneAgent(method, id, body) {
  const agent = agents.get(id);
  if (!agent) return problem(404, "not-found", "Not found", "There is no such agent.");
  if (method === "PUT") Object.assign(agent, body);
  return [200, agent];
}
