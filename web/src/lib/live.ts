/**
 * The live feed without sockets and without React: a topic is a set of keyed collections of rows. A client takes a
 * snapshot with `seq`, applies events that follow it one by one, ignores what it has already, and asks again on a gap.
 */

export type Row = Readonly<Record<string, unknown>>;
export type Collections = Readonly<Record<string, Readonly<Record<string, Row>>>>;

export interface LiveEvent {
  seq: number;
  type: string;
  data: { collection: string; id: string; row?: Row };
}

export interface TopicState {
  epoch: string;
  seq: number;
  collections: Collections;
}

export type SubscribeAnswer =
  | { ok: true; epoch: string; seq: number; snapshot: Collections }
  | { ok: true; epoch: string; seq: number; events: LiveEvent[] }
  | { ok: false; problem: { status: number; title: string; detail?: string } };

export type Applied = { kind: "applied"; state: TopicState } | { kind: "ignored" } | { kind: "gap" };

export function applyEvent(state: TopicState, event: LiveEvent): Applied {
  if (event.seq <= state.seq) return { kind: "ignored" };
  if (event.seq !== state.seq + 1) return { kind: "gap" };
  return { kind: "applied", state: { ...state, seq: event.seq, collections: change(state.collections, event) } };
}

function change(collections: Collections, event: LiveEvent): Collections {
  const { collection, id, row } = event.data;
  const rows = { ...collections[collection] };
  if (event.type === "put" && row) rows[id] = row;
  else if (event.type === "remove") Reflect.deleteProperty(rows, id);
  return { ...collections, [collection]: rows };
}

/** A subscription's answer on top of what is held; null when it does not fit and a snapshot is needed. */
export function applyAnswer(held: TopicState | null, answer: SubscribeAnswer): TopicState | null {
  if (!answer.ok) return null;
  if ("snapshot" in answer) return { epoch: answer.epoch, seq: answer.seq, collections: answer.snapshot };
  if (held?.epoch !== answer.epoch) return null;
  let state = held;
  for (const event of answer.events) {
    const applied = applyEvent(state, event);
    if (applied.kind === "gap") return null;
    if (applied.kind === "applied") state = applied.state;
  }
  return state.seq === answer.seq ? state : null;
}

export interface FeedTransport {
  subscribe(topic: string, held: { seq: number; epoch: string } | null): Promise<SubscribeAnswer>;
}

export type TopicStatus = "loading" | "live" | "stale" | "refused";

export interface TopicView {
  status: TopicStatus;
  collections: Collections;
}

interface Watched {
  state: TopicState | null;
  view: TopicView;
  listeners: Set<() => void>;
  /** Number of the newest request; answers to older ones are dropped. */
  request: number;
  busy: boolean;
  backlog: LiveEvent[];
}

const EMPTY: Collections = {};
const LOADING: TopicView = { status: "loading", collections: EMPTY };
const RETRY_MS = 1000;

/** Keeps every watched topic equal to the server's through gaps, lost connections and server restarts. */
export class LiveFeed {
  readonly #topics = new Map<string, Watched>();
  #connected = false;

  constructor(
    private readonly transport: FeedTransport,
    private readonly later: (run: () => void, ms: number) => void = (run, ms) => void setTimeout(run, ms),
  ) {}

  watch(topic: string, listener: () => void): () => void {
    const watched = this.#topics.get(topic) ?? this.#begin(topic);
    watched.listeners.add(listener);
    return () => {
      watched.listeners.delete(listener);
    };
  }

  /** Forgets a topic that nobody watches any more; whether it was so. */
  forget(topic: string): boolean {
    const watched = this.#topics.get(topic);
    if (!watched || watched.listeners.size > 0) return false;
    watched.request += 1;
    this.#topics.delete(topic);
    return true;
  }

  /** Asks again for a topic that was refused, when there is reason to think that it would be answered now. */
  askAgain(topic: string): void {
    if (this.#topics.get(topic)?.view.status === "refused") void this.#sync(topic);
  }

  view(topic: string): TopicView {
    return this.#topics.get(topic)?.view ?? LOADING;
  }

  connected(): void {
    this.#connected = true;
    for (const topic of this.#topics.keys()) void this.#sync(topic);
  }

  disconnected(): void {
    this.#connected = false;
    for (const watched of this.#topics.values()) {
      watched.request += 1;
      watched.busy = false;
      watched.backlog = [];
      if (watched.view.status === "live") this.#show(watched, "stale");
    }
  }

  /** Forgets everything, as after signing out: the next person must not see the last one's rows. */
  reset(): void {
    this.disconnected();
    for (const watched of this.#topics.values()) {
      watched.state = null;
      this.#show(watched, "loading");
    }
  }

  received(topic: string, event: LiveEvent): void {
    const watched = this.#topics.get(topic);
    if (!watched) return;
    if (watched.busy || !watched.state) {
      watched.backlog.push(event);
      return;
    }
    const applied = applyEvent(watched.state, event);
    if (applied.kind === "applied") {
      watched.state = applied.state;
      this.#show(watched, "live");
    } else if (applied.kind === "gap") void this.#sync(topic);
  }

  #begin(topic: string): Watched {
    const watched: Watched = {
      state: null,
      view: LOADING,
      listeners: new Set(),
      request: 0,
      busy: false,
      backlog: [],
    };
    this.#topics.set(topic, watched);
    if (this.#connected) void this.#sync(topic);
    return watched;
  }

  async #sync(topic: string): Promise<void> {
    const watched = this.#topics.get(topic);
    if (!watched || !this.#connected) return;
    const request = ++watched.request;
    watched.busy = true;
    const held = watched.state && { seq: watched.state.seq, epoch: watched.state.epoch };
    let answer: SubscribeAnswer;
    try {
      answer = await this.transport.subscribe(topic, held);
    } catch {
      // No acknowledgement in time: the connection is going or the server is busy. A later answer is dropped.
      if (request === watched.request) this.#again(topic, watched);
      return;
    }
    if (request !== watched.request) return;
    watched.busy = false;
    this.#answered(topic, watched, answer);
  }

  #answered(topic: string, watched: Watched, answer: SubscribeAnswer): void {
    if (!answer.ok) {
      watched.state = null;
      watched.view = { status: "refused", collections: EMPTY };
      for (const listener of watched.listeners) listener();
      return;
    }
    const state = applyAnswer(watched.state, answer);
    const backlog = watched.backlog;
    watched.backlog = [];
    if (!state) {
      watched.state = null;
      if ("events" in answer) void this.#sync(topic);
      else this.#again(topic, watched);
      return;
    }
    watched.state = state;
    this.#show(watched, "live");
    for (const event of backlog) this.received(topic, event);
  }

  #again(topic: string, watched: Watched): void {
    const request = watched.request;
    this.later(() => {
      if (request === watched.request) void this.#sync(topic);
    }, RETRY_MS);
  }

  #show(watched: Watched, status: TopicStatus): void {
    watched.view = { status, collections: watched.state?.collections ?? EMPTY };
    for (const listener of watched.listeners) listener();
  }
}
