export { Import } from "./Import";
export { NewPerson, PersonForm } from "./PersonForm";
export { PeopleList } from "./PeopleList";
