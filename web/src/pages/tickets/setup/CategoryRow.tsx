import { Menu } from "@mantine/core";
import { IconArchive } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { TextField } from "../../../components/admin/Fields";
import { TreeRow } from "../../../components/admin/TreeRow";
import type { Step, Where } from "../../../lib/admin/tree";
import type { Branch } from "../../../lib/tickets/categories";
import { RetiredMark } from "./Parts";
import styles from "./setup.module.css";

interface RowProps {
  branch: Branch;
  index: number;
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

export function CategoryRowView({ branch, index, onChange, ...tree }: RowProps) {
  const { t } = useTranslation();
  return (
    <TreeRow
      {...tree}
      id={branch.id}
      name={branch.name || t("ticketSetUp.categories.unnamed")}
      className={styles.branch ?? ""}
      menu={
        <Menu.Item leftSection={<IconArchive size={16} aria-hidden />} onClick={() => onChange({ retired: !branch.retired })}>
          {branch.retired ? t("ticketSetUp.categories.revive") : t("ticketSetUp.categories.retire")}
        </Menu.Item>
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
    </TreeRow>
  );
}
