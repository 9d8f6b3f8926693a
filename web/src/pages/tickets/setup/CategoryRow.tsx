import { ActionIcon, Menu } from "@mantine/core";
import { IconArchive, IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp, IconGripVertical, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState, type CSSProperties, type DragEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { TextField } from "../../../components/admin/Fields";
import { useFields } from "../../../hooks/draft";
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

export function CategoryRowView(props: RowProps) {
  const { branch, index, depth, dragged, onDrop } = props;
  const { t } = useTranslation();
  const { editable } = useFields();
  const [over, setOver] = useState<Where | null>(null);
  const drags = dragged !== null && dragged !== branch.id;
  return (
    <li
      className={styles.branch}
      style={{ "--depth": depth } as CSSProperties}
      data-category={branch.id}
      data-over={over ?? undefined}
      data-dragged={dragged === branch.id}
      onDragOver={(event) => {
        if (!drags) return;
        event.preventDefault();
        setOver(whereOf(event));
      }}
      onDragLeave={() => setOver(null)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(null);
        if (drags) onDrop(whereOf(event));
      }}
    >
      {editable && <Handle {...props} />}
      <TextField
        path={`items.${index}.name`}
        name={t("ticketSetUp.categories.label")}
        placeholder={t("ticketSetUp.categories.label")}
        value={branch.name}
        onChange={(name) => props.onChange({ name })}
      />
      {branch.retired && <RetiredMark />}
    </li>
  );
}

/** The upper and the lower quarter of a row stand for the places around it, its middle for below it. */
function whereOf(event: DragEvent<HTMLElement>): Where {
  const box = event.currentTarget.getBoundingClientRect();
  const part = (event.clientY - box.top) / box.height;
  return part < 0.25 ? "before" : part > 0.75 ? "after" : "inside";
}

const STEPS = [
  ["up", "ArrowUp", IconArrowUp],
  ["down", "ArrowDown", IconArrowDown],
  ["in", "ArrowRight", IconArrowRight],
  ["out", "ArrowLeft", IconArrowLeft],
] as const;

function Handle(props: RowProps) {
  const { branch, below, can, onStep } = props;
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const name = branch.name || t("ticketSetUp.categories.unnamed");
  const press = (event: KeyboardEvent) => {
    const step = STEPS.find(([, key]) => key === event.key)?.[0];
    if (!step || open) return;
    event.preventDefault();
    event.stopPropagation();
    onStep(step);
  };
  return (
    <Menu opened={open} onChange={setOpen} position="bottom-start" shadow="md" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon
          className={styles.handle ?? ""}
          variant="subtle"
          color="gray"
          c="var(--cc-dim)"
          size={32}
          draggable
          data-handle={branch.id}
          aria-label={t("ticketSetUp.categories.handle", { name })}
          title={t("ticketSetUp.categories.keys")}
          onKeyDownCapture={press}
          onDragStart={(event: DragEvent) => {
            event.dataTransfer.effectAllowed = "move";
            event.dataTransfer.setData("text/plain", branch.name);
            props.onDrag(branch.id);
          }}
          onDragEnd={() => props.onDrag(null)}
        >
          <IconGripVertical size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {STEPS.map(([step, , Sign]) => (
          <Menu.Item key={step} leftSection={<Sign size={16} aria-hidden />} disabled={!can(step)} onClick={() => onStep(step)}>
            {t(`ticketSetUp.categories.${step}`)}
          </Menu.Item>
        ))}
        <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={props.onAdd}>
          {t("ticketSetUp.categories.addBelow")}
        </Menu.Item>
        <Menu.Item leftSection={<IconArchive size={16} aria-hidden />} onClick={() => props.onChange({ retired: !branch.retired })}>
          {branch.retired ? t("ticketSetUp.categories.revive") : t("ticketSetUp.categories.retire")}
        </Menu.Item>
        <Menu.Item c="var(--cc-red)" leftSection={<IconTrash size={16} aria-hidden />} onClick={props.onRemove}>
          {below === 0 ? t("ticketSetUp.categories.remove") : t("ticketSetUp.categories.removeAll", { count: below })}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
