import { ActionIcon, Menu } from "@mantine/core";
import { IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp, IconGripVertical, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState, type CSSProperties, type DragEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { ChoiceField, SwitchField, TextField } from "../../../components/admin/Fields";
import { options } from "../../../hooks/admin";
import { useFields } from "../../../hooks/draft";
import { replaced } from "../../../lib/admin/draft";
import { endOf, inherited, isLeaf, queueAbove, stepped, type Items, type Step, type Where } from "../../../lib/admin/tree";
import type { DispositionSetting } from "../../../lib/admin/types";
import type { Named } from "../../../lib/contract";
import styles from "./tree.module.css";

interface RowProps {
  items: Items;
  index: number;
  depth: number;
  queues: readonly Named[];
  /** The id of what is being dragged. */
  dragged: string | null;
  onChange: (items: DispositionSetting[]) => void;
  onAdd: () => void;
  onRemove: () => void;
  onStep: (step: Step) => void;
  onDrag: (id: string | null) => void;
  onDrop: (where: Where) => void;
}

export function Row(props: RowProps) {
  const { items, index, depth, queues, dragged, onDrop } = props;
  const { t } = useTranslation();
  const { editable } = useFields();
  const [over, setOver] = useState<Where | null>(null);
  const item = items[index];
  if (!item) return null;
  const name = item.label || t("setup.results.unnamed");
  const change = (part: Partial<DispositionSetting>) => props.onChange(inherited(replaced(items, index, { ...item, ...part })));
  const drags = dragged !== null && dragged !== item.id;
  return (
    <li
      className={styles.row}
      style={{ "--depth": depth } as CSSProperties}
      data-result={item.id}
      data-over={over ?? undefined}
      data-dragged={dragged === item.id}
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
      {editable && <Handle {...props} item={item} name={name} />}
      <TextField
        path={`items.${index}.label`}
        name={t("setup.results.label")}
        placeholder={t("setup.results.label")}
        value={item.label}
        onChange={(label) => change({ label })}
      />
      {queueAbove(items, index) === null ? (
        <ChoiceField
          path={`items.${index}.queue_id`}
          name={t("setup.results.queue", { name })}
          placeholder={t("setup.results.everyQueue")}
          clearable
          value={item.queue_id}
          options={options(queues)}
          onChange={(queue_id) => change({ queue_id })}
        />
      ) : (
        <span className="dim small truncate">{queues.find((queue) => queue.id === item.queue_id)?.name ?? item.queue_id}</span>
      )}
      {isLeaf(items, index) ? (
        <SwitchField
          path={`items.${index}.note_required`}
          label={t("setup.results.note")}
          value={item.note_required}
          onChange={(note_required) => change({ note_required })}
        />
      ) : (
        <span />
      )}
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

function Handle(props: RowProps & { item: DispositionSetting; name: string }) {
  const { items, index, item, name, onStep } = props;
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const below = endOf(items, index) - index - 1;
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
          data-handle={item.id}
          aria-label={t("setup.results.handle", { name })}
          title={t("setup.results.keys")}
          onKeyDownCapture={press}
          onDragStart={(event: DragEvent) => {
            event.dataTransfer.effectAllowed = "move";
            event.dataTransfer.setData("text/plain", item.label);
            props.onDrag(item.id);
          }}
          onDragEnd={() => props.onDrag(null)}
        >
          <IconGripVertical size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {STEPS.map(([step, , Sign]) => (
          <Menu.Item key={step} leftSection={<Sign size={16} aria-hidden />} disabled={!stepped(items, item.id, step)} onClick={() => onStep(step)}>
            {t(`setup.results.${step}`)}
          </Menu.Item>
        ))}
        <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={props.onAdd}>
          {t("setup.results.addBelow")}
        </Menu.Item>
        <Menu.Item c="var(--cc-red)" leftSection={<IconTrash size={16} aria-hidden />} onClick={props.onRemove}>
          {below === 0 ? t("setup.results.remove") : t("setup.results.removeAll", { count: below })}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
