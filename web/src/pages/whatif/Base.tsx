import { SegmentedControl, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { NumberField, TextField } from "../../components/admin/Fields";
import { useFields } from "../../hooks/draft";
import { loadOf, withEntry } from "../../lib/whatif/ask";
import type { Load, Made } from "../../lib/whatif/types";
import type { PartProps } from "./Ask";
import styles from "./whatif.module.css";
import { today } from "./words";

/** The day that is run: one that was, or one made of loads. */
export function Base(props: PartProps) {
  const { t } = useTranslation();
  const { value, set } = props.draft;
  return (
    <>
      <SegmentedControl
        className={styles.fit ?? ""}
        aria-label={t("whatif.kind.label")}
        value={value.kind}
        onChange={(kind) => set({ kind })}
        data={(["day", "generated"] as const).map((kind) => ({ value: kind, label: t(`whatif.kind.${kind}`) }))}
      />
      <p className="dim">{t(`whatif.baseLead.${value.kind}`)}</p>
      {value.kind === "day" ? <RecordedDay {...props} /> : <MadeDay {...props} />}
    </>
  );
}

function RecordedDay({ draft: { value, set } }: PartProps) {
  const { t } = useTranslation();
  const { trouble } = useFields();
  return (
    <TextInput
      className={styles.short ?? ""}
      data-path="date"
      type="date"
      label={t("whatif.date")}
      description={t("whatif.dateText")}
      inputWrapperOrder={["label", "input", "description", "error"]}
      max={today()}
      value={value.date}
      error={trouble("date")}
      onChange={(event) => set({ date: event.currentTarget.value })}
    />
  );
}

function MadeDay({ draft: { value, set }, setUp }: PartProps) {
  const { t } = useTranslation();
  const { made } = value;
  const change = (part: Partial<Made>) => set({ made: { ...made, ...part } });
  const known = setUp.agents.length > 0;
  return (
    <>
      <div className={styles.grid}>
        <TextField path="made.from" type="time" label={t("whatif.from")} value={made.from} onChange={(from) => change({ from })} />
        <TextField
          path="made.to"
          type="time"
          label={t("whatif.to")}
          {...(made.to <= made.from ? { description: t("whatif.nextDay") } : {})}
          value={made.to}
          onChange={(to) => change({ to })}
        />
        <NumberField
          path="made.seed"
          label={t("whatif.seed")}
          description={t("whatif.seedText")}
          min={0}
          value={made.seed}
          onChange={(seed) => change({ seed: seed ?? 1 })}
        />
      </div>
      <div className={styles.choices}>
        <div>
          <span id="whatif-shape">{t("whatif.shape.label")}</span>
          <SegmentedControl
            size="xs"
            aria-labelledby="whatif-shape"
            value={made.shape}
            onChange={(shape) => change({ shape })}
            data={(["peaks", "even"] as const).map((shape) => ({ value: shape, label: t(`whatif.shape.${shape}`) }))}
          />
        </div>
        <div>
          <span id="whatif-staffed">{t("whatif.staffed.label")}</span>
          <SegmentedControl
            size="xs"
            aria-labelledby="whatif-staffed"
            value={made.staff}
            onChange={(staff) => change({ staff })}
            data={[
              { value: "set-up" as const, label: t("whatif.staffed.set-up", { count: setUp.agents.length }), disabled: !known },
              { value: "counted" as const, label: t("whatif.staffed.counted") },
            ]}
          />
        </div>
      </div>
      <p className="dim small">{t("whatif.staffed.text")}</p>
      <Loads draft={{ value, set }} setUp={setUp} />
    </>
  );
}

const FIELDS = ["per_hour", "handling_s", "patience_s", "agents"] as const satisfies readonly (keyof Load)[];

function Loads({ draft: { value, set }, setUp }: { draft: Pick<PartProps["draft"], "value" | "set">; setUp: PartProps["setUp"] }) {
  const { t } = useTranslation();
  const fields = FIELDS.filter((field) => field !== "agents" || value.made.staff === "counted");
  const change = (queue: string, load: Load) => set({ made: { ...value.made, loads: withEntry(value.made.loads, queue, load) } });
  return (
    <table className={`table ${styles.cards ?? ""}`}>
      <thead>
        <tr>
          <th scope="col">{t("whatif.queue")}</th>
          {fields.map((field) => (
            <th key={field} scope="col">
              {t(`whatif.load.${field}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {setUp.queues.map((queue) => {
          const load = loadOf(value, queue);
          return (
            <tr key={queue.id}>
              <th scope="row">{queue.name}</th>
              {fields.map((field) => (
                <td key={field} data-word={t(`whatif.load.${field}`)}>
                  <NumberField
                    path={`made.loads.${queue.id}.${field}`}
                    name={t("whatif.load.of", { field: t(`whatif.load.${field}`), queue: queue.name })}
                    decimals={field === "agents" ? 0 : 1}
                    min={0}
                    optional={field === "patience_s"}
                    {...(field === "patience_s" ? { placeholder: t("whatif.load.patienceNone") } : {})}
                    {...(field.endsWith("_s") ? { suffix: "s" } : {})}
                    value={load[field]}
                    onChange={(typed) => change(queue.id, { ...load, [field]: typed })}
                  />
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
