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
const RETRY_REFUSED_MS = 3000;

export class LiveSocket {
  readonly connection = new Store<Connection>({ status: "connecting", attempt: 0 });
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
    socket.on("event", (message: LiveEvent & { topic: string }) => this.feed.received(message.topic, message));
  }

  close(): void {
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

  async command<T = unknown>(name: string, args: Record<string, unknown>): Promise<T> {
    const socket = this.#socket;
    if (!socket?.connected) throw new Problem(0, "unreachable", "", "");
    let answer: CommandAnswer;
    try {
      answer = (await socket.timeout(ACK_MS).emitWithAck("command", { name, args })) as CommandAnswer;
    } catch {
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
