import { ActionIcon, Menu } from "@mantine/core";
import { IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp, IconGripVertical, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState, type CSSProperties, type DragEvent, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFields } from "../../hooks/draft";
import type { Step, Where } from "../../lib/admin/tree";
import styles from "./rows.module.css";

interface TreeRowProps {
  id: string;
  name: string;
  depth: number;
  /** How many go with it. */
  below: number;
  /** The id of what is being dragged. */
  dragged: string | null;
  className: string;
  /** More of its menu. */
  menu?: ReactNode;
  can: (step: Step) => boolean;
  onAdd: () => void;
  onRemove: () => void;
  onStep: (step: Step) => void;
  onDrag: (id: string | null) => void;
  onDrop: (where: Where) => void;
  children: ReactNode;
}

/** One of a tree, moved by dragging its handle, by the arrow keys on it, or by its menu. */
export function TreeRow(props: TreeRowProps) {
  const { id, depth, dragged, className, onDrop, children } = props;
  const { editable } = useFields();
  const [over, setOver] = useState<Where | null>(null);
  const drags = dragged !== null && dragged !== id;
  return (
    <li
      className={`${styles.row ?? ""} ${className}`}
      style={{ "--depth": depth } as CSSProperties}
      data-branch={id}
      data-over={over ?? undefined}
      data-dragged={dragged === id}
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
      {children}
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

function Handle({ id, name, below, menu, can, onAdd, onRemove, onStep, onDrag }: TreeRowProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
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
          data-handle={id}
          aria-label={t("admin.tree.handle", { name })}
          title={t("admin.tree.keys")}
          onKeyDownCapture={press}
          onDragStart={(event: DragEvent) => {
            event.dataTransfer.effectAllowed = "move";
            event.dataTransfer.setData("text/plain", name);
            onDrag(id);
          }}
          onDragEnd={() => onDrag(null)}
        >
          <IconGripVertical size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {STEPS.map(([step, , Sign]) => (
          <Menu.Item key={step} leftSection={<Sign size={16} aria-hidden />} disabled={!can(step)} onClick={() => onStep(step)}>
            {t(`admin.tree.${step}`)}
          </Menu.Item>
        ))}
        <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={onAdd}>
          {t("admin.tree.addBelow")}
        </Menu.Item>
        {menu}
        <Menu.Item c="var(--cc-red)" leftSection={<IconTrash size={16} aria-hidden />} onClick={onRemove}>
          {below === 0 ? t("admin.tree.remove") : t("admin.tree.removeAll", { count: below })}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
