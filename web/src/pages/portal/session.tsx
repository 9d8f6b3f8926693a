import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { get, Problem, request, type RequestOptions } from "../../lib/api";
import type { Doorway, House, PortalMe } from "./types";

export const ME = ["portal", "me"] as const;

/** Who is signed in; null: nobody. */
export function useMe(): UseQueryResult<PortalMe | null> {
  return useQuery({
    queryKey: ME,
    staleTime: Infinity,
    queryFn: async () => {
      try {
        return await request<PortalMe>("GET", "/portal/session", { guest: true });
      } catch (error) {
        if (error instanceof Problem && error.status === 401) return null;
        throw error;
      }
    },
  });
}

export function useDoorway(): UseQueryResult<Doorway> {
  return useQuery({ queryKey: ["portal", "doorway"], staleTime: 60_000, queryFn: () => get<Doorway>("/portal/doorway") });
}

/** Whose portal it is; without a name until that is known. */
export function useHouse(): House {
  const house = useQuery({ queryKey: ["branding"], staleTime: Infinity, queryFn: () => get<House>("/branding") });
  return house.data ?? { name: "", language: "en", logo: null };
}

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    await request("DELETE", "/portal/session", { guest: true });
    client.setQueryData(ME, null);
    client.removeQueries({ predicate: (query) => query.queryKey[0] === "portal" && query.queryKey[1] === "own" });
  }, [client]);
}

/** The key of something that is gone with signing out. */
export const own = (...key: (string | null)[]) => ["portal", "own", ...key];

const KNOWN = [
  "sign-in-refused",
  "sign-in-throttled",
  "proof-refused",
  "link-unknown",
  "portal-closed",
  "registration-closed",
  "asked-already",
  "too-many",
  "taken",
  "changed",
  "no-export",
  "too-often",
  "closed",
  "side-ended",
  "tracking-unknown",
  "infected",
  "not-scanned",
  "not-signed-in",
  "storage-unavailable",
] as const;

/** Any failure as a sentence in the customer's language, where it is a known one. */
export function useProblemText(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback(
    (error) => {
      if (!(error instanceof Problem)) return t("portal.problem.other");
      if (error.status === 0) return t("portal.problem.unreachable");
      const known = KNOWN.find((kind) => error.type === `/problems/${kind}`);
      if (known === "sign-in-throttled") return t("portal.problem.throttled", { count: error.retryAfter ?? 60 });
      return known ? t(`portal.problem.${known}`) : error.detail || t("portal.problem.other");
    },
    [t],
  );
}

interface Sending {
  busy: boolean;
  /** What is wrong, where it belongs to no field. */
  trouble: string | null;
  /** What is wrong with this field. */
  wrong: (field: string) => string | null;
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what the server answers, as with request()
  send: <T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown) => Promise<{ value: T } | null>;
  clear: () => void;
}

/** Sends a form and keeps what was wrong with it. `fields` are those that the form shows. */
export function useSending(...fields: string[]): Sending {
  const { t, i18n } = useTranslation();
  const text = useProblemText();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const field = problem instanceof Problem && problem.status === 422 ? String(problem.extra.field) : null;
  const placed = field !== null && fields.includes(field);
  const detail = () => {
    if (field === "password" && i18n.language !== "en") return t("portal.problem.weak");
    const said = problem instanceof Problem ? problem.detail : "";
    return said.startsWith(`${field ?? ""}: `) ? said.slice((field ?? "").length + 2) : said;
  };
  return {
    busy,
    trouble: problem === null || placed ? null : text(problem),
    wrong: (name) => (placed && field === name ? detail() : null),
    clear: () => setProblem(null),
    send: async <T,>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown) => {
      setBusy(true);
      setProblem(null);
      const options: RequestOptions = body === undefined ? {} : { body };
      try {
        return { value: await request<T>(method, path, options) };
      } catch (error) {
        setProblem(error);
        return null;
      } finally {
        setBusy(false);
      }
    },
  };
}

export function useMoment(): (at: string) => string {
  const { i18n } = useTranslation();
  // As the viewer's country writes it, where that is of the same language.
  const locale = navigator.languages.find((tag) => tag.split("-")[0] === i18n.language) ?? i18n.language;
  return (at) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}
