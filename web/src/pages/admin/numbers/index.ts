export { NumberList } from "./NumberList";
export { NewNumber, NumberForm } from "./NumberForm";
