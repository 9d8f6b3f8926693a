import { Button } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useFields } from "../../hooks/draft";
import { moved, replaced, without } from "../../lib/admin/draft";
import styles from "./ordered.module.css";
import { TextField, Wrong } from "./Fields";
import { Act } from "./OrderedList";

interface ChoiceListProps {
  path: string;
  choices: readonly string[];
  onChange: (choices: string[]) => void;
  words: { empty: string; add: string; choice: (number: number) => string };
}

/** What can be chosen, in order; Enter in the last one adds another. */
export function ChoiceList({ path, choices, onChange, words }: ChoiceListProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  const list = useRef<HTMLOListElement>(null);
  const add = () => {
    onChange([...choices, ""]);
    setTimeout(() => list.current?.lastElementChild?.querySelector<HTMLElement>("input")?.focus(), 0);
  };
  return (
    <div className="stack">
      {choices.length === 0 && <p className="dim">{words.empty}</p>}
      <ol
        className={styles.choiceList}
        ref={list}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
          event.preventDefault();
          if (event.target.value.trim()) add();
        }}
      >
        {choices.map((choice, index) => (
          <li key={index}>
            <TextField path={`${path}.${index}`} name={words.choice(index + 1)} value={choice} onChange={(text) => onChange(replaced(choices, index, text))} />
            {editable && (
              <div className={styles.orderedActions}>
                <Act word={t("admin.up", { number: index + 1 })} off={index === 0} onClick={() => onChange(moved(choices, index, index - 1))}>
                  <IconArrowUp size={16} aria-hidden />
                </Act>
                <Act word={t("admin.down", { number: index + 1 })} off={index === choices.length - 1} onClick={() => onChange(moved(choices, index, index + 1))}>
                  <IconArrowDown size={16} aria-hidden />
                </Act>
                <Act word={t("admin.removeNumber", { number: index + 1 })} onClick={() => onChange(without(choices, index))}>
                  <IconTrash size={16} aria-hidden />
                </Act>
              </div>
            )}
          </li>
        ))}
      </ol>
      <Wrong path={path} />
      {editable && (
        <div>
          <Button variant="default" size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
            {words.add}
          </Button>
        </div>
      )}
    </div>
  );
}
