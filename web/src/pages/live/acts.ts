import { useCallback, useState } from "react";
import { Problem } from "../../lib/api";
import { undo, type Before, type LineAct } from "../../lib/line";
import { live } from "../../lib/socket";

export interface Done {
  text: string;
  /** What takes it back; null once it was. */
  back: LineAct | null;
}

export interface LineActs {
  busy: boolean;
  done: Done | null;
  problem: Problem | null;
  act: (act: LineAct, text: string) => Promise<void>;
  takeBack: (text: string) => Promise<void>;
  /** A sentence with nothing to take back. */
  say: (text: string) => void;
  clear: () => void;
}

/** One act at a time; the last one done stays at hand to be taken back. */
export function useLineActs(): LineActs {
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<Done | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = useCallback(async (act: LineAct, text: string, final: boolean) => {
    setBusy(true);
    setProblem(null);
    setDone(null);
    try {
      const before = await live.command<Before>(act.name, act.args);
      setDone({ text, back: final ? null : undo(act, before) });
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(500, "unexpected", "", ""));
    } finally {
      setBusy(false);
    }
  }, []);
  const say = useCallback((text: string) => {
    setProblem(null);
    setDone({ text, back: null });
  }, []);
  const clear = useCallback(() => {
    setDone(null);
    setProblem(null);
  }, []);
  return {
    busy,
    done,
    problem,
    act: (act, text) => run(act, text, false),
    takeBack: async (text) => {
      if (done?.back) await run(done.back, text, true);
    },
    say,
    clear,
  };
}
