export { CustomerFields } from "./FieldList";
export { CustomerFieldForm, NewCustomerField } from "./FieldForm";
