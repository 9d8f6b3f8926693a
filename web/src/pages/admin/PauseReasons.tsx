import { Button } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import ordered from "../../components/admin/ordered.module.css";
import { SwitchField, TextField, Wrong } from "../../components/admin/Fields";
import { FormPage } from "../../components/admin/FormPage";
import { Act } from "../../components/admin/OrderedList";
import { useMayManage, usePauseSettings, useWrite } from "../../hooks/admin";
import { useDraft, type Draft } from "../../hooks/draft";
import { moved, replaced, without } from "../../lib/admin/draft";
import { freshId, pauseTroubles } from "../../lib/admin/pauses";
import type { PauseReason } from "../../lib/admin/types";
import { Loaded } from "./Loaded";
import styles from "./pauses.module.css";

interface Reasons {
  items: PauseReason[];
}

export function PauseReasons() {
  const { t } = useTranslation();
  const query = usePauseSettings();
  return (
    <Loaded queries={[query]} back={{ to: "/admin", word: t("nav.admin") }}>
      {(items) => <Form items={items} />}
    </Loaded>
  );
}

const reasonTroubles = (value: Reasons) => pauseTroubles(value.items);

function Form({ items }: { items: PauseReason[] }) {
  const { t } = useTranslation();
  const write = useWrite();
  const saved = useMemo(() => ({ items }), [items]);
  const draft = useDraft<Reasons>({
    saved,
    editable: useMayManage(),
    troubles: reasonTroubles,
    save: (value) =>
      write.replace("/pause-reasons/settings", {
        items: value.items.map((item, position) => ({ ...item, label: item.label.trim(), position })),
      }),
  });
  return (
    <FormPage
      title={t("admin.area.pauses")}
      draft={draft}
      sections={[
        {
          id: "reasons",
          title: t("admin.pauses.title"),
          lead: t("admin.pauses.lead"),
          paths: ["items"],
          content: <List draft={draft} />,
        },
      ]}
    />
  );
}

function List({ draft: { value, set, fields } }: { draft: Draft<Reasons> }) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  const { items } = value;
  const change = (index: number, part: Partial<PauseReason>) => {
    const item = items[index];
    if (item) set({ items: replaced(items, index, { ...item, ...part }) });
  };
  const add = () => {
    set({ items: [...items, { id: freshId(items, Date.now()), label: "", paid: true, occupancy: false, position: items.length }] });
    setTimeout(() => list.current?.lastElementChild?.querySelector<HTMLElement>("input")?.focus(), 0);
  };
  return (
    <div className="stack">
      {items.length === 0 && <p className="dim">{t("admin.pauses.none")}</p>}
      <ul className={styles.pauses} ref={list}>
        {items.map((item, index) => (
          <li key={item.id}>
            <TextField
              path={`items.${index}.label`}
              name={t("admin.pauses.label")}
              placeholder={t("admin.pauses.label")}
              value={item.label}
              onChange={(label) => change(index, { label })}
            />
            <SwitchField path={`items.${index}.paid`} label={t("admin.pauses.paid")} value={item.paid} onChange={(paid) => change(index, { paid })} />
            <SwitchField
              path={`items.${index}.occupancy`}
              label={t("admin.pauses.occupancy")}
              value={item.occupancy}
              onChange={(occupancy) => change(index, { occupancy })}
            />
            {fields.editable && (
              <div className={ordered.orderedActions}>
                <Act word={t("admin.up", { number: index + 1 })} off={index === 0} onClick={() => set({ items: moved(items, index, index - 1) })}>
                  <IconArrowUp size={16} aria-hidden />
                </Act>
                <Act
                  word={t("admin.down", { number: index + 1 })}
                  off={index === items.length - 1}
                  onClick={() => set({ items: moved(items, index, index + 1) })}
                >
                  <IconArrowDown size={16} aria-hidden />
                </Act>
                <Act word={t("admin.members.remove", { name: item.label || t("admin.pauses.label") })} onClick={() => set({ items: without(items, index) })}>
                  <IconTrash size={16} aria-hidden />
                </Act>
              </div>
            )}
          </li>
        ))}
      </ul>
      <Wrong path="items" />
      {fields.editable && (
        <div>
          <Button variant="default" size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
            {t("admin.pauses.add")}
          </Button>
        </div>
      )}
    </div>
  );
}
