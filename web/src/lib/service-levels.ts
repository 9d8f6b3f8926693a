/** Which of the four usual service levels this browser shows. Their rules stand in acd/service_level.py. */
import type { ServiceLevels } from "./wallboard";
import { kept, Store } from "./store";

export type LevelDefinition = keyof ServiceLevels;

export const LEVEL_DEFINITIONS: readonly LevelDefinition[] = [
  "abandons_ignored",
  "of_offered",
  "of_answered",
  "abandons_credited",
];

const KEY = "cc.service-level";

/** What was kept, or the product's default for anything unknown. */
export function definitionFrom(text: string | null): LevelDefinition {
  return LEVEL_DEFINITIONS.find((known) => known === text) ?? "abandons_ignored";
}

export const levelDefinition = new Store<LevelDefinition>(definitionFrom(kept.get(KEY)));

export function chooseLevelDefinition(definition: LevelDefinition): void {
  kept.set(KEY, definition);
  levelDefinition.set(definition);
}
