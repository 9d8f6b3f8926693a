import { useQuery, useQueryClient } from "@tanstack/react-query";
import { get, request } from "../lib/api";
import type {
  Branding,
  BrandingSettings,
  FlowFile,
  FlowRow,
  FlowSample,
  FlowVersion,
  FlowVersionShown,
  Guide,
  PromptSetting,
  Template,
  TemplateRow,
} from "../lib/house/types";

const ADMIN = "admin";

function useItems<T>(path: string, enabled = true) {
  return useQuery({
    queryKey: [ADMIN, path],
    queryFn: async ({ signal }) => (await get<{ items: T[] }>(path, {}, signal)).items,
    enabled,
  });
}

function useOne<T>(path: string, enabled = true) {
  return useQuery({ queryKey: [ADMIN, path], queryFn: ({ signal }) => get<T>(path, {}, signal), enabled });
}

export const housePaths = {
  flow: (file: string) => `/flows/${encodeURIComponent(file)}`,
  versions: (file: string) => `/flows/${encodeURIComponent(file)}/versions`,
  prompt: (id: string) => `/prompts/${encodeURIComponent(id)}`,
  recording: (id: string, language: string) => `/prompts/${encodeURIComponent(id)}/recordings/${encodeURIComponent(language)}`,
  template: (key: string) => `/templates/${encodeURIComponent(key)}`,
  words: (key: string, language: string) => `/templates/${encodeURIComponent(key)}/words/${encodeURIComponent(language)}`,
};

export const useFlows = () => useItems<FlowRow>("/flows");
export const useFlow = (file: string) => useOne<FlowFile>(housePaths.flow(file));
export const useFlowVersions = (file: string) => useItems<FlowVersion>(housePaths.versions(file));
export const useFlowVersion = (file: string, id: number | null) =>
  useOne<FlowVersionShown>(`${housePaths.versions(file)}/${id ?? 0}`, id !== null);
export const useFlowSamples = () => useItems<FlowSample>("/flow-samples");
export const usePrompts = () => useItems<PromptSetting>("/prompts");
export const usePrompt = (id: string) => useOne<PromptSetting>(housePaths.prompt(id));
export const useTemplates = () => useItems<TemplateRow>("/templates");
export const useTemplate = (key: string) => useOne<Template>(housePaths.template(key));
export const useBrandingSettings = () => useOne<BrandingSettings>("/branding/settings");
export const useGuide = (enabled: boolean) =>
  useQuery({ queryKey: ["guide"], queryFn: ({ signal }) => get<Guide>("/first-run/guide", {}, signal), enabled, retry: false });

/** The house's name and logo, which everybody may see; the product's own while nothing is known. */
export function useBranding(): Branding | undefined {
  const query = useQuery({
    queryKey: ["branding"],
    queryFn: ({ signal }) => request<Branding>("GET", "/branding", { guest: true, signal }),
    staleTime: Infinity,
    retry: false,
  });
  return query.data;
}

/** Loads the house's colours anew, after they have changed. */
export function reloadColours(): void {
  const link = document.querySelector<HTMLLinkElement>("link[data-branding]");
  if (link) link.href = `/api/v1/branding.css?${Date.now()}`;
}

/** Writes, then asks anew for whatever shows it. */
export function useHouseWrite() {
  const client = useQueryClient();
  const forget = () => {
    for (const key of [ADMIN, "guide", "queues"]) void client.invalidateQueries({ queryKey: [key] });
  };
  return {
    send: async <T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T> => {
      const done = await request<T>(method, path, body === undefined ? {} : { body });
      forget();
      return done;
    },
    remove: async (path: string, keep: { leaving: { current: boolean } }, then: () => Promise<void> | void): Promise<void> => {
      await request("DELETE", path);
      keep.leaving.current = true;
      await then();
      forget();
    },
    upload: async <T>(path: string, file: File): Promise<T> => {
      const form = new FormData();
      form.set("file", file);
      const done = await request<T>("PUT", path, { form });
      forget();
      return done;
    },
    branded: () => {
      reloadColours();
      void client.invalidateQueries({ queryKey: ["branding"] });
    },
  };
}
