export { ImportTelephones } from "./Import";
export { TelephoneList } from "./TelephoneList";
export { NewTelephone, TelephoneForm } from "./TelephoneForm";
