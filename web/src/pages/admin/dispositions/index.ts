export { Dispositions } from "./Dispositions";
