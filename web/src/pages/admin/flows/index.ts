export { FlowForm } from "./FlowForm";
export { FlowList } from "./FlowList";
export { NewFlow } from "./NewFlow";
