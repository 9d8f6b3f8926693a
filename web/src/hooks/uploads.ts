import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { request, upload } from "../lib/api";
import { followed, pressed, type Holding, type Standing } from "../lib/holding";
import { newId } from "../lib/ids";

/** Files on their way and the message that waits for them: the same for agents and customers, who share no words. */

interface Place {
  /** Where they are taken. */
  path: string;
  /** Of one file, in bytes, once that is known. */
  most: number | undefined;
  tooLarge: (most: number) => string;
  problem: (error: Error) => string;
}

/** On its way, or refused: then `wrong` says why. */
export interface Upload {
  key: string;
  file: File;
  /** How much of it has gone, 0 to 1. */
  share: number;
  wrong: string | null;
  /** Trying again would be no use. */
  final: boolean;
  stop: AbortController;
}

export interface Uploads<Taken> {
  sending: readonly Upload[];
  /** Whether any is still on its way. */
  busy: boolean;
  /** Whether any was refused. */
  failed: boolean;
  take: (files: readonly File[]) => void;
  again: (key: string) => void;
  drop: (key: string) => void;
  forget: (file: Taken) => void;
}

/** Uploads files as they are chosen; `taken` hears of each that is there. */
export function useUploads<Taken extends { id: string }>({ path, most, tooLarge, problem }: Place, taken: (file: Taken) => void): Uploads<Taken> {
  const [sending, setSending] = useState<readonly Upload[]>([]);
  const stops = useRef(new Set<AbortController>());
  useEffect(() => {
    const open = stops.current;
    return () => {
      for (const stop of open) stop.abort();
    };
  }, []);
  const put = useCallback((key: string, part: Partial<Upload>) => setSending((held) => held.map((each) => (each.key === key ? { ...each, ...part } : each))), []);
  const send = async ({ key, file, stop }: Upload) => {
    stops.current.add(stop);
    try {
      taken(await upload<Taken>(path, file, { signal: stop.signal, onProgress: (share) => put(key, { share }) }));
      setSending((held) => held.filter((each) => each.key !== key));
    } catch (error) {
      if (!stop.signal.aborted) put(key, { wrong: problem(error as Error) });
    } finally {
      stops.current.delete(stop);
    }
  };
  const begun = (file: File): Upload => {
    const wrong = most !== undefined && file.size > most ? tooLarge(most) : null;
    return { key: newId(), file, share: 0, wrong, final: wrong !== null, stop: new AbortController() };
  };
  return {
    sending,
    busy: sending.some((each) => each.wrong === null),
    failed: sending.some((each) => each.wrong !== null),
    take: (files) => {
      const fresh = files.map(begun);
      setSending((held) => [...held, ...fresh]);
      for (const each of fresh) if (each.wrong === null) void send(each);
    },
    again: (key) => {
      const failed = sending.find((each) => each.key === key);
      if (!failed) return;
      const fresh = begun(failed.file);
      setSending((held) => held.map((each) => (each.key === key ? fresh : each)));
      if (fresh.wrong === null) void send(fresh);
    },
    drop: (key) => {
      sending.find((each) => each.key === key)?.stop.abort();
      setSending((held) => held.filter((each) => each.key !== key));
    },
    // What stays behind is swept away after a day.
    forget: (file) => void request("DELETE", `${path}/${encodeURIComponent(file.id)}`).catch(() => undefined),
  };
}

export interface Held {
  /** It waits for its files. */
  held: boolean;
  /** Why what was to be sent did not go out. */
  unsent: "changed" | "failed" | null;
}

/** Lets a message out by `out` once its files are there; what is pressed again meanwhile changes nothing. */
export function useHolding<How>(standing: Standing, out: (how: How) => void): Held & { send: (how: How) => void } {
  const [before, setHolding] = useState<Holding<How>>({ is: "free" });
  const holding = followed(before, standing);
  if (holding !== before) setHolding(holding);
  const release = useEffectEvent(out);
  useEffect(() => {
    if (holding.is === "due") release(holding.how);
  }, [holding]);
  return {
    held: holding.is === "held",
    unsent: holding.is === "changed" || holding.is === "failed" ? holding.is : null,
    send: (how) => {
      if (holding.is !== "held") setHolding(pressed(how, standing));
    },
  };
}
