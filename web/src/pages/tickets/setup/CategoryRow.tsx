import { Menu } from "@mantine/core";
import { IconArchive, IconCertificate } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { TextField } from "../../../components/admin/Fields";
import { TreeRow } from "../../../components/admin/TreeRow";
import type { Step, Where } from "../../../lib/admin/tree";
import type { Named } from "../../../lib/contract";
import type { Branch } from "../../../lib/tickets/categories";
import { RetiredMark } from "./Parts";
import styles from "./setup.module.css";
import asked from "./skills.module.css";
import { SkillsAsked } from "./SkillsAsked";

interface RowProps {
  branch: Branch;
  index: number;
  skills: readonly Named[];
  depth: number;
  /** How many go with it. */
  below: number;
  /** The id of what is being dragged. */
  dragged: string | null;
  can: (step: Step) => boolean;
  onChange: (part: Partial<Branch>) => void;
  onAdd: () => void;
  onRemove: () => void;
  onStep: (step: Step) => void;
  onDrag: (id: string | null) => void;
  onDrop: (where: Where) => void;
}

export function CategoryRowView({ branch, index, skills, onChange, ...tree }: RowProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const asks = opened || branch.skills.length > 0;
  return (
    <TreeRow
      {...tree}
      id={branch.id}
      name={branch.name || t("ticketSetUp.categories.unnamed")}
      className={styles.branch ?? ""}
      menu={
        <>
          {!asks && (
            <Menu.Item leftSection={<IconCertificate size={16} aria-hidden />} onClick={() => setOpened(true)}>
              {t("ticketSetUp.skills.ask")}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconArchive size={16} aria-hidden />} onClick={() => onChange({ retired: !branch.retired })}>
            {branch.retired ? t("ticketSetUp.categories.revive") : t("ticketSetUp.categories.retire")}
          </Menu.Item>
        </>
      }
    >
      <TextField
        path={`items.${index}.name`}
        name={t("ticketSetUp.categories.label")}
        placeholder={t("ticketSetUp.categories.label")}
        value={branch.name}
        onChange={(name) => onChange({ name })}
      />
      {branch.retired && <RetiredMark />}
      {asks && (
        <div className={asked.below}>
          <SkillsAsked path={`items.${index}.skills`} asked={branch.skills} skills={skills} onChange={(found) => onChange({ skills: found })} />
        </div>
      )}
    </TreeRow>
  );
}
