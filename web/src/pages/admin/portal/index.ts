export { PortalSetUp } from "./PortalSetUp";
