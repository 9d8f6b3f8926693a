import { useQuery } from "@tanstack/react-query";
import type { Places, Policy, Provider } from "../lib/admin/providers";
import { get } from "../lib/api";
import type { Linked, Offered } from "../lib/providers";
import { request } from "../lib/api";

const ADMIN = "admin";
export const POLICY = "/sign-in/policy";

export const providerPath = (id: string) => `/identity-providers/${encodeURIComponent(id)}`;

export const useProviders = () =>
  useQuery({
    queryKey: [ADMIN, "/identity-providers"],
    queryFn: async ({ signal }) => (await get<{ items: Provider[] }>("/identity-providers", {}, signal)).items,
  });

/** What the provider must be told of this server; of no id there is nothing to tell. */
export const usePlaces = (id: string) =>
  useQuery({
    queryKey: [ADMIN, "places", id],
    queryFn: ({ signal }) => get<Places>(`${providerPath(id)}/places`, {}, signal),
    enabled: id !== "",
    staleTime: Infinity,
  });

export const useUses = (id: string) =>
  useQuery({
    queryKey: [ADMIN, `${providerPath(id)}/uses`],
    queryFn: ({ signal }) => get<{ users: number; only_by_it: number }>(`${providerPath(id)}/uses`, {}, signal),
    enabled: id !== "",
  });

export const usePolicy = () =>
  useQuery({ queryKey: [ADMIN, POLICY], queryFn: ({ signal }) => get<Policy>(POLICY, {}, signal) });

/** By which providers somebody may sign in; asked before anybody has. */
export const useOffered = () =>
  useQuery({
    queryKey: ["offered-providers"],
    queryFn: () => request<Offered>("GET", "/sign-in/providers", { guest: true }),
    staleTime: 60_000,
  });

export const useLinked = () =>
  useQuery({ queryKey: ["account", "linked"], queryFn: ({ signal }) => get<Linked>("/account/identities", {}, signal) });
