import { useCallback, useState } from "react";
import { Problem } from "../../../lib/api";
import { useProblemText } from "../session";

/** One thing that is on the way at a time, and what went wrong with it. */
export function useAct(...fields: string[]) {
  const text = useProblemText();
  const [busy, setBusy] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const run = useCallback(async <T>(name: string, work: () => Promise<T>): Promise<{ value: T } | null> => {
    setBusy(name);
    setProblem(null);
    try {
      return { value: await work() };
    } catch (error) {
      setProblem(error);
      return null;
    } finally {
      setBusy("");
    }
  }, []);
  const field = problem instanceof Problem && problem.status === 422 ? String(problem.extra.field) : "";
  const placed = fields.includes(field);
  const said = problem instanceof Problem ? problem.detail.replace(`${field}: `, "") : "";
  return {
    busy,
    run,
    trouble: problem === null || placed ? null : text(problem),
    wrong: (name: string) => (placed && field === name ? said : null),
    clear: () => setProblem(null),
  };
}
