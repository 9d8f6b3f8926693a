import { ActionIcon, VisuallyHidden } from "@mantine/core";
import { IconGripVertical } from "@tabler/icons-react";
import { useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "../../hooks/words";
import type { Problem } from "../../lib/api";
import { Sentence } from "../Sentence";
import styles from "./rows.module.css";

interface SortableRowsProps<T> {
  rows: readonly T[];
  idOf: (row: T) => string;
  /** What the row is called when it is read out. */
  nameOf: (row: T) => string;
  movable: boolean;
  className: string;
  rowClass?: string;
  /** When what it returns fails, the list says that the order could not be saved. */
  onMove: (from: number, to: number) => unknown;
  children: (row: T, index: number) => ReactNode;
}

/** Rows in the order that counts, moved by dragging their handles or by the arrow keys on them. */
export function SortableRows<T>({ rows, idOf, nameOf, movable, className, rowClass, onMove, children }: SortableRowsProps<T>) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [told, setTold] = useState("");
  const move = async (from: number, to: number) => {
    const row = rows[from];
    if (!row || to < 0 || to >= rows.length || from === to) return;
    setProblem(null);
    setTold(t("admin.sorted.moved", { name: nameOf(row), number: to + 1 }));
    const saving = onMove(from, to);
    // After the list has been told of its new order.
    setTimeout(() => list.current?.children[to]?.querySelector<HTMLElement>("[data-handle]")?.focus(), 0);
    try {
      await saving;
    } catch (error) {
      setProblem(error as Problem);
    }
  };
  const drop = () => {
    setDragged(null);
    setOver(null);
  };
  return (
    <>
      {problem && <Sentence tone="red">{t("admin.sorted.notMoved", { detail: problemText(problem) })}</Sentence>}
      <VisuallyHidden role="status">{told}</VisuallyHidden>
      <ol className={`${styles.rows ?? ""} ${className}`} ref={list}>
        {rows.map((row, index) => {
          const word = t("admin.sorted.move", { name: nameOf(row) });
          return (
            <li
              key={idOf(row)}
              className={`${styles.row ?? ""} ${rowClass ?? ""}`}
              data-movable={movable}
              data-dragged={dragged === index}
              data-over={over === index && dragged !== null && dragged !== index ? (dragged < index ? "after" : "before") : undefined}
              onDragOver={(event) => {
                if (dragged === null) return;
                event.preventDefault();
                setOver(index);
              }}
              onDrop={(event) => {
                event.preventDefault();
                if (dragged !== null) void move(dragged, index);
                drop();
              }}
            >
              {movable && (
                <ActionIcon
                  className={styles.handle ?? ""}
                  variant="subtle"
                  color="gray"
                  c="var(--cc-dim)"
                  size={36}
                  draggable
                  data-handle
                  aria-label={word}
                  title={word}
                  onKeyDown={(event) => {
                    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
                    if (!step) return;
                    event.preventDefault();
                    void move(index, index + step);
                  }}
                  onDragStart={(event) => {
                    event.dataTransfer.effectAllowed = "move";
                    event.dataTransfer.setData("text/plain", nameOf(row));
                    setDragged(index);
                  }}
                  onDragEnd={drop}
                >
                  <IconGripVertical size={18} aria-hidden />
                </ActionIcon>
              )}
              {children(row, index)}
            </li>
          );
        })}
      </ol>
    </>
  );
}
