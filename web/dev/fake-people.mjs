// People, roles and teams of the fake server: kept while it runs, refused as the server refuses.
const READY = {
  agent: ["Agent", "Takes contacts and sees the ones handled"],
  supervisor: ["Supervisor", "Sees queues, agents and interactions, and acts on waiting contacts"],
  quality: ["Quality assurance", "Sees interactions and listens to recordings"],
  planner: ["Workforce planner", "Sees how routing is set up and runs simulations"],
  administrator: ["Administrator", "May do everything"],
};
const PERMISSIONS = [
  ["audit.view", "Read the audit trail", [], {}],
  ["directory.view", "See the names of colleagues, teams, queues, results and reasons to pause", ["agent", "supervisor", "quality", "planner"], { own: true }],
  ["interactions.view", "See interactions", ["supervisor", "quality"], { scoped: true }],
  ["queues.act", "Move waiting contacts and change their priority", ["supervisor"], { scoped: true }],
  ["recordings.listen", "Listen to recordings", ["agent", "supervisor", "quality"], { scoped: true }],
  ["roles.manage", "Make and change roles", [], { dangerous: true }],
  ["routing.manage", "Change queues, skills, routing profiles, calendars and what agents are asked for", [], {}],
  ["routing.view", "See how queues, skills, routing profiles and calendars are set up", ["supervisor", "planner"], { scoped: true }],
  ["teams.manage", "Make and change teams", [], { dangerous: true }],
  ["users.manage", "Add, change, disable and remove users, put them into teams and give them roles", [], { dangerous: true }],
].map(([name, summary, roles, marks]) => ({
  name,
  summary,
  roles: [...roles, "administrator"],
  scoped: false,
  own: false,
  dangerous: false,
  ...marks,
}));
const roles = new Map(
  Object.entries(READY).map(([id, [name, description]]) => [
    id,
    { id, name, description, ready_made: true, permissions: PERMISSIONS.filter((one) => one.roles.includes(id)).map((one) => one.name) },
  ]),
);
roles.set("night", { id: "night", name: "Night shift lead", description: "Runs the floor at night", ready_made: false, permissions: ["queues.act"] });
const teams = new Map(
  [
    ["north", "North", null, "u-2"],
    ["berlin", "Berlin", "north", "u-3"],
    ["south", "South", null, null],
  ].map(([id, name, parent_id, leader_id]) => [id, { id, name, parent_id, leader_id }]),
);
const FIRST = ["Ada", "Ben", "Chloé", "Dilan", "Eva", "Farid", "Grete", "Hana", "Ivo", "Jana"];
const LAST = ["Okafor", "Brandt", "Silva", "Novák", "Weber", "Haddad", "Larsen"];
const people = new Map(
  Array.from({ length: 63 }, (_, n) => {
    const name = `${FIRST[n % 10]} ${LAST[n % 7]}`;
    const held = n % 9 === 0 ? [{ role: "supervisor", where: { teams: ["north"], queues: [] } }] : [];
    return [
      `u-${n}`,
      {
        id: `u-${n}`,
        name,
        email: `${FIRST[n % 10].toLowerCase().replace("é", "e")}.${n}@demo.example`,
        state: n % 11 === 5 ? "invited" : n % 13 === 7 ? "disabled" : "active",
        roles: [{ role: "agent", where: null }, ...held],
        teams: [["berlin", "north", "south"][n % 3]],
        created_at: new Date(Date.UTC(2026, 2, 1 + (n % 28))).toISOString(),
        last_seen_at: n % 11 === 5 ? null : new Date(Date.now() - n * 3_700_000).toISOString(),
      },
    ];
  }),
);

const problem = (status, type, title, detail, field) => [
  status,
  { status, type: `/problems/${type}`, title, detail: field ? `${field}: ${detail}` : detail, ...(field ? { field } : {}) },
];
const named = (id) => ({ id, name: people.get(id)?.name ?? id });
const shownPerson = (person) => ({
  ...person,
  roles: person.roles.map((held) => ({ ...held, name: roles.get(held.role)?.name ?? held.role })),
  teams: person.teams.filter((id) => teams.has(id)).map((id) => ({ id, name: teams.get(id).name })),
});
const shownTeam = ({ leader_id, ...team }) => ({
  ...team,
  leader: leader_id ? named(leader_id) : null,
  members: [...people.values()].filter((person) => person.teams.includes(team.id)).map((person) => named(person.id)),
});
const holders = (id) => [...people.values()].filter((person) => person.roles.some((held) => held.role === id));

function page(query) {
  const wanted = (query.get("q") ?? "").toLowerCase();
  const sort = query.get("sort") ?? "name";
  const key = sort.replace("-", "");
  const found = [...people.values()]
    .filter(
      (person) =>
        `${person.name} ${person.email}`.toLowerCase().includes(wanted) &&
        (!query.get("role") || person.roles.some((held) => held.role === query.get("role"))) &&
        (!query.get("team") || person.teams.includes(query.get("team"))) &&
        (!query.get("state") || person.state === query.get("state")),
    )
    .sort((a, b) => String(a[key]).localeCompare(String(b[key])) * (sort.startsWith("-") ? -1 : 1));
  const from = Number(query.get("offset") ?? 0);
  return [200, { items: found.slice(from, from + Number(query.get("limit") ?? 50)).map(shownPerson), total: found.length }];
}

function imported({ csv, apply }) {
  const lines = csv.trim().split("\n").slice(1);
  const rows = lines.map((text, at) => {
    const email = text.split(",")[0];
    const fits = email.includes("@");
    return { line: at + 2, email, field: fits ? null : "email", problem: fits ? null : "must look like name@example.com." };
  });
  const good = rows.filter((row) => row.problem === null).length;
  return [200, { applied: apply, good, bad: rows.length - good, rows }];
}

function putPerson(id, body) {
  if (body.name === "refuse") return problem(409, "taken", "Already there", "somebody has this address already.", "email");
  const { disabled, ...rest } = body;
  const old = people.get(id) ?? { id, state: "invited", created_at: new Date().toISOString(), last_seen_at: null };
  people.set(id, { ...old, ...rest, state: disabled ? "disabled" : old.state === "disabled" ? "active" : old.state });
  return [200, shownPerson(people.get(id))];
}

/** [status, body] for a request about people, null for another's. */
export function peopleAnswer(method, path, query, body, may) {
  const [, kind, id] = /^\/(users|roles|teams|permissions)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (!kind) return null;
  if (kind !== "teams" && !may("users.manage")) return problem(403, "forbidden", "Not allowed", "Your role may not do this.");
  if (kind === "permissions") return [200, { items: PERMISSIONS }];
  if (path === "/users/import") return imported(body);
  const all = { users: people, roles, teams }[kind];
  const show = { users: shownPerson, roles: (role) => ({ ...role, users: holders(role.id).length }), teams: shownTeam }[kind];
  if (!id && method === "GET") return kind === "users" ? page(query) : [200, { items: [...all.values()].map(show) }];
  const key = id ?? `new-${all.size}`;
  if (id && !all.has(id)) return problem(404, "not-found", "Not found", "There is no such thing.");
  if (method === "GET") return [200, show(all.get(key))];
  if (method === "DELETE") return all.delete(key), [204, undefined];
  if (kind === "users") return putPerson(key, body);
  const { members, ...rest } = body;
  all.set(key, { ...all.get(key), ready_made: false, ...rest, id: key });
  for (const person of members ? people.values() : [])
    person.teams = [...person.teams.filter((team) => team !== key), ...(members.includes(person.id) ? [key] : [])];
  return [id ? 200 : 201, show(all.get(key))];
}
