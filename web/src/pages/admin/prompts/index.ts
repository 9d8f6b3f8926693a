export { NewPrompt, PromptForm } from "./PromptForm";
export { PromptList } from "./PromptList";
