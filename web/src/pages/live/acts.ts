import { useCallback, useState } from "react";
import { Problem } from "../../lib/api";
import { undo, undoOwed, type Before, type DueBefore, type LineAct, type OwedAct } from "../../lib/line";
import { live } from "../../lib/socket";
import { serverNow } from "../../lib/time";

type Act = LineAct | OwedAct;

export interface Done {
  text: string;
  /** What takes it back; null once it was. */
  back: Act | null;
}

export interface LineActs {
  busy: boolean;
  done: Done | null;
  problem: Problem | null;
  act: (act: Act, text: string) => Promise<void>;
  takeBack: (text: string) => Promise<void>;
  /** A sentence with nothing to take back. */
  say: (text: string) => void;
  clear: () => void;
}

/** Returns what takes it back. */
async function carryOut(act: Act): Promise<Act | null> {
  if (act.name === "owed.cancel" || act.name === "owed.reschedule")
    return undoOwed(act, await live.command<DueBefore>(act.name, act.args), serverNow());
  return undo(act, await live.command<Before>(act.name, act.args));
}

/** One act at a time; the last one done stays at hand to be taken back. */
export function useLineActs(): LineActs {
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<Done | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = useCallback(async (act: Act, text: string, final: boolean) => {
    setBusy(true);
    setProblem(null);
    setDone(null);
    try {
      const back = await carryOut(act);
      setDone({ text, back: final ? null : back });
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
