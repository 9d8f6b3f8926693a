import { ActionIcon, Button } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCheck, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFields } from "../../hooks/draft";
import { moved, without } from "../../lib/admin/draft";
import admin from "./admin.module.css";
import styles from "./ordered.module.css";
import { Wrong } from "./Fields";

interface OrderedListProps<T> {
  path: string;
  items: readonly T[];
  onChange: (items: T[]) => void;
  /** The item in words: what is read when it is not being edited. */
  sentence: (item: T, index: number) => string;
  editor: (item: T, index: number) => ReactNode;
  fresh: () => T;
  addWord: string;
  empty: string;
  /** Whether the order is the person's to choose. */
  movable?: boolean;
}

/** Items in order, each a plain sentence that opens into its fields. */
export function OrderedList<T>(props: OrderedListProps<T>) {
  const { path, items, onChange, sentence, editor, movable } = props;
  const { t } = useTranslation();
  const { editable, wrong } = useFields();
  const [open, setOpen] = useState<number | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const move = (from: number, to: number) => {
    onChange(moved(items, from, to));
    setOpen((at) => (at === from ? to : at === to ? from : at));
    const way = to < from ? "up" : "down";
    setTimeout(() => list.current?.children[to]?.querySelector<HTMLElement>(`[data-move=${way}]`)?.focus(), 0);
  };
  const remove = (index: number) => {
    onChange(without(items, index));
    setOpen((at) => (at === null || at === index ? null : at > index ? at - 1 : at));
  };
  return (
    <div className="stack">
      {items.length === 0 && <p className="dim">{props.empty}</p>}
      <ol className={styles.ordered} ref={list}>
        {items.map((item, index) => (
          <li key={index} data-open={open === index} data-trouble={wrong(`${path}.${index}`)}>
            <div className={styles.orderedHead}>
              <span className={styles.number} aria-hidden>
                {index + 1}
              </span>
              <p className="grow">{sentence(item, index)}</p>
              {editable && (
                <div className={styles.orderedActions}>
                  {movable && items.length > 1 && (
                    <>
                      <Act word={t("admin.up", { number: index + 1 })} move="up" off={index === 0} onClick={() => move(index, index - 1)}>
                        <IconArrowUp size={16} aria-hidden />
                      </Act>
                      <Act
                        word={t("admin.down", { number: index + 1 })}
                        move="down"
                        off={index === items.length - 1}
                        onClick={() => move(index, index + 1)}
                      >
                        <IconArrowDown size={16} aria-hidden />
                      </Act>
                    </>
                  )}
                  <Act
                    word={open === index ? t("admin.closeNumber", { number: index + 1 }) : t("admin.editNumber", { number: index + 1 })}
                    expanded={open === index}
                    onClick={() => setOpen(open === index ? null : index)}
                  >
                    {open === index ? <IconCheck size={16} aria-hidden /> : <IconPencil size={16} aria-hidden />}
                  </Act>
                  <Act word={t("admin.removeNumber", { number: index + 1 })} onClick={() => remove(index)}>
                    <IconTrash size={16} aria-hidden />
                  </Act>
                </div>
              )}
            </div>
            {open !== index && <Troubles at={`${path}.${index}`} />}
            {open === index && editable && (
              <div className={styles.orderedBody}>
                {editor(item, index)}
                <Wrong path={`${path}.${index}`} />
              </div>
            )}
          </li>
        ))}
      </ol>
      <Wrong path={path} />
      {editable && (
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => {
              onChange([...items, props.fresh()]);
              setOpen(items.length);
              setTimeout(() => list.current?.lastElementChild?.querySelector<HTMLElement>("input")?.focus(), 0);
            }}
          >
            {props.addWord}
          </Button>
        </div>
      )}
    </div>
  );
}

/** That something inside a closed item is wrong. */
function Troubles({ at }: { at: string }) {
  const { t } = useTranslation();
  const { wrong } = useFields();
  if (!wrong(at)) return null;
  return (
    <p className={admin.wrong} data-wrong="true" tabIndex={-1}>
      {t("admin.itemWrong")}
    </p>
  );
}

interface ActProps {
  word: string;
  onClick: () => void;
  off?: boolean;
  move?: "up" | "down";
  expanded?: boolean;
  children: ReactNode;
}

export function Act({ word, onClick, off, move, expanded, children }: ActProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      c="var(--cc-dim)"
      size={32}
      className={styles.act ?? ""}
      aria-label={word}
      title={word}
      disabled={off ?? false}
      {...(move ? { "data-move": move } : {})}
      {...(expanded === undefined ? {} : { "aria-expanded": expanded })}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  );
}
