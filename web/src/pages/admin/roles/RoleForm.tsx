import "../../../i18n/setup";
import { Button, Checkbox } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { Danger } from "../../../components/admin/Danger";
import { TextField, Wrong } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import { Sentence } from "../../../components/Sentence";
import { useWrite } from "../../../hooks/admin";
import { useDraft, useFields } from "../../../hooks/draft";
import { rolePath, useHolders, usePermissions, useRoles } from "../../../hooks/people";
import { may, useMe } from "../../../hooks/session";
import { grouped, groupWord, nameTroubles, type PermissionInfo, type Role } from "../../../lib/admin/people";
import people from "../people/people.module.css";
import { Gone, Loaded } from "../Loaded";

interface RoleDraft {
  name: string;
  description: string;
  permissions: string[];
}

const useBack = () => ({ to: "/admin/roles", word: useTranslation().t("admin.area.roles") });

export function NewRole() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const from = params.get("from");
  return (
    <Loaded queries={[useRoles(), usePermissions()]} back={useBack()}>
      {(roles, permissions) => {
        const model = roles.find((role) => role.id === from);
        const fresh = {
          id: "",
          name: model ? t("setup.roles.copyOf", { name: model.name }) : "",
          description: model?.description ?? "",
          permissions: model?.permissions ?? [],
          ready_made: false,
          users: 0,
        };
        return <Form key={from} role={fresh} roles={roles} permissions={permissions} />;
      }}
    </Loaded>
  );
}

export function RoleForm() {
  const { id = "" } = useParams();
  const back = useBack();
  return (
    <Loaded queries={[useRoles(), usePermissions()]} back={back}>
      {(roles, permissions) => {
        const role = roles.find((one) => one.id === id);
        return role ? <Form key={id} role={role} roles={roles} permissions={permissions} /> : <Gone back={back} />;
      }}
    </Loaded>
  );
}

function Form({ role, roles, permissions }: { role: Role; roles: readonly Role[]; permissions: readonly PermissionInfo[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  const back = useBack();
  const isNew = role.id === "";
  const manage = may(useMe(), "roles.manage");
  const { name, description } = role;
  const held = role.permissions;
  const saved = useMemo<RoleDraft>(() => ({ name, description, permissions: [...held].sort() }), [name, description, held]);
  const troubles = useCallback(
    (value: RoleDraft) =>
      nameTroubles(
        value.name,
        roles.filter((other) => other.id !== role.id),
      ),
    [roles, role.id],
  );
  const draft = useDraft<RoleDraft>({
    saved,
    editable: manage && !role.ready_made,
    troubles,
    save: async (value) => {
      const body = { ...value, name: value.name.trim() };
      if (!isNew) return write.replace(rolePath(role.id), body);
      const made = await write.create<Role>("/roles", body);
      draft.leaving.current = true;
      await navigate(`/admin/roles/${encodeURIComponent(made.id)}`, { replace: true });
    },
  });
  const { value, set } = draft;
  const holders = useHolders(role.id).data;
  return (
    <FormPage
      title={isNew ? t("setup.roles.new") : role.name}
      back={back}
      draft={draft}
      isNew={isNew}
      aside={
        !isNew && (
          <>
            {manage && (
              <Button component={Link} to={`/admin/roles/new?from=${encodeURIComponent(role.id)}`} size="compact-sm" variant="default" leftSection={<IconCopy size={16} aria-hidden />}>
                {t("setup.roles.copy")}
              </Button>
            )}
            {!role.ready_made && (
              <History subject={`role:${role.id}`} name={role.name} act="role.changed" dirty={draft.dirty} {...(manage ? { restoreTo: rolePath(role.id) } : {})} />
            )}
          </>
        )
      }
      above={role.ready_made && <Sentence tone="grey">{t("setup.roles.readyMadeText")}</Sentence>}
      sections={[
        {
          id: "general",
          title: t("setup.roles.one"),
          paths: ["name", "description"],
          content: (
            <>
              <TextField path="name" label={t("admin.name")} required autoFocus={isNew} value={value.name} onChange={(typed) => set({ name: typed })} />
              <TextField path="description" label={t("setup.roles.description")} value={value.description} onChange={(typed) => set({ description: typed })} />
            </>
          ),
        },
        {
          id: "permissions",
          title: t("setup.roles.permissions"),
          lead: t("setup.roles.permissionsLead"),
          paths: ["permissions"],
          content: <Permissions all={permissions} value={value.permissions} onChange={(names) => set({ permissions: names })} />,
        },
        {
          id: "holders",
          title: t("setup.roles.holders"),
          paths: [],
          content: (
            <p>
              {holders?.items.map((person) => person.name).join(", ")}{" "}
              {role.users === 0 ? (
                <span className="dim">{t("setup.roles.nobody")}</span>
              ) : (
                <Link to={`/admin/people?role=${encodeURIComponent(role.id)}`}>{t("setup.people.count", { count: role.users })}</Link>
              )}
            </p>
          ),
        },
      ]}
      below={
        !isNew &&
        manage &&
        !role.ready_made && (
          <Danger
            held
            name={role.name}
            word={t("setup.roles.delete")}
            usedBy={role.users > 0 ? [t("setup.roles.hasUsers", { count: role.users })] : []}
            onDelete={() => write.remove(rolePath(role.id), draft, () => void navigate(back.to))}
          />
        )
      }
    />
  );
}

interface PermissionsProps {
  all: readonly PermissionInfo[];
  value: readonly string[];
  onChange: (value: string[]) => void;
}

function Permissions({ all, value, onChange }: PermissionsProps) {
  const { t } = useTranslation();
  const { editable, trouble } = useFields();
  const toggle = (name: string) => onChange(value.includes(name) ? value.filter((one) => one !== name) : [...value, name].sort());
  return (
    <>
      {grouped(all).map(([group, items]) => (
        <fieldset key={group} className={people.group}>
          <legend>{groupWord(group)}</legend>
          <ul className={people.permissions}>
            {items.map((permission) => {
              const at = value.indexOf(permission.name);
              const wrong = at < 0 ? undefined : trouble(`permissions.${at}`);
              const marks = [
                permission.dangerous && t("setup.roles.dangerous"),
                permission.scoped && t("setup.roles.scoped"),
                permission.own && t("setup.roles.ownThings"),
              ].filter(Boolean);
              return (
                <li key={permission.name}>
                  <Checkbox
                    {...(at < 0 ? {} : { "data-path": `permissions.${at}` })}
                    label={permission.summary}
                    description={[permission.name, ...marks].join(" · ")}
                    checked={at >= 0}
                    disabled={!editable}
                    error={wrong}
                    onChange={() => toggle(permission.name)}
                  />
                </li>
              );
            })}
          </ul>
        </fieldset>
      ))}
      <Wrong path="permissions" />
    </>
  );
}
