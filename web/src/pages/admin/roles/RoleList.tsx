import "../../../i18n/setup";
import { IconCheck, IconShieldLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AreaTable } from "../../../components/admin/AreaTable";
import admin from "../../../components/admin/admin.module.css";
import { usePermissions, useRoles } from "../../../hooks/people";
import { may, useMe } from "../../../hooks/session";
import { useTitle } from "../../../hooks/title";
import { grouped, groupWord, type PermissionInfo, type Role } from "../../../lib/admin/people";
import people from "../people/people.module.css";

export function RoleList() {
  const { t } = useTranslation();
  useTitle(t("admin.area.roles"));
  const roles = useRoles();
  const permissions = usePermissions();
  const manage = may(useMe(), "roles.manage");
  return (
    <>
      <AreaTable
        title={t("admin.area.roles")}
        lead={t("admin.areaText.roles")}
        rows={roles.data}
        error={roles.error}
        onRetry={() => void roles.refetch()}
        id={(role) => role.id}
        to={(role) => `/admin/roles/${encodeURIComponent(role.id)}`}
        columns={[
          { id: "name", word: t("admin.name"), value: (role) => role.name },
          { id: "kind", word: t("setup.roles.kind"), value: (role) => t(role.ready_made ? "setup.roles.readyMade" : "setup.roles.own") },
          { id: "text", word: t("setup.roles.description"), from: "tablet", value: (role) => role.description },
          { id: "may", word: t("setup.roles.permissions"), numeric: true, from: "tablet", value: (role) => role.permissions.length },
          { id: "users", word: t("admin.area.people"), numeric: true, value: (role) => role.users },
        ]}
        empty={{ icon: <IconShieldLock size={32} stroke={1.5} aria-hidden />, title: t("setup.roles.none"), text: t("admin.areaText.roles") }}
        add={manage ? { to: "/admin/roles/new", word: t("setup.roles.add") } : undefined}
      />
      {roles.data && permissions.data && <Matrix roles={roles.data} permissions={permissions.data} />}
    </>
  );
}

function Matrix({ roles, permissions }: { roles: readonly Role[]; permissions: readonly PermissionInfo[] }) {
  const { t } = useTranslation();
  return (
    <div className={admin.area}>
      <h2 id="matrix">{t("setup.roles.matrix")}</h2>
      <div className={`panel ${people.matrix ?? ""}`} tabIndex={0} role="region" aria-labelledby="matrix">
        <table className="table">
          <thead>
            <tr>
              <td />
              {roles.map((role) => (
                <th key={role.id} scope="col">
                  {role.name}
                </th>
              ))}
            </tr>
          </thead>
          {grouped(permissions).map(([group, items]) => (
            <tbody key={group}>
              <tr>
                <th scope="colgroup" colSpan={roles.length + 1}>
                  {groupWord(group)}
                </th>
              </tr>
              {items.map((permission) => (
                <tr key={permission.name}>
                  <th scope="row">{permission.summary}</th>
                  {roles.map((role) => (
                    <td key={role.id}>
                      {role.permissions.includes(permission.name) && (
                        <IconCheck size={16} role="img" aria-label={t("setup.roles.mayIt", { role: role.name })} />
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </div>
  );
}
