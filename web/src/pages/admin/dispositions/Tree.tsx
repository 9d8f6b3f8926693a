import { Button, TextInput, VisuallyHidden } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import admin from "../../../components/admin/admin.module.css";
import { Wrong } from "../../../components/admin/Fields";
import type { Draft } from "../../../hooks/draft";
import { useLocale } from "../../../hooks/words";
import { freshId } from "../../../lib/admin/pauses";
import { added, depths, movedTo, removed, shownFor, stepped, type Items, type Step, type Where } from "../../../lib/admin/tree";
import type { DispositionSetting } from "../../../lib/admin/types";
import type { Named } from "../../../lib/contract";
import type { Results } from "./Dispositions";
import { Row } from "./Row";
import styles from "./tree.module.css";

/** From so many on they are searched. */
const MANY = 15;

interface TreeProps {
  draft: Draft<Results>;
  queues: readonly Named[];
}

export function Tree({ draft, queues }: TreeProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [words, setWords] = useState("");
  const [dragged, setDragged] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const { items } = draft.value;
  const { editable } = draft.fields;
  const levels = depths(items);
  const shown = shownFor(items, words, locale);
  const placeWords = (next: Items, id: string) => {
    const item = next.find((one) => one.id === id);
    if (!item) return "";
    const number = next.filter((one) => one.parent_id === item.parent_id).indexOf(item) + 1;
    const parent = next.find((one) => one.id === item.parent_id);
    const name = item.label || t("setup.results.unnamed");
    return parent
      ? t("setup.results.movedBelow", { name, number, parent: parent.label })
      : t("setup.results.movedTop", { name, number });
  };
  const put = (next: DispositionSetting[] | null, id: string) => {
    if (!next) return;
    draft.set({ items: next });
    setSaid(placeWords(next, id));
    focusOn(`[data-handle="${CSS.escape(id)}"]`);
  };
  const add = (parent: string | null) => {
    const id = freshResult(items);
    setWords("");
    draft.set({ items: added(items, parent, id) });
    focusOn(`[data-branch="${CSS.escape(id)}"] input`);
  };
  return (
    <div className="stack">
      {items.length === 0 && <p className="dim">{t("setup.results.none")}</p>}
      {items.length >= MANY && (
        <div className="row wrap">
          <TextInput
            type="search"
            aria-label={t("setup.results.search")}
            placeholder={t("setup.results.search")}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          <span className="dim small" role="status">
            {t("setup.results.shown", { count: shown.size, all: items.length })}
          </span>
        </div>
      )}
      <ul className={styles.tree}>
        {items.map(
          (item, index) =>
            shown.has(item.id) && (
              <Row
                key={item.id}
                items={items}
                index={index}
                depth={levels[index] ?? 0}
                queues={queues}
                dragged={dragged}
                onChange={(next) => draft.set({ items: next })}
                onAdd={() => add(item.id)}
                onRemove={() => draft.set({ items: removed(items, index) })}
                onStep={(step: Step) => put(stepped(items, item.id, step), item.id)}
                onDrag={setDragged}
                onDrop={(where: Where) => {
                  if (dragged) put(movedTo(items, dragged, item.id, where), dragged);
                }}
              />
            ),
        )}
      </ul>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <Wrong path="items" />
      {editable && (
        <div>
          <Button className={admin.add ?? ""} variant="default" size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => add(null)}>
            {t("setup.results.add")}
          </Button>
        </div>
      )}
    </div>
  );
}

const freshResult = (items: Items) => freshId(items, Date.now(), "result");

/** Once the change is on the page. */
function focusOn(selector: string): void {
  setTimeout(() => document.querySelector<HTMLElement>(selector)?.focus(), 0);
}
