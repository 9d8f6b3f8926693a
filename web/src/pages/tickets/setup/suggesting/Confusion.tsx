import { useTranslation } from "react-i18next";
import { useSetUpRows } from "../../../../hooks/ticket-setup";
import type { FieldState } from "../../../../lib/tickets/suggesting";
import { PRIORITIES, type Priority } from "../../../../lib/tickets/types";
import styles from "../../suggesting/suggesting.module.css";

/** Of the held-out tickets, what each value was taken for. */
export function Confusion({ state }: { state: FieldState }) {
  const { t } = useTranslation();
  const { data: all } = useSetUpRows();
  const { values, rows } = state.trial.confusion;
  const field = t(`tickets.field.${state.field}`);
  const name = (value: string) => {
    if (state.field === "priority" && PRIORITIES.includes(value as Priority)) return t(`tickets.priorityOf.${value as Priority}`);
    const found = state.field === "type" ? all?.types : all?.categories;
    return found?.find((each) => each.id === value)?.name ?? value;
  };
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("ticketSuggestions.confusion.of", { field })}>
      <table className="table">
        <caption className="dim small" style={{ textAlign: "start" }}>
          {t("ticketSuggestions.confusion.of", { field })}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t("ticketSuggestions.confusion.was")}</th>
            {values.map((value) => (
              <th key={value} scope="col" className="num">
                {name(value)}
              </th>
            ))}
            <th scope="col" className="num">
              {t("ticketSuggestions.confusion.other")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={values[at]}>
              <th scope="row">{name(values[at] ?? "")}</th>
              {row.map((count, column) => (
                <td key={column} className={`num ${column === at ? (styles.right ?? "") : ""}`}>
                  {count}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
