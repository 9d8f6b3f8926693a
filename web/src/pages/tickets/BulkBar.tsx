import { Button, Select, TagsInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { useChoices, useTicketSetUp } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import { request } from "../../lib/api";
import { openBelow, type ChildrenChoice } from "../../lib/tickets/children";
import { PRIORITIES, type BulkJob, type Patch } from "../../lib/tickets/types";
import { BulkProgress } from "./BulkProgress";
import { NOTHING } from "./choices";
import { OpenBelow } from "./OpenBelow";
import styles from "./tickets.module.css";

interface Wanted {
  state: string | null;
  priority: string | null;
  assignee: string | null;
  team: string | null;
  addTags: string[];
  removeTags: string[];
}

const NONE: Wanted = { state: null, priority: null, assignee: null, team: null, addTags: [], removeTags: [] };

function body(ids: readonly string[], wanted: Wanted, children: ChildrenChoice | undefined) {
  const change: Patch = children ? { children } : {};
  if (wanted.state) change.state = wanted.state;
  if (wanted.priority) change.priority = wanted.priority as NonNullable<Patch["priority"]>;
  if (wanted.assignee) change.assignee = wanted.assignee === NOTHING ? null : wanted.assignee;
  if (wanted.team) change.team = wanted.team === NOTHING ? null : wanted.team;
  return { ids, change, add_tags: wanted.addTags, remove_tags: wanted.removeTags };
}

interface BulkBarProps {
  selected: ReadonlySet<string>;
  onClear: () => void;
  onDone: () => void;
}

/** Changes what is selected, with progress, and takes it back for ten seconds. */
export function BulkBar({ selected, onClear, onDone }: BulkBarProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [wanted, setWanted] = useState(NONE);
  const [job, setJob] = useState<BulkJob | null>(null);
  const begin = useMutation({
    mutationFn: (children?: ChildrenChoice) => request<BulkJob>("POST", "/tickets/bulk", { body: body([...selected], wanted, children) }),
    onSuccess: setJob,
  });
  const nothing = JSON.stringify(wanted) === JSON.stringify(NONE);
  if (job)
    return (
      <section className={styles.bulk} aria-label={t("tickets.bulk.title")}>
        <BulkProgress
          key={job.id}
          first={job}
          onFinished={onDone}
          onUndo={setJob}
          onClose={() => {
            setJob(null);
            setWanted(NONE);
            onClear();
          }}
        />
      </section>
    );
  if (selected.size === 0) return null;
  return (
    <section className={styles.bulk} aria-label={t("tickets.bulk.title")}>
      <div className="row wrap">
        <strong className="grow" role="status">
          {t("tickets.list.selected", { count: selected.size })}
        </strong>
        <Button size="compact-sm" variant="subtle" onClick={onClear}>
          {t("tickets.list.deselect")}
        </Button>
      </div>
      <Fields wanted={wanted} onChange={(part) => setWanted({ ...wanted, ...part })} />
      <OpenBelow many error={begin.error} busy={begin.isPending} onChoose={begin.mutate} onClose={begin.reset} />
      {begin.error && !openBelow(begin.error) && <Sentence tone="red">{t("tickets.bulk.notStarted", { detail: problemText(begin.error) })}</Sentence>}
      <div>
        <Button disabled={nothing} loading={begin.isPending} onClick={() => begin.mutate(undefined)}>
          {t("tickets.bulk.go")}
        </Button>
      </div>
    </section>
  );
}

function Fields({ wanted, onChange }: { wanted: Wanted; onChange: (part: Partial<Wanted>) => void }) {
  const { t } = useTranslation();
  const setUp = useTicketSetUp().data;
  const choices = useChoices().data;
  const nobody = { value: NOTHING, label: t("tickets.nobody") };
  const named = (rows: readonly { id: string; name: string }[] | undefined) => (rows ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const select = (field: "state" | "priority" | "assignee" | "team", data: { value: string; label: string }[]) => (
    <Select
      size="xs"
      label={t(`tickets.bulk.${field}`)}
      data={data}
      value={wanted[field]}
      onChange={(value) => onChange({ [field]: value })}
      clearable
      searchable
      comboboxProps={{ position: "top-start" }}
    />
  );
  return (
    <div className={styles.bulkFields}>
      {select("state", named(setUp?.states.filter((state) => !state.retired)))}
      {select("priority", PRIORITIES.map((value) => ({ value, label: t(`tickets.priorityOf.${value}`) })))}
      {select("assignee", [nobody, ...named(choices?.assignees)])}
      {select("team", [nobody, ...named(choices?.teams)])}
      <TagsInput size="xs" label={t("tickets.bulk.addTags")} data={choices?.tags ?? []} value={wanted.addTags} onChange={(addTags) => onChange({ addTags })} acceptValueOnBlur />
      <TagsInput size="xs" label={t("tickets.bulk.removeTags")} data={choices?.tags ?? []} value={wanted.removeTags} onChange={(removeTags) => onChange({ removeTags })} acceptValueOnBlur />
    </div>
  );
}
