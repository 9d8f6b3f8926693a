// Scripted demo data in the shapes of the contract, for looking at the pages without a server.

const now = Date.now();
export const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
const at = (seconds) => new Date(now - seconds * 1000).toISOString();

export const people = {
  "agent@demo.example": {
    id: "u-ada",
    email: "agent@demo.example",
    name: "Ada Lindqvist",
    roles: ["agent"],
    permissions: ["work.take", "interactions.view_own", "recordings.listen"],
  },
  "lead@demo.example": {
    id: "u-sam",
    email: "lead@demo.example",
    name: "Samira Haddad",
    roles: ["supervisor"],
    permissions: [
      "work.take",
      "interactions.view_own",
      "recordings.listen",
      "interactions.view",
      "wallboard.view", "queues.act",
      "system.view",
      "routing.view",
      "simulations.run",
    ],
  },
  "admin@demo.example": {
    id: "u-kim",
    email: "admin@demo.example",
    name: "Kim Duarte",
    roles: ["administrator"],
    permissions: [
      "interactions.view",
      "wallboard.view",
      "queues.act",
      "system.view",
      "routing.view",
      "routing.manage",
      "simulations.run",
      "users.manage",
      "roles.manage",
      "teams.manage",
    ],
  },
};

export const queues = [
  { id: "sales", name: "Sales" },
  { id: "support", name: "Technical support" },
  { id: "billing", name: "Billing" },
];

export const agents = [
  ["u-ada", "Ada Lindqvist"],
  ["u-ben", "Ben Okafor"],
  ["u-cleo", "Cleo Marchetti"],
  ["u-dina", "Dina Petrov"],
  ["u-emil", "Emil Sørensen"],
  ["u-fay", "Fay Nguyen-Castellanos"],
].map(([id, name]) => ({ id, name }));

export const pauseReasons = [
  { id: "break", label: "Break" },
  { id: "lunch", label: "Lunch" },
  { id: "training", label: "Training" },
];

export const dispositions = [
  ["order", "Order", null],
  ["order-new", "New order placed", "order"],
  ["order-changed", "Order changed", "order"],
  ["order-cancelled", "Order cancelled", "order"],
  ["question", "Question", null],
  ["question-answered", "Answered", "question"],
  ["question-callback", "Call back promised", "question"],
  ["complaint", "Complaint", null],
  ["wrong-number", "Wrong number", null],
].map(([id, label, parent_id]) => ({ id, label, parent_id, note_required: id === "complaint" }));

export const caller = { address: "+49 30 5550 1234", name: "Maria Brandt" };
export const collected = [
  { label: "Menu", value: "Question about an order" },
  { label: "Customer number", value: "40 71 882" },
];
export const history = [
  {
    id: "i-3",
    started_at: at(2 * 86400),
    queue: "Sales",
    agent: "Ben Okafor",
    outcome: "handled",
    disposition: "New order placed",
  },
  { id: "i-4", started_at: at(9 * 86400), queue: "Billing", agent: null, outcome: "abandoned", disposition: null },
  {
    id: "i-5",
    started_at: at(33 * 86400),
    queue: "Technical support",
    agent: "Cleo Marchetti",
    outcome: "handled",
    disposition: "Answered",
  },
];

const callers = [
  ["+49 30 5550 1234", "Maria Brandt"],
  ["+46 8 5550 771", null],
  ["+33 1 5550 42 42", "Société Lambert et Fils"],
  ["+44 20 5550 0199", "Oliver Whitcombe-Fairweather"],
  ["anonymous", null],
  ["+1 212 555 0142", "J. Alvarez"],
];
const outcomes = ["handled", "handled", "abandoned", "handled", "self_served", "handled", "closed", "overflowed", "failed"];

export const interactions = Array.from({ length: 120 }, (_, n) => {
  const [address, name] = callers[n % callers.length];
  const outcome = n === 0 ? null : outcomes[n % outcomes.length];
  const handled = outcome === "handled" || n === 0;
  const started = n * 137 + 40;
  return {
    id: `i-${n + 1}`,
    channel: "voice",
    direction: "in",
    state: n === 0 ? "active" : "ended",
    outcome,
    caller: { address, name },
    queue: outcome === "closed" || outcome === "self_served" ? null : queues[n % 3],
    agent: handled ? agents[n % agents.length] : null,
    disposition: handled && n ? { id: "question-answered", label: "Answered" } : null,
    note: handled && n ? "Asked where the parcel is. Sent the tracking link.\nWill call again if it is not there on Friday." : "",
    started_at: at(started),
    queued_at: at(started - 20),
    answered_at: handled ? at(started - 45) : null,
    ended_at: n ? at(started - 200) : null,
    wait_s: 25 + (n % 7) * 9,
    talk_s: handled && n ? 95 + (n % 11) * 31 : null,
    has_recording: handled && n > 0,
  };
});

export function detail(row) {
  const start = Date.parse(row.started_at);
  const event = (id, second, type, data = {}) => ({
    id: String(id),
    at: new Date(start + second * 1000).toISOString(),
    type,
    data,
  });
  const agent = row.agent ?? agents[1];
  const queue = row.queue ?? queues[0];
  const events = [
    event(1, 0, "call.received"),
    event(2, 0.4, "flow.step", { step: "welcome", kind: "say", text: "Welcome to Nordwind. Your call may be recorded." }),
    event(3, 7, "flow.step", { step: "menu", kind: "menu", text: "For sales press 1, for support press 2." }),
    event(4, 12, "flow.input", { step: "menu", label: "Menu", value: "Question about an order" }),
    event(5, 19, "flow.input", { step: "number", label: "Customer number", value: "40 71 882" }),
    event(6, 20, "queue.entered", { queue }),
    event(7, 21, "offer.made", { agent: agents[2] }),
    event(8, 33, "offer.expired", { agent: agents[2] }),
    event(9, 34, "offer.made", { agent }),
    event(10, 45, "offer.accepted", { agent }),
    event(11, 45.2, "call.connected", { agent }),
    event(12, 45.3, "recording.started"),
    event(13, 80, "call.held"),
    event(14, 95, "call.resumed"),
    event(15, 165, "call.ended", { by: "caller" }),
    event(16, 165.1, "wrapup.started"),
    event(17, 166, "recording.finished"),
    event(18, 190, "wrapup.completed", { agent, disposition: row.disposition ?? "Answered", note: row.note }),
    event(19, 190.1, "interaction.ended", { outcome: "handled" }),
  ];
  const seconds = 120;
  return {
    ...row,
    data: collected,
    events: row.state === "active" ? events.slice(0, 12) : events,
    explanation: `${agent.name} was longest without a call among the 3 agents ready with the skill «orders» at level 2 or above. ${agents[2].name} was asked before and did not answer within 12 seconds.`,
    recording: row.has_recording
      ? {
          url: `/api/v1/interactions/${row.id}/recording`,
          peaks_url: `/api/v1/interactions/${row.id}/recording/peaks?buckets=1000`,
          duration_s: seconds,
          channels: ["caller", "agent"],
          started_at: new Date(start + 45300).toISOString(),
          segments: segments(seconds),
        }
      : null,
  };
}

function segments(seconds) {
  const list = [];
  let second = 0.8;
  for (let turn = 0; second < seconds - 6; turn++) {
    const length = 2 + ((turn * 7) % 5);
    if (second < 35 || second > 50) list.push({ channel: turn % 2 ? 0 : 1, start_s: second, end_s: second + length });
    second += length + 0.6;
  }
  return list;
}

export function peaks(seconds = 120, buckets = 1000) {
  const talk = segments(seconds);
  const channels = [0, 1].map((channel) =>
    Array.from({ length: buckets }, (_, bucket) => {
      const second = (bucket / buckets) * seconds;
      const on = talk.some((s) => s.channel === channel && s.start_s <= second && second < s.end_s);
      return on ? 0.08 + 0.25 * Math.abs(Math.sin(bucket * 1.7) * Math.cos(bucket * 0.31)) : 0.002;
    }),
  );
  return { duration_s: seconds, channels };
}

/** Two channels of 8 kHz PCM16: a low tone where the agent speaks, a higher one where the caller does. */
export function wav(seconds = 120) {
  const rate = 8000;
  const data = Buffer.alloc(seconds * rate * 4);
  const talk = segments(seconds);
  for (const { channel, start_s, end_s } of talk)
    for (let n = Math.floor(start_s * rate); n < end_s * rate && n < seconds * rate; n++)
      data.writeInt16LE(Math.round(5000 * Math.sin((2 * Math.PI * (channel ? 220 : 330) * n) / rate)), n * 4 + channel * 2);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(2, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 4, 28);
  head.writeUInt16LE(4, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

/** Of those who gave up, half did so in time; of those answered, a share that gives about the level asked for. */
function service(level, offered, answered, abandoned, speed) {
  const early = Math.floor(abandoned / 2);
  const inTime = Math.round(level * (answered + abandoned - early));
  const over = answered + abandoned;
  return {
    offered,
    answered,
    abandoned,
    service_level: inTime / (over - early),
    service_levels: {
      of_offered: inTime / over,
      of_answered: inTime / answered,
      abandons_ignored: inTime / (over - early),
      abandons_credited: (inTime + early) / over,
    },
    average_speed_of_answer_s: speed,
    abandonment: abandoned / over,
  };
}

export function wallboard() {
  const row = (id, name, waiting, wait, level, offered, answered, abandoned, ready, busy, paused, speed) => ({
    id,
    name,
    waiting,
    longest_wait_since: wait === null ? null : ago(wait),
    service_level_target: 0.8,
    target_s: 20,
    ...service(level, offered, answered, abandoned, speed),
    agents_ready: ready,
    agents_busy: busy,
    agents_paused: paused,
  });
  const agent = (n, presence, reason, activity, seconds, queue, handled, occupancy, work = []) => ({
    ...agents[n],
    presence,
    reason,
    activity,
    since: ago(seconds),
    queue,
    interaction_id: null,
    work,
    handled_today: handled,
    occupancy,
  });
  const chat = (n, queue, state = "busy") => ({ interaction_id: `w${n}`, queue, channel: "chat", state });
  const contact = (id, n, seconds, position, priority, offered_to = null) => ({
    id,
    queue_id: "support",
    caller: { address: callers[n][0], name: callers[n][1] },
    queued_at: ago(seconds),
    priority,
    position,
    offered_to,
  });
  const quarter = 900_000;
  const last = Math.floor(Date.now() / quarter) * quarter;
  const intervals = Array.from({ length: 18 }, (_, n) => {
    const answered = Math.round(6 + 5 * Math.sin(n / 2.5) + n / 3);
    const abandoned = n % 4 === 1 ? 2 : n % 3 === 0 ? 1 : 0;
    const start = new Date(last - (17 - n) * quarter).toISOString();
    return { start, offered: answered + abandoned, answered, abandoned };
  });
  return {
    queues: byId([
      row("sales", "Sales", 0, null, 0.92, 64, 61, 3, 2, 1, 0, 8.4),
      row("support", "Technical support", 4, 71, 0.64, 58, 47, 7, 0, 3, 1, 142.6),
      row("billing", "Billing", 1, 12, 0.75, 31, 28, 2, 1, 1, 1, 17.2),
    ]),
    agents: byId([
      agent(0, "available", null, "idle", 45, null, 12, 0.62),
      agent(1, "available", null, "busy", 214, queues[1], 9, 0.87, [chat(1, "Technical support"), chat(2, "Sales"), chat(3, "Technical support")]),
      agent(2, "not_responding", null, "idle", 380, null, 4, 0.31),
      agent(3, "paused", "Lunch", "idle", 1410, null, 11, 0.58),
      agent(4, "available", null, "wrap_up", 31, queues[1], 14, 0.91, [chat(4, "Technical support", "wrap_up")]),
      agent(5, "off", null, "idle", 9400, null, 6, null),
    ]),
    contacts: byId([
      contact("c1", 3, 71, 1, 5, agents[0]),
      contact("c2", 1, 44, 2, 0),
      contact("c3", 5, 30, 3, 0),
      contact("c4", 4, 8, 4, 0),
    ]),
    totals: { today: service(0.78, 153, 136, 12, 34.1) },
    intervals: Object.fromEntries(intervals.map((interval) => [interval.start, interval])),
  };
}

const byId = (rows) => Object.fromEntries(rows.map((item) => [item.id, item]));
