import { useTranslation } from "react-i18next";
import { ChoiceField, SwitchField, TextField } from "../../../components/admin/Fields";
import { TreeRow } from "../../../components/admin/TreeRow";
import { options } from "../../../hooks/admin";
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
  const { items, index, depth, queues, dragged, onAdd, onRemove, onStep, onDrag, onDrop } = props;
  const { t } = useTranslation();
  const item = items[index];
  if (!item) return null;
  const name = item.label || t("setup.results.unnamed");
  const change = (part: Partial<DispositionSetting>) => props.onChange(inherited(replaced(items, index, { ...item, ...part })));
  return (
    <TreeRow
      id={item.id}
      name={name}
      depth={depth}
      below={endOf(items, index) - index - 1}
      dragged={dragged}
      className={styles.row ?? ""}
      can={(step) => stepped(items, item.id, step) !== null}
      onAdd={onAdd}
      onRemove={onRemove}
      onStep={onStep}
      onDrag={onDrag}
      onDrop={onDrop}
    >
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
    </TreeRow>
  );
}
