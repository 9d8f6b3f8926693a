import { useTranslation } from "react-i18next";
import { NumberField } from "../../components/admin/Fields";
import { withEntry } from "../../lib/whatif/ask";
import { EVERY_QUEUE, FACTORS, type Factor } from "../../lib/whatif/types";
import type { PartProps } from "./Ask";
import styles from "./whatif.module.css";

const SAME = 100;

/** More or fewer contacts, longer or shorter times: in per cent of the day. */
export function Factors({ draft: { value, set }, setUp }: PartProps) {
  const { t } = useTranslation();
  const change = (factor: Factor, queue: string, percent: number | null) =>
    set({ factors: { ...value.factors, [factor]: withEntry(value.factors[factor], queue, percent === null || percent === SAME ? undefined : percent) } });
  const rows = [...(setUp.queues.length > 1 ? [{ id: EVERY_QUEUE, name: t("whatif.every") }] : []), ...setUp.queues];
  return (
    <table className={`table ${styles.cards ?? ""}`}>
      <thead>
        <tr>
          <th scope="col">{t("whatif.queue")}</th>
          {FACTORS.map((factor) => (
            <th key={factor} scope="col">
              {t(`whatif.factor.${factor}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((queue) => (
          <tr key={queue.id}>
            <th scope="row">{queue.name}</th>
            {FACTORS.map((factor) => (
              <td key={factor} data-word={t(`whatif.factor.${factor}`)} data-changed={queue.id in value.factors[factor]}>
                <NumberField
                  path={`factors.${factor}.${queue.id}`}
                  name={t("whatif.factor.of", { field: t(`whatif.factor.${factor}`), queue: queue.name })}
                  optional
                  placeholder="100 %"
                  suffix="%"
                  decimals={1}
                  value={value.factors[factor][queue.id] ?? null}
                  onChange={(percent) => change(factor, queue.id, percent)}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
