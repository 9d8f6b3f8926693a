export { TemplateForm } from "./TemplateForm";
export { TemplateList } from "./TemplateList";
