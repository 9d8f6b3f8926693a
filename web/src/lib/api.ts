/** HTTP: JSON in and out, errors as `Problem` (RFC 9457), whatever went wrong on the way. */
import { learnServerClock } from "./time";

export class Problem extends Error {
  constructor(
    /** HTTP status; 0 when the server could not be reached. */
    readonly status: number,
    readonly type: string,
    readonly title: string,
    readonly detail: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || title);
    this.name = "Problem";
  }

  /** Seconds to wait before trying again, when the server said so. */
  get retryAfter(): number | null {
    const value = Number(this.extra.retry_after ?? this.extra.retry_after_s);
    return Number.isFinite(value) && value > 0 ? Math.ceil(value) : null;
  }
}

export function problemFrom(value: unknown, status = 500): Problem {
  const body = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const text = (key: string) => (typeof body[key] === "string" ? body[key] : "");
  return new Problem(Number(body.status) || status, text("type"), text("title"), text("detail"), body);
}

type Query = Record<string, string | number | null | undefined>;

export function withQuery(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value != null && value !== "") params.set(key, String(value));
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

let signedOut: () => void = () => undefined;

/** Called whenever the server answers 401: the session has ended. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

let prove: (() => Promise<boolean>) | null = null;

/** Asks the person to prove who it is, when an act needs that; true: it is proven and the request is repeated. */
export function onProofNeeded(asker: (() => Promise<boolean>) | null): void {
  prove = asker;
}

export interface RequestOptions {
  body?: unknown;
  /** In place of a body: files. */
  form?: FormData;
  signal?: AbortSignal;
  /** Sent again with the same key it is done once (Idempotency-Key). */
  key?: string;
  /** Asked without a session, so that 401 is an answer and not the end of one. */
  guest?: boolean;
}

export async function request<T>(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  options: RequestOptions = {},
): Promise<T> {
  const response = await answer(method, path, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** A file of the server, saved under the name it gives; unlike a plain link it can ask who somebody is first. */
export async function download(path: string): Promise<void> {
  const response = await answer("GET", path, {});
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  save(await response.blob(), name ?? "download");
}

/** What the server makes of a body, as a file: speech, a picture. */
export async function fetchBlob(method: "GET" | "POST", path: string, options: RequestOptions = {}): Promise<Blob> {
  return (await answer(method, path, options)).blob();
}

/** Hands something made in the page to the person as a file. */
export function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

interface Uploading {
  signal: AbortSignal;
  /** How much of it has gone, 0 to 1. */
  onProgress: (share: number) => void;
}

/** One file as a form, with word of how far it is; `fetch` does not tell. */
export function upload<T>(path: string, file: File, { signal, onProgress }: Uploading): Promise<T> {
  const form = new FormData();
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", `/api/v1${path}`);
    sending.responseType = "text";
    sending.setRequestHeader("Accept", "application/json");
    sending.upload.onprogress = (event) => onProgress(event.lengthComputable && event.total > 0 ? event.loaded / event.total : 0);
    sending.onerror = () => reject(new Problem(0, "unreachable", "", ""));
    sending.onabort = () => reject(new DOMException("", "AbortError"));
    sending.onload = () => {
      let body: unknown = null;
      try {
        body = JSON.parse(sending.responseText);
      } catch {
        // A proxy's error page: its status says enough.
      }
      if (sending.status === 401) signedOut();
      if (sending.status >= 200 && sending.status < 300) resolve(body as T);
      else reject(problemFrom(body, sending.status));
    };
    signal.addEventListener("abort", () => sending.abort());
    sending.send(form);
  });
}

async function answer(method: string, path: string, options: RequestOptions): Promise<Response> {
  const url = path.startsWith("/api/") ? path : `/api/v1${path}`;
  const response = await send(url, method, options);
  learnServerClock(response.headers.get("date"));
  if (response.status === 401 && !options.guest) signedOut();
  if (response.ok) return response;
  const problem = await readProblem(response);
  if (problem.type === "/problems/step-up" && prove && (await prove())) return answer(method, path, options);
  throw problem;
}

/** A connection that died with the network it went over is noticed by nobody: what only asks is asked anew after so long. */
const PATIENCE_MS = 6000;

async function send(url: string, method: string, options: RequestOptions): Promise<Response> {
  if (method !== "GET") return ask(url, method, options, options.signal);
  const first = new AbortController();
  const giveUp = () => first.abort();
  options.signal?.addEventListener("abort", giveUp);
  const timer = setTimeout(giveUp, PATIENCE_MS);
  try {
    return await ask(url, method, options, first.signal);
  } catch (error) {
    if (!first.signal.aborted || options.signal?.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  return ask(url, method, options, options.signal);
}

async function ask(url: string, method: string, options: RequestOptions, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      credentials: "same-origin",
      headers: { Accept: "application/json", ...(method === "GET" || options.form ? {} : { "Content-Type": "application/json" }), ...(options.key ? { "Idempotency-Key": options.key } : {}) },
      ...(options.form ? { body: options.form } : options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "unreachable", "", "");
  }
}

async function readProblem(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    body = (await response.json()) as Record<string, unknown>;
  } catch {
    // Not the server itself: a proxy's error page. Its status says enough.
  }
  const after = response.headers.get("retry-after");
  return problemFrom(after ? { retry_after: after, ...body } : body, response.status);
}

export const get = <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> =>
  request<T>("GET", withQuery(path, query), signal ? { signal } : {});
