import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { request } from "../../../lib/api";
import type { Checked, FlowFile, FlowProblem, FlowStep } from "../../../lib/house/types";

const PAUSE_MS = 350;

export interface Found {
  problems: readonly FlowProblem[];
  /** The last picture there was, while the text has errors. */
  picture: readonly FlowStep[];
  broken: boolean;
  checking: boolean;
  error: Error | null;
}

/** What the server says of a text, a moment after the last key. */
export function useChecked(flow: FlowFile, text: string): Found {
  const [settled, setSettled] = useState(text);
  const [picture, setPicture] = useState<readonly FlowStep[]>(flow.picture);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery({
    queryKey: ["flow-check", flow.file, settled],
    queryFn: ({ signal }) => request<Checked>("POST", "/flow-checks", { body: { text: settled, file: flow.file }, signal }),
    enabled: settled !== "",
    staleTime: 10_000,
    gcTime: 10_000,
    placeholderData: (before) => before,
  });
  const found = query.data;
  if (found && found.picture.length > 0 && found.picture !== picture) setPicture(found.picture);
  return {
    problems: found?.problems ?? flow.problems,
    picture,
    broken: found ? found.flow === null : flow.flow === null,
    checking: settled !== text || query.isFetching,
    error: query.error,
  };
}
