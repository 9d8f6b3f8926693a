export { ProviderList } from "./ProviderList";
export { NewProvider, ProviderForm } from "./ProviderForm";
export { PolicyForm } from "./PolicyForm";
