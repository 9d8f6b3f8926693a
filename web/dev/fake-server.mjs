// A server of the contract with scripted data: `npm run dev:fake`, and the visual check. Sign in with any password:
// agent@demo.example, lead@demo.example or admin@demo.example. POST /dev/{offer,hangup,notice,drop} stages what a caller would do.
// Audio is real when a page with /dev/peer.html is open: it plays the far end of the call.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { Server } from "socket.io";
import * as demo from "./demo-data.mjs";
import { routing } from "./fake-routing.mjs";
import { peopleAnswer } from "./fake-people.mjs";
import { explanation, whatif } from "./fake-whatif.mjs";

const port = Number(process.env.PORT ?? 8099);
const here = import.meta.dirname;
const dist = process.env.DIST ?? join(here, "..", "dist");
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const recordingWav = demo.wav();
let attempts = 0;

function json(response, status, body, headers = {}) {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(body === undefined ? "" : JSON.stringify(body));
}

const problem = (status, type, title, detail) => ({ status, type: `/problems/${type}`, title, detail });

function signedIn(request) {
  const email = /cc_session=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
  return demo.people[decodeURIComponent(email ?? "")];
}

async function bodyOf(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
}

async function session(request, response) {
  const me = signedIn(request);
  if (request.method === "GET")
    return me ? json(response, 200, me) : json(response, 401, problem(401, "not-signed-in", "Not signed in", ""));
  if (request.method === "DELETE")
    return json(response, 204, undefined, { "Set-Cookie": "cc_session=; Path=/; Max-Age=0" });
  const { email, password } = await bodyOf(request);
  if (password === "wrong" && ++attempts > 3)
    return json(response, 429, problem(429, "throttled", "Too many attempts", ""), { "Retry-After": "30" });
  const person = demo.people[email];
  if (!person || password === "wrong") return json(response, 401, problem(401, "wrong", "Wrong", "Wrong"));
  json(response, 200, person, { "Set-Cookie": `cc_session=${encodeURIComponent(email)}; Path=/; HttpOnly; SameSite=Strict` });
}

function listInteractions(url, response) {
  const q = (url.searchParams.get("q") ?? "").toLowerCase();
  const fits = (row, key) => !url.searchParams.get(key) || row[key]?.id === url.searchParams.get(key);
  const outcome = url.searchParams.get("outcome");
  const rows = demo.interactions.filter(
    (row) =>
      fits(row, "queue") &&
      fits(row, "agent") &&
      (!outcome || row.outcome === outcome) &&
      `${row.caller.name} ${row.caller.address} ${row.note}`.toLowerCase().includes(q),
  );
  const from = Number(url.searchParams.get("cursor") ?? 0);
  const end = from + Number(url.searchParams.get("limit") ?? 50);
  json(response, 200, { items: rows.slice(from, end), next_cursor: end < rows.length ? String(end) : null });
}

function recording(request, response) {
  const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "");
  const from = Number(range?.[1] ?? 0);
  const to = range?.[2] ? Number(range[2]) : recordingWav.length - 1;
  response.writeHead(range ? 206 : 200, {
    "Content-Type": "audio/wav",
    "Accept-Ranges": "bytes",
    "Content-Length": to - from + 1,
    ...(range ? { "Content-Range": `bytes ${from}-${to}/${recordingWav.length}` } : {}),
  });
  response.end(recordingWav.subarray(from, to + 1));
}

const lists = {
  "/pause-reasons": demo.pauseReasons,
  "/dispositions": demo.dispositions,
};

async function api(request, response, url) {
  const path = url.pathname.slice("/api/v1".length);
  if (path === "/session") return session(request, response);
  if (path === "/branding") return json(response, 200, { name: "", language: "en", logo: null, light: {}, dark: {} });
  if (path === "/branding.css") return void response.writeHead(200, { "Content-Type": "text/css" }).end("");
  if (!signedIn(request)) return json(response, 401, problem(401, "not-signed-in", "Not signed in", ""));
  const may = (permission) => signedIn(request).permissions.includes(permission);
  const body = await bodyOf(request);
  const answer =
    peopleAnswer(request.method, path, url.searchParams, body, may) ??
    whatif(request.method, path, body, may) ??
    routing(request.method, path, url.searchParams, body, may);
  if (answer) return json(response, ...answer);
  if (lists[path]) return json(response, 200, { items: lists[path] });
  if (path === "/notifications") return json(response, 200, { unread: 0, items: [], next_cursor: null });
  if (path === "/system") return json(response, 200, { version: "dev", sip_address: "sip:1000@127.0.0.1", notices: [] });
  if (path === "/interactions") return listInteractions(url, response);
  const match = /^\/interactions\/([^/]+)(\/recording|\/recording\/peaks|\/explanation)?$/.exec(path);
  const row = match && demo.interactions.find((item) => item.id === match[1]);
  if (!row) return json(response, 404, problem(404, "not-found", "Not found", "There is no such page."));
  if (match[2] === "/explanation") return json(response, ...explanation(row));
  if (match[2] === "/recording") return recording(request, response);
  json(response, 200, match[2] ? demo.peaks() : demo.detail(row));
}

function page(response, path) {
  const wanted = path.startsWith("/dev/") ? join(here, normalize(path.slice(4))) : join(dist, normalize(path));
  const file = existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(dist, "index.html");
  const csp = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:";
  const own = path.startsWith("/dev/") ? {} : { "Content-Security-Policy": csp };
  response.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream", ...own });
  createReadStream(file).pipe(response);
}

const topics = new Map();
function topic(name) {
  if (!topics.has(name)) topics.set(name, { epoch: `e${Date.now()}`, seq: 0, collections: {} });
  return topics.get(name);
}

function publish(name, type, collection, id, row) {
  const state = topic(name);
  state.collections[collection] ??= {};
  if (type === "put") state.collections[collection][id] = row;
  else delete state.collections[collection][id];
  state.seq += 1;
  live.to(name).emit("event", { topic: name, seq: state.seq, type, data: { collection, id, ...(row ? { row } : {}) } });
}

const put = (name, collection, id, row) => publish(name, "put", collection, id, row);
const remove = (name, collection, id) => publish(name, "remove", collection, id);

function agentTopic(id) {
  const name = `agent:${id}`;
  if (!topic(name).collections.state) {
    put(name, "state", "me", {
      presence: "off",
      reason: null,
      since: demo.ago(312),
      activity: "idle",
      pending: null,
      device: "browser",
    });
    put(name, "today", "me", { handled: 12, talk_s: 3712, missed: 1 });
    topic(name).collections.offers = {};
    topic(name).collections.work = {};
  }
  return name;
}

const rowOf = (name, collection, id) => topic(name).collections[collection]?.[id];

function offer(agentId, device = "browser") {
  const name = agentTopic(agentId);
  const id = `i-live-${Date.now()}`;
  put(name, "offers", id, {
    id,
    queue: demo.queues[0],
    channel: "voice",
    caller: demo.caller,
    data: demo.collected,
    queued_at: demo.ago(33),
    offered_at: demo.ago(0),
    expires_at: demo.ago(-20),
    history: demo.history,
    device,
  });
  put(name, "state", "me", { ...rowOf(name, "state", "me"), activity: "offered", activity_since: demo.ago(0) });
}

function work(name, id, part) {
  const before = rowOf(name, "work", id) ?? {
    id,
    caller: demo.caller,
    queue: demo.queues[0],
    data: demo.collected,
    history: demo.history,
    muted: false,
    recording: true,
    answered_at: demo.ago(0),
    ended_at: null,
    device: "browser",
    wrap_up: null,
    warning: null,
  };
  put(name, "work", id, { ...before, ...part });
}

function activity(name, value) {
  put(name, "state", "me", { ...rowOf(name, "state", "me"), activity: value, activity_since: demo.ago(0) });
}

function end(name, id) {
  const wrap_up = { started_at: demo.ago(0), deadline: demo.ago(-60), forced: true };
  work(name, id, { phase: "wrap_up", ended_at: demo.ago(0), recording: false, wrap_up });
  activity(name, "wrap_up");
}

let peer = null;
async function media(sdp) {
  if (!peer?.connected) throw problem(409, "media-unavailable", "No audio", "The fake server needs /dev/peer.html open.");
  return { sdp: await peer.timeout(5000).emitWithAck("offer", sdp) };
}

/** A waiting contact changes; every line is numbered anew. The last one in the demo has hung up meanwhile. */
function inLine(id, part) {
  const before = rowOf("wallboard", "contacts", id);
  if (!before || id === "c4") {
    if (before) remove("wallboard", "contacts", id);
    throw problem(409, "contact-gone", "No longer waiting", "This contact has left the queue: nobody is waiting any more.");
  }
  put("wallboard", "contacts", id, { ...before, ...part });
  for (const queue of demo.queues) {
    Object.values(topic("wallboard").collections.contacts)
      .filter((row) => row.queue_id === queue.id)
      .sort((a, b) => b.priority - a.priority || a.queued_at.localeCompare(b.queued_at))
      .forEach((row, index) => put("wallboard", "contacts", row.id, { ...row, position: index + 1 }));
  }
  return { queue_id: before.queue_id, priority: before.priority };
}

const commands = {
  "presence.set": (name, { presence, reason }) => {
    const label = demo.pauseReasons.find((item) => item.id === reason)?.label ?? null;
    const state = rowOf(name, "state", "me");
    const busy = state.activity === "busy" || state.activity === "wrap_up";
    const row = busy
      ? { ...state, pending: { presence, reason: label } }
      : { ...state, presence, reason: label, pending: null, since: demo.ago(0) };
    put(name, "state", "me", row);
  },
  "offer.accept": async (name, { interaction_id, sdp }) => {
    if (!rowOf(name, "offers", interaction_id))
      throw problem(409, "not-possible", "Not possible now", "This offer has gone to another agent.");
    const answer = await media(sdp);
    remove(name, "offers", interaction_id);
    work(name, interaction_id, { phase: "talking" });
    activity(name, "busy");
    return answer;
  },
  "offer.reject": (name, { interaction_id }) => {
    remove(name, "offers", interaction_id);
    activity(name, "idle");
  },
  "call.media": (name, { sdp }) => media(sdp),
  "call.restart_ice": (name, { sdp }) => media(sdp),
  "call.hold": (name, { interaction_id }) => work(name, interaction_id, { phase: "held" }),
  "call.resume": (name, { interaction_id }) => work(name, interaction_id, { phase: "talking" }),
  "call.mute": (name, { interaction_id, muted }) => work(name, interaction_id, { muted }),
  "call.digits": () => null,
  "call.hangup": (name, { interaction_id }) => end(name, interaction_id),
  "work.draft": () => null,
  "wrapup.extend": (name, { interaction_id, seconds }) => {
    const { wrap_up } = rowOf(name, "work", interaction_id);
    const deadline = new Date(Date.parse(wrap_up.deadline) + seconds * 1000).toISOString();
    work(name, interaction_id, { wrap_up: { ...wrap_up, deadline } });
  },
  "contact.prioritize": (name, { interaction_id, priority }) => inLine(interaction_id, { priority }),
  "contact.move": (name, { interaction_id, queue_id, priority }) =>
    inLine(interaction_id, { queue_id, ...(priority === undefined ? {} : { priority }) }),
  "wrapup.complete": (name, { interaction_id }) => {
    remove(name, "work", interaction_id);
    activity(name, "idle");
  },
};

const staged = {
  "/dev/offer": (name, id, url) => offer(id, url.searchParams.get("device") ?? "browser"),
  "/dev/hangup": (name) => Object.keys(topic(name).collections.work).forEach((id) => end(name, id)),
  "/dev/clear": (name) => {
    for (const collection of ["offers", "work"])
      for (const id of Object.keys(topic(name).collections[collection])) remove(name, collection, id);
    activity(name, "idle");
  },
  "/dev/notice": () =>
    put("system", "notices", "flow", {
      id: "flow",
      level: "warning",
      text: "The flow file main.yaml has an error in line 14; the last good version stays in use.",
      since: demo.ago(65),
    }),
  "/dev/board": () => {
    for (const row of Object.values(demo.wallboard().contacts)) put("wallboard", "contacts", row.id, row);
  },
  "/dev/drop": () => live.disconnectSockets(true),
};

const http = createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  const stage = request.method === "POST" && staged[url.pathname];
  if (stage) {
    const id = url.searchParams.get("agent") ?? "u-ada";
    stage(agentTopic(id), id, url);
    return json(response, 200, {});
  }
  if (url.pathname.startsWith("/api/")) return void api(request, response, url);
  page(response, url.pathname);
});

const io = new Server(http, { path: "/socket.io", serveClient: true });
const live = io.of("/live");
Object.assign(topic("wallboard").collections, demo.wallboard());
topic("system").collections.notices = {};
topic("set-up").collections.changes = {};

live.use((socket, next) => (signedIn(socket.handshake) ? next() : next(new Error("not-signed-in"))));
live.on("connection", (socket) => {
  const me = signedIn(socket.handshake);
  const name = agentTopic(me.id);
  socket.on("subscribe", ({ topic: wanted }, answer) => {
    socket.join(wanted);
    const { epoch, seq, collections } = topic(wanted);
    answer({ ok: true, epoch, seq, snapshot: collections });
  });
  socket.on("command", async ({ name: command, args }, answer) => {
    try {
      answer({ ok: true, data: (await commands[command](name, args)) ?? null });
    } catch (error) {
      answer({ ok: false, problem: error.status ? error : problem(500, "error", "Error", String(error)) });
    }
  });
});
io.of("/peer").on("connection", (socket) => {
  peer = socket;
});

http.listen(port, "127.0.0.1", () => console.log(`fake server: http://127.0.0.1:${port}`));
