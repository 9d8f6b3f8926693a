export { TrunkList } from "./TrunkList";
export { NewTrunk, TrunkForm } from "./TrunkForm";
