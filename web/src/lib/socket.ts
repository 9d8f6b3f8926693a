/** The socket behind the live feed: connection state in words, commands with acknowledgement. */
import { io, type Socket } from "socket.io-client";
import { Problem, problemFrom, request } from "./api";
import { LiveFeed, type LiveEvent, type SubscribeAnswer } from "./live";
import { Store } from "./store";

export interface Connection {
  status: "connecting" | "online" | "lost";
  /** How often a new connection has been tried since it was lost. */
  attempt: number;
}

type CommandAnswer = { ok: true; data: unknown } | { ok: false; problem: unknown };

const ACK_MS = 10_000;
/** A server that answers does so in a few milliseconds, over a poor mobile network in half a second. */
const SIGN_OF_LIFE_MS = 1500;
const RETRY_REFUSED_MS = 3000;
/** Said twice they do no harm: when their connection was lost before the answer came, they are said again. */
const AGAIN: ReadonlySet<string> = new Set(["call.hangup"]);
const BACK_MS = 8000;

export class LiveSocket {
  readonly connection = new Store<Connection>({ status: "connecting", attempt: 0 });
  readonly #online = () => this.retryNow();
  readonly feed = new LiveFeed({ subscribe: (topic, held) => this.#subscribe(topic, held) });
  #socket: Socket | null = null;

  open(): void {
    if (this.#socket) return;
    const socket = io("/live", {
      path: "/socket.io",
      transports: ["websocket", "polling"],
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
      timeout: 8000,
    });
    this.#socket = socket;
    socket.on("connect", () => {
      this.connection.set({ status: "online", attempt: 0 });
      this.feed.connected();
    });
    socket.on("disconnect", (reason) => {
      this.feed.disconnected();
      this.#lost(0);
      if (reason === "io server disconnect") this.#refused(socket);
    });
    socket.on("connect_error", () => {
      this.#lost(this.connection.get().attempt + 1);
      if (!socket.active) this.#refused(socket);
    });
    // What was tried while there was no network has put off the next try.
    window.addEventListener("online", this.#online);
    socket.on("event", (message: LiveEvent & { topic: string }) => this.feed.received(message.topic, message));
  }

  close(): void {
    window.removeEventListener("online", this.#online);
    this.#socket?.disconnect();
    this.#socket = null;
    this.feed.reset();
    this.connection.set({ status: "connecting", attempt: 0 });
  }

  retryNow(): void {
    const socket = this.#socket;
    if (!socket || socket.connected) return;
    socket.disconnect();
    socket.connect();
  }

  /**
   * Whether the server answers at once. A connection whose network is gone looks well for most of a minute; one that
   * does not answer is replaced by a new one.
   */
  async answers(): Promise<boolean> {
    const socket = this.#socket;
    if (!socket?.connected) return false;
    const connection = socket.id;
    try {
      // The cheapest question: a topic that nobody has.
      await socket.timeout(SIGN_OF_LIFE_MS).emitWithAck("unsubscribe", { topic: "nothing" });
      return true;
    } catch {
      if (this.#socket === socket && socket.id === connection) {
        socket.disconnect();
        socket.connect();
      }
      return false;
    }
  }

  /** Ends a subscription that nobody needs any more. */
  leave(topic: string): void {
    if (this.feed.forget(topic) && this.#socket?.connected) this.#socket.emit("unsubscribe", { topic });
  }

  async command<T = unknown>(name: string, args: Record<string, unknown>): Promise<T> {
    const socket = this.#socket;
    if (!socket?.connected) throw new Problem(0, "unreachable", "", "");
    const connection = socket.id;
    let answer: CommandAnswer;
    try {
      answer = (await socket.timeout(ACK_MS).emitWithAck("command", { name, args })) as CommandAnswer;
    } catch {
      if (AGAIN.has(name) && socket.id !== connection && (await this.#back())) return this.command<T>(name, args);
      throw new Problem(0, "no-answer", "", "");
    }
    if (!answer.ok) throw problemFrom(answer.problem);
    return answer.data as T;
  }

  async #subscribe(topic: string, held: { seq: number; epoch: string } | null): Promise<SubscribeAnswer> {
    const socket = this.#socket;
    if (!socket) throw new Problem(0, "unreachable", "", "");
    return (await socket.timeout(ACK_MS).emitWithAck("subscribe", { topic, ...held })) as SubscribeAnswer;
  }

  /** Whether there is a connection, or one comes soon. */
  #back(): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (back: boolean) => {
        clearTimeout(timer);
        leave();
        resolve(back);
      };
      const timer = setTimeout(() => done(false), BACK_MS);
      const look = () => this.#socket?.connected && done(true);
      const leave = this.connection.subscribe(look);
      look();
    });
  }

  #lost(attempt: number): void {
    this.connection.set({ status: "lost", attempt });
  }

  /** The server itself said no, so the client library stops trying: find out whether the session ended, else try on. */
  #refused(socket: Socket): void {
    setTimeout(() => {
      if (this.#socket !== socket) return;
      request("GET", "/session")
        .catch(() => undefined)
        .finally(() => {
          if (this.#socket === socket && !socket.connected) socket.connect();
        });
    }, RETRY_REFUSED_MS);
  }
}

export const live = new LiveSocket();
