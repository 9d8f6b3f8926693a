// Simulations and explanations for the fake server, in the shapes of docs/simulation.md: made-up figures that differ
// when something was changed.
import { agents, queues } from "./demo-data.mjs";

const RUN_MS = 6000;
const names = (list) => Object.fromEntries(list.map(({ id, name }) => [id, name]));
const asked = new Map();
const problem = (status, type, title, detail, extra = {}) => [status, { status, type: `/problems/${type}`, title, detail, ...extra }];

const begun = (id, title, ageS, part = {}) =>
  asked.set(id, { id, title, asked_by: "u-sam", at: Date.now() - ageS * 1000, better: 0.06, day: true, changed: true, runs: 1, ...part });
begun("0000000000000001", "2026-11-19 again", 86_000, { changed: false });
begun("0000000000000002", "Two more in Sales, English from level 2 on", 5400, { runs: 10 });
begun("0000000000000003", "Support without Mondays’ overflow", 4100, { failed: "No contact was queued on 2026-11-15." });

function row(one) {
  const passed = Date.now() - one.at;
  const state = one.cancelled ? "cancelled" : one.failed ? "failed" : passed < 600 ? "waiting" : passed < RUN_MS ? "running" : "done";
  const { id, title, asked_by } = one;
  const iso = (moment) => new Date(moment).toISOString();
  return {
    id,
    title,
    state,
    progress: state === "done" ? 1 : Math.max(0, Math.min(0.99, (passed - 600) / RUN_MS)),
    reason: one.failed ?? null,
    asked_by,
    asked_at: iso(one.at),
    ended_at: state === "done" ? iso(one.at + RUN_MS) : null,
  };
}

const SLOTS = 40;
const hill = (x, at) => Math.exp(-(((x - at) / 0.15) ** 2));

function intervals(size, level) {
  return Array.from({ length: SLOTS }, (_, slot) => {
    const x = slot / SLOTS;
    const offered = Math.round(size * (0.3 + hill(x, 0.28) + 0.7 * hill(x, 0.7)));
    const abandoned = Math.round(offered * (1 - level) * 0.4);
    const good = Math.max(0, Math.min(1, level + 0.12 - 0.45 * (offered / size - 0.6) + 0.05 * Math.sin(slot)));
    return { at: slot * 900, offered, answered: offered - abandoned, abandoned, service_level: slot % 13 === 12 ? null : good, waiting: offered * (1 - good) * 0.6, ready: 4 * good };
  });
}

function figures(offered, level) {
  const abandoned = Math.round(offered * (1 - level) * 0.3);
  return {
    offered,
    answered: offered - abandoned,
    abandoned,
    overflowed: 0,
    left: 0,
    unresolved: 0,
    missed: 4,
    service_levels: { of_offered: level, of_answered: level + 0.05, abandons_ignored: level + 0.02, abandons_credited: level + 0.03 },
    average_speed_of_answer_s: 95 * (1 - level),
    abandonment: abandoned / offered,
    waited: 0.6,
    percentiles: { 50: 40 * (1 - level), 80: 160 * (1 - level), 90: 260 * (1 - level), 95: 400 * (1 - level), 99: 700 * (1 - level) },
    max_wait_s: 900 * (1 - level),
    talk_s: 184,
    wait_cost: 1,
  };
}

function outcome(title, runs, level, more = []) {
  const sizes = [14, 9, 5];
  const spread = (mean, half) => ({ mean, low: mean - half, high: mean + half, runs });
  const spreads = { service_level: spread(level, 0.012), average_speed_of_answer_s: spread(95 * (1 - level), 1.4), occupancy: spread(0.86, 0.006) };
  const people = [...agents.map((agent) => agent.id), ...more];
  return {
    title,
    runs,
    report: {
      start: 1_795_000_000,
      duration_s: SLOTS * 900,
      warm_up_s: 0,
      occupancy: 0.95 - level * 0.12,
      total: figures(948, level),
      intervals: intervals(28, level),
      queues: queues.map(({ id }, at) => ({ queue_id: id, figures: figures([474, 305, 169][at], level - 0.04 * at), intervals: intervals(sizes[at], level - 0.04 * at) })),
      agents: people.map((agent_id, at) => ({ agent_id, handled: 130 - at * 9, handling_s: 25_000 - at * 700, staffed_s: 30_000, occupancy: (25_000 - at * 700) / 30_000 - level * 0.05 })),
    },
    spreads: runs > 1 ? { total: spreads } : {},
  };
}

function found(one) {
  if (row(one).state !== "done") return { report: null, original: null, recorded: null, times: [], queues: {}, agents: {} };
  const level = one.day ? 0.74 : 0.7;
  const clock = (slot) => `${String(8 + Math.floor(slot / 4)).padStart(2, "0")}:${String((slot % 4) * 15).padStart(2, "0")}`;
  return {
    report: outcome(one.title, one.runs, one.changed ? level + one.better : level, one.changed ? ["new-sales-1", "new-sales-2"] : []),
    original: one.changed ? outcome("again", one.runs, level) : null,
    recorded: one.day ? outcome("Recorded", 0, level - 0.03) : null,
    times: Array.from({ length: SLOTS }, (_, slot) => clock(slot)),
    queues: names(queues),
    agents: names(agents),
  };
}

/** What the real server alone can know: a name with "refuse" in it, and more agents gone than were there. */
function refused({ base, changes }) {
  if (/refuse/i.test(changes?.changes ?? base.scenario ?? ""))
    return problem(422, "bad-scenario", "This cannot be simulated", "queues.sales.required_skills: No agent has the skill trainee.", { field: "queues.sales.required_skills" });
  const gone = changes?.agents?.remove?.findIndex((removal) => removal.count > 3) ?? -1;
  if (gone < 0) return null;
  return problem(422, "bad-scenario", "This cannot be simulated", `agents.remove.${gone}.count: The queue has 3 agents.`, { field: `agents.remove.${gone}.count` });
}

/** [status, body], null for another's request. */
export function whatif(method, path, body, may) {
  const [, id] = /^\/simulations(?:\/(\w+))?$/.exec(path) ?? [null];
  if (!path.startsWith("/simulations")) return null;
  if (!may("simulations.run")) return problem(403, "forbidden", "Not allowed", "Your role may not do this.");
  if (method === "GET" && !id) return [200, { items: [...asked.values()].reverse().map(row) }];
  if (method === "POST") {
    const wrong = refused(body);
    if (wrong) return wrong;
    const made = asked.size.toString(16).padStart(16, "a");
    const title = body.changes?.changes ?? body.base.date ?? body.base.scenario;
    begun(made, title, 0, { runs: body.runs, changed: body.changes !== null, day: body.base.kind === "day", better: 0.09 });
    return [202, { id: made }];
  }
  const one = asked.get(id);
  if (!one) return problem(404, "not-found", "Not found", "There is no such simulation.");
  if (method === "DELETE") {
    one.cancelled = row(one).state !== "done";
    return [204, undefined];
  }
  return [200, { ...row(one), ...found(one) }];
}

/** A wait of two minutes: nobody with English was free, less was asked for, one did not answer, one accepted. */
export function explanation(contact) {
  if (contact.outcome === "self_served") return problem(404, "not-explained", "There is no explanation", "The routing journal does not reach back so far.");
  const begin = Date.parse(contact.queued_at);
  const at = (second) => new Date(begin + second * 1000).toISOString();
  const queue = contact.queue ?? queues[0];
  const stood = (agent, why_not, eligible = true) => ({ agent: agents[agent], eligible, ready: why_not === "", why_not });
  const strict = "with english≥3";
  const relaxed = "with english≥2";
  const early = [
    stood(0, "busy with a contact"),
    stood(1, "paused (Lunch)"),
    stood(2, "lacks english≥3", false),
    stood(3, "lacks english≥3; in wrap-up", false),
    stood(4, "in tier 2, only tiers up to 1 are reached yet", false),
    stood(5, "busy with 2 contacts"),
  ];
  const later = early.map((one) => (one.agent === agents[2] ? stood(2, "it rings there") : one));
  const last = [stood(0, ""), stood(1, "paused (Lunch)"), stood(2, "not responding"), ...early.slice(3, 5), stood(5, "it rings there")];
  const moment = (second, what, agent, rule, asks, position, standings) => ({ at: at(second), what, queue, agent: agent === null ? null : agents[agent], rule, asks, position, standings });
  return [
    200,
    {
      contact_id: contact.id,
      moments: [
        moment(0, "ContactQueued", null, "", strict, 3, early),
        moment(60, "ContactRelaxed", null, "", relaxed, 1, later),
        moment(60, "ContactOffered", 2, `longest idle (184 s), the only ready agent ${relaxed}`, relaxed, 1, later),
        moment(80, "OfferExpired", 2, "", relaxed, 1, early.map((one) => (one.agent === agents[2] ? stood(2, "not responding") : one))),
        moment(118, "ContactOffered", 5, `longest idle (6 s) of 2 ready agents ${relaxed}`, relaxed, 1, last),
        moment(130, "OfferAccepted", 5, "", "", null, []),
      ],
      supply: [
        { at: at(0), eligible: 3, ready: 0 },
        { at: at(44), eligible: 2, ready: 0 },
        { at: at(60), eligible: 4, ready: 1 },
        { at: at(80), eligible: 4, ready: 0 },
        { at: at(112), eligible: 4, ready: 1 },
        { at: at(118), eligible: 4, ready: 2 },
      ],
    },
  ];
}
