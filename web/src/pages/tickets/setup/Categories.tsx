import { Button, TextInput, VisuallyHidden } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Wrong } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { useMaySetUp, useOthers, useSetUpRows, useWriteSetUp } from "../../../hooks/ticket-setup";
import { useDraft, type Draft } from "../../../hooks/draft";
import { useLocale } from "../../../hooks/words";
import { depths, endOf, movedTo, shownFor, stepped, type Step, type Where } from "../../../lib/admin/tree";
import type { DispositionSetting } from "../../../lib/admin/types";
import { Problem } from "../../../lib/api";
import type { Named } from "../../../lib/contract";
import { asItems, branchesOf, branchTroubles, changesTo, FRESH, reordered, type Branch } from "../../../lib/tickets/categories";
import type { CategoryRow } from "../../../lib/tickets/setup";
import { Loaded } from "../../admin/Loaded";
import { CategoryRowView } from "./CategoryRow";
import { Parts } from "./Parts";
import styles from "./setup.module.css";

interface Tree {
  items: Branch[];
}

export function Categories() {
  const { t } = useTranslation();
  return (
    <Loaded queries={[useSetUpRows(), useOthers()]} back={{ to: "/admin", word: t("nav.admin") }}>
      {(all, others) => <Form rows={all.categories} skills={others.skills} />}
    </Loaded>
  );
}

const troubles = (value: Tree) => branchTroubles(value.items);

function Form({ rows, skills }: { rows: CategoryRow[]; skills: Named[] }) {
  const { t } = useTranslation();
  const manage = useMaySetUp();
  const saved = useMemo<Tree>(() => ({ items: branchesOf(rows) }), [rows]);
  const save = useSaveTree(rows);
  const draft = useDraft<Tree>({ saved, editable: manage, troubles, save: (value) => save(value.items, (items) => draft.set({ items })) });
  return (
    <>
      <div className={styles.aboveForm}>
        <Parts />
      </div>
      <FormPage
        title={t("ticketSetUp.categories.title")}
        draft={draft}
        sections={[
          {
            id: "tree",
            title: t("ticketSetUp.categories.tree"),
            lead: t("ticketSetUp.categories.lead"),
            paths: ["items"],
            content: <TreeEditor draft={draft} skills={skills} />,
          },
        ]}
      />
    </>
  );
}

/**
 * Makes the tree what is typed, thing by thing. What has been done stays done when the server refuses the next: it is
 * remembered, so that saving again goes on from there.
 */
function useSaveTree(rows: readonly CategoryRow[]) {
  const { t } = useTranslation();
  const write = useWriteSetUp();
  const held = useRef<readonly CategoryRow[]>(rows);
  useEffect(() => {
    held.current = rows;
  }, [rows]);
  return async (items: readonly Branch[], show: (items: Branch[]) => void): Promise<void> => {
    let branches = [...items];
    const rename = (from: string, to: string) => {
      branches = branches.map((each) => ({ ...each, id: each.id === from ? to : each.id, parent_id: each.parent_id === from ? to : each.parent_id }));
    };
    const names = new Map<string, string>();
    const given = (id: string | null) => (id === null ? null : (names.get(id) ?? id));
    const keep = (row: CategoryRow) => {
      held.current = [...held.current.filter((each) => each.id !== row.id), row];
    };
    for (const change of changesTo(held.current, branches)) {
      try {
        if (change.how === "remove") {
          await write.quietly.remove("categories", change.id);
          held.current = held.current.filter((each) => each.id !== change.id);
          continue;
        }
        const body = { ...change.body, parent_id: given(change.body.parent_id) };
        if (change.how === "put") await write.quietly.replace("categories", change.id, body);
        const id = change.how === "put" ? change.id : (await write.quietly.create("categories", body)).id;
        keep({ ...body, id, path: [] });
        names.set(change.id, id);
        rename(change.id, id);
      } catch (error) {
        const back = change.how === "remove" ? held.current.find((each) => each.id === change.id) : undefined;
        show(back ? withAgain(branches, back) : branches);
        throw change.how === "remove" ? refused(error, t("ticketSetUp.categories.refused", { name: change.name, detail: detailOf(error) })) : at(error, branches, names.get(change.id) ?? change.id);
      }
    }
    show(branches);
    write.refresh();
  };
}

const detailOf = (error: unknown): string => (error instanceof Error ? error.message : "");

function refused(error: unknown, text: string): Problem {
  return error instanceof Problem ? new Problem(error.status, error.type, error.title, text) : new Problem(500, "error", "", text);
}

/** A refusal of one category, said in its row. */
function at(error: unknown, branches: readonly Branch[], id: string): unknown {
  if (!(error instanceof Problem)) return error;
  const index = branches.findIndex((each) => each.id === id);
  return new Problem(error.status, error.type, error.title, error.detail, { ...error.extra, field: `items.${index}.name` });
}

/** With what could not be removed, below where it was. */
function withAgain(branches: readonly Branch[], row: CategoryRow): Branch[] {
  const branch = { id: row.id, name: row.name, parent_id: branches.some((each) => each.id === row.parent_id) ? row.parent_id : null, retired: row.retired, skills: row.skills };
  const parent = branches.findIndex((each) => each.id === branch.parent_id);
  const place = parent < 0 ? branches.length : endOf(asItems(branches), parent);
  return [...branches.slice(0, place), branch, ...branches.slice(place)];
}

/** From so many on they are searched. */
const MANY = 15;

function TreeEditor({ draft, skills }: { draft: Draft<Tree>; skills: Named[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [words, setWords] = useState("");
  const [dragged, setDragged] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const fresh = useRef(0);
  const branches = draft.value.items;
  const items = asItems(branches);
  const levels = depths(items);
  const shown = shownFor(items, words, locale);
  const put = (next: DispositionSetting[] | null, id: string) => {
    if (!next) return;
    const moved = reordered(branches, next);
    draft.set({ items: moved });
    const branch = moved.find((each) => each.id === id);
    const parent = moved.find((each) => each.id === branch?.parent_id);
    const number = moved.filter((each) => each.parent_id === branch?.parent_id).findIndex((each) => each.id === id) + 1;
    const name = branch?.name || t("ticketSetUp.categories.unnamed");
    setSaid(parent ? t("ticketSetUp.categories.movedBelow", { name, number, parent: parent.name }) : t("ticketSetUp.categories.movedTop", { name, number }));
    focusOn(`[data-handle="${CSS.escape(id)}"]`);
  };
  const add = (parent: string | null) => {
    fresh.current += 1;
    const id = `${FRESH}${fresh.current}`;
    const place = parent === null ? branches.length : endOf(items, branches.findIndex((each) => each.id === parent));
    setWords("");
    draft.set({ items: [...branches.slice(0, place), { id, name: "", parent_id: parent, retired: false, skills: [] }, ...branches.slice(place)] });
    focusOn(`[data-branch="${CSS.escape(id)}"] input`);
  };
  const change = (index: number, part: Partial<Branch>) => draft.set({ items: branches.map((each, at) => (at === index ? { ...each, ...part } : each)) });
  return (
    <div className="stack">
      {branches.length === 0 && <p className="dim">{t("ticketSetUp.categories.none")}</p>}
      {branches.length >= MANY && (
        <div className="row wrap">
          <TextInput
            type="search"
            aria-label={t("ticketSetUp.categories.search")}
            placeholder={t("ticketSetUp.categories.search")}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          <span className="dim small" role="status">
            {t("ticketSetUp.categories.shown", { count: shown.size, all: branches.length })}
          </span>
        </div>
      )}
      <ul className={styles.tree}>
        {branches.map(
          (branch, index) =>
            shown.has(branch.id) && (
              <CategoryRowView
                key={branch.id}
                branch={branch}
                index={index}
                skills={skills}
                depth={levels[index] ?? 0}
                below={endOf(items, index) - index - 1}
                dragged={dragged}
                can={(step: Step) => stepped(items, branch.id, step) !== null}
                onChange={(part) => change(index, part)}
                onAdd={() => add(branch.id)}
                onRemove={() => draft.set({ items: [...branches.slice(0, index), ...branches.slice(endOf(items, index))] })}
                onStep={(step: Step) => put(stepped(items, branch.id, step), branch.id)}
                onDrag={setDragged}
                onDrop={(where: Where) => {
                  if (dragged) put(movedTo(items, dragged, branch.id, where), dragged);
                }}
              />
            ),
        )}
      </ul>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <Wrong path="items" />
      {draft.fields.editable && (
        <div>
          <Button variant="default" size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => add(null)}>
            {t("ticketSetUp.categories.add")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Once the change is on the page. */
function focusOn(selector: string): void {
  setTimeout(() => document.querySelector<HTMLElement>(selector)?.focus(), 0);
}
