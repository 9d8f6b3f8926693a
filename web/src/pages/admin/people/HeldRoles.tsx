import { Button } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ChoiceField, SeveralField, SwitchField, Wrong } from "../../../components/admin/Fields";
import { Act } from "../../../components/admin/OrderedList";
import { options } from "../../../hooks/admin";
import { useFields } from "../../../hooks/draft";
import { replaced, without } from "../../../lib/admin/draft";
import type { HeldRole, Role, Team } from "../../../lib/admin/people";
import type { Named } from "../../../lib/contract";
import styles from "./people.module.css";

interface HeldRolesProps {
  value: readonly HeldRole[];
  onChange: (value: HeldRole[]) => void;
  roles: readonly Role[];
  teams: readonly Team[];
  queues: readonly Named[];
  /** Where they stand in the settings. */
  path?: string;
}

/** Roles, each everywhere or only for some teams and queues. */
export function HeldRoles({ value, onChange, roles, teams, queues, path = "roles" }: HeldRolesProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  const change = (index: number, part: Partial<HeldRole>) => {
    const held = value[index];
    if (held) onChange(replaced(value, index, { ...held, ...part }));
  };
  return (
    <div className="stack">
      {value.length === 0 && <p className="dim">{t("setup.people.noRole")}</p>}
      <ul className={styles.held}>
        {value.map((held, index) => {
          const role = roles.find((one) => one.id === held.role);
          return (
            <li key={index}>
              <ChoiceField
                path={`${path}.${index}.role`}
                name={t("setup.people.role")}
                placeholder={t("setup.people.role")}
                description={role?.description}
                value={held.role || null}
                options={options(roles)}
                onChange={(id) => change(index, { role: id ?? "" })}
              />
              <div className="stack">
                <SwitchField
                  path={`${path}.${index}.where`}
                  label={t("setup.people.everywhere")}
                  value={held.where === null}
                  onChange={(everywhere) => change(index, { where: everywhere ? null : { teams: [], queues: [] } })}
                />
                {held.where && (
                  <>
                    <SeveralField
                      path={`${path}.${index}.where.teams`}
                      label={t("admin.area.teams")}
                      value={held.where.teams}
                      options={options(teams)}
                      onChange={(ids) => change(index, { where: { teams: ids, queues: held.where?.queues ?? [] } })}
                    />
                    <SeveralField
                      path={`${path}.${index}.where.queues`}
                      label={t("admin.area.queues")}
                      value={held.where.queues}
                      options={options(queues)}
                      onChange={(ids) => change(index, { where: { teams: held.where?.teams ?? [], queues: ids } })}
                    />
                  </>
                )}
              </div>
              {editable && (
                <Act word={t("admin.members.remove", { name: role?.name ?? t("setup.people.role") })} onClick={() => onChange(without(value, index))}>
                  <IconX size={16} aria-hidden />
                </Act>
              )}
            </li>
          );
        })}
      </ul>
      <Wrong path={path} />
      {editable && (
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => onChange([...value, { role: "", where: null }])}
          >
            {t("setup.people.role")}
          </Button>
        </div>
      )}
    </div>
  );
}
