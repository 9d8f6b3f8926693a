/** How a change of many tickets stands, and what can be done about it. */
import type { BulkJob } from "./types";

export interface Standing {
  /** Changed, or as they were when it takes back. */
  changed: number;
  /** Neither changed nor tried, or tried in vain. */
  left: number;
  /** What is left can be tried: what went wrong again ("again"), or also what it did not come to ("goOn"). */
  next: "again" | "goOn" | null;
  /** All is well: nothing is left that somebody would have to read. */
  clean: boolean;
}

export function standing(job: BulkJob): Standing {
  const changed = job.done - job.failed;
  const left = job.total - changed;
  const over = job.state !== "running";
  const next = !over || left === 0 ? null : job.done < job.total ? "goOn" : "again";
  return { changed, left, next, clean: over && left === 0 && job.asked === 0 };
}
