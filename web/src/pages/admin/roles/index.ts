export { NewRole, RoleForm } from "./RoleForm";
export { RoleList } from "./RoleList";
