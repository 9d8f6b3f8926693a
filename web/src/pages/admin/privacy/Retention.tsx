import { ActionIcon, Button, NumberInput, Select } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../../components/Sentence";
import { useQueueNames } from "../../../hooks/admin";
import { useRetention } from "../../../hooks/privacy";
import { may, useMe } from "../../../hooks/session";
import { useLocale } from "../../../hooks/words";
import { sameRules, type Retention, type RetentionRow, type Rule } from "../../../lib/admin/privacy";
import { request } from "../../../lib/api";
import { exact } from "../../../lib/time";
import { Answer, Part, useAct } from "./Privacy";
import styles from "./privacy.module.css";

export function RetentionRules() {
  const { t } = useTranslation();
  const query = useRetention();
  return (
    <Part title={t("privacy.retention.title")} lead={t("privacy.retention.lead")}>
      <Answer query={query}>{(data) => <Rules data={data} />}</Answer>
    </Part>
  );
}

const rulesOf = (rows: readonly RetentionRow[]): Rule[] =>
  rows.filter((row) => row.days !== null || row.queue !== null).map(({ kind, queue, days }) => ({ kind, queue, days }));

function Rules({ data }: { data: Retention }) {
  const { t } = useTranslation();
  const manage = may(useMe(), "privacy.retain");
  const act = useAct();
  const [drafted, setDrafted] = useState<RetentionRow[] | null>(null);
  const rows = drafted ?? data.rows;
  const dirty = drafted !== null && !sameRules(rulesOf(drafted), rulesOf(data.rows));
  const total = data.rows.reduce((sum, row) => sum + row.count, 0);
  const preview = async (next: RetentionRow[]) => {
    setDrafted(next);
    const shown = await act.run("preview", () =>
      request<RetentionRow[]>("POST", "/privacy/retention/preview", { body: { rules: rulesOf(next) } }),
    );
    if (shown) setDrafted(shown);
  };
  const change = (row: RetentionRow, days: number | null) =>
    void preview(rows.map((other) => (other === row ? { ...row, days } : other)));
  const save = () =>
    void act
      .run("save", () => request<Retention>("PUT", "/privacy/retention", { body: { rules: rulesOf(rows) } }))
      .then((saved) => saved && setDrafted(null));
  return (
    <div className="stack">
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("privacy.retention.title")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("privacy.retention.kind")}</th>
              <th scope="col">{t("privacy.retention.queue")}</th>
              <th scope="col">{t("privacy.retention.days")}</th>
              <th scope="col" className="num">
                {t("privacy.retention.would")}
              </th>
              <th scope="col">{t("privacy.retention.oldest")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <RuleRow
                key={`${row.kind}/${row.queue ?? ""}`}
                row={row}
                editable={manage}
                onDays={(days) => change(row, days)}
                onRemove={() => void preview(rows.filter((other) => other !== row))}
              />
            ))}
          </tbody>
        </table>
      </div>
      {manage && <Add rows={rows} onAdd={(row) => void preview([...rows, row])} />}
      {act.sentence}
      {dirty && (
        <Sentence
          tone="amber"
          action={
            <Button size="compact-sm" loading={act.busy === "save"} onClick={save}>
              {t("privacy.retention.save")}
            </Button>
          }
        >
          {t("privacy.retention.unsaved")}
        </Sentence>
      )}
      <Runs data={data} />
      {manage && !dirty && total > 0 && (
        <div className="row wrap">
          <Button
            variant="default"
            loading={act.busy === "run" || data.last_run?.ended_at === null}
            onClick={() => void act.run("run", () => request("POST", "/privacy/retention/run"))}
          >
            {t("privacy.retention.run")}
          </Button>
          <span className="dim">{t("privacy.retention.runText", { count: total })}</span>
        </div>
      )}
    </div>
  );
}

interface RuleRowProps {
  row: RetentionRow;
  editable: boolean;
  onDays: (days: number | null) => void;
  onRemove: () => void;
}

function RuleRow({ row, editable, onDays, onRemove }: RuleRowProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const queues = useQueueNames();
  const [typed, setTyped] = useState<number | null>(row.days);
  const name = queues.data?.find((queue) => queue.id === row.queue)?.name ?? row.queue;
  const words = t(`privacy.retention.kinds.${row.kind}` as "privacy.retention.kinds.recordings", { defaultValue: row.words });
  const queue = name ?? t("privacy.retention.everyQueue");
  return (
    <tr>
      <td>{words}</td>
      <td data-word={t("privacy.retention.queue")}>
        <span className="row">
          {queue}
          {editable && row.queue !== null && (
            <ActionIcon variant="subtle" color="gray" aria-label={t("privacy.retention.remove", { queue })} onClick={onRemove}>
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          )}
        </span>
      </td>
      <td className={styles.days} data-word={t("privacy.retention.days")}>
        {editable ? (
          <NumberInput
            size="xs"
            aria-label={`${t("privacy.retention.days")}: ${words}, ${queue}`}
            placeholder={t("privacy.retention.forever")}
            value={typed ?? ""}
            min={1}
            max={36500}
            allowDecimal={false}
            allowNegative={false}
            hideControls
            onChange={(value) => setTyped(value === "" ? null : Number(value))}
            onBlur={() => typed !== row.days && onDays(typed)}
            onKeyDown={(event) => event.key === "Enter" && onDays(typed)}
          />
        ) : (
          (row.days ?? t("privacy.retention.forever"))
        )}
      </td>
      <td className="num" data-word={t("privacy.retention.would")}>
        {row.count}
      </td>
      <td data-word={t("privacy.retention.oldest")}>{row.oldest ? exact(row.oldest, locale) : <span className="dim">–</span>}</td>
    </tr>
  );
}

function Add({ rows, onAdd }: { rows: readonly RetentionRow[]; onAdd: (row: RetentionRow) => void }) {
  const { t } = useTranslation();
  const queues = useQueueNames();
  const kinds = rows.filter((row) => row.queue === null);
  const [kind, setKind] = useState<string | null>(null);
  const [queue, setQueue] = useState<string | null>(null);
  const chosen = kinds.find((row) => row.kind === kind) ?? kinds[kinds.length - 1];
  if (!chosen) return null;
  const taken = new Set(rows.filter((row) => row.kind === chosen.kind).map((row) => row.queue));
  const free = (queues.data ?? []).filter((each) => !taken.has(each.id));
  return (
    <div className={styles.find}>
      <Select
        label={t("privacy.retention.kind")}
        data={kinds.map((row) => ({
          value: row.kind,
          label: t(`privacy.retention.kinds.${row.kind}` as "privacy.retention.kinds.recordings", { defaultValue: row.words }),
        }))}
        value={chosen.kind}
        allowDeselect={false}
        onChange={setKind}
      />
      <Select
        label={t("privacy.retention.queue")}
        data={free.map((each) => ({ value: each.id, label: each.name }))}
        value={queue}
        searchable
        onChange={setQueue}
      />
      <Button
        variant="default"
        disabled={queue === null || taken.has(queue)}
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => {
          onAdd({ ...chosen, queue, days: null, count: 0, oldest: null });
          setQueue(null);
        }}
      >
        {t("privacy.retention.add")}
      </Button>
    </div>
  );
}

function Runs({ data }: { data: Retention }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const run = data.last_run;
  const told = Object.entries(run?.counts ?? {}).map(
    ([kind, count]) => `${count} ${t(`privacy.words.${kind}` as "privacy.words.users", { defaultValue: kind })}`,
  );
  return (
    <p className="dim small">
      {run && run.ended_at === null && t("privacy.retention.running")}
      {run?.ended_at &&
        t("privacy.retention.last", {
          when: exact(run.ended_at, locale),
          what: run.problem ?? (told.join(", ") || t("privacy.retention.nothing")),
        })}{" "}
      {data.next_run && t("privacy.retention.next", { when: exact(data.next_run, locale) })}
    </p>
  );
}
