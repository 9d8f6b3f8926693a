import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Wrong } from "../../../components/admin/Fields";
import { useFields } from "../../../hooks/draft";
import { duration, seconds } from "../../../lib/tickets/duration";
import type { PolicyDraft } from "../../../lib/tickets/setup";
import { CLOCK_KINDS, PRIORITIES, type ClockKind, type Priority } from "../../../lib/tickets/types";
import { PriorityMark } from "../parts";
import styles from "./setup.module.css";

interface TargetsProps {
  value: PolicyDraft["targets"];
  onChange: (value: PolicyDraft["targets"]) => void;
}

const URGENT_FIRST = [...PRIORITIES].reverse();

/** What is promised for each priority, typed as "4 h"; it is put in order when the field is left. */
export function Targets({ value, onChange }: TargetsProps) {
  const { t } = useTranslation();
  const put = (priority: Priority, clock: ClockKind, text: string) => onChange({ ...value, [priority]: { ...value[priority], [clock]: text } });
  return (
    <>
      <table className={styles.targets}>
        <thead>
          <tr>
            <th scope="col">{t("ticketSetUp.policies.priority")}</th>
            {CLOCK_KINDS.map((clock) => (
              <th key={clock} scope="col" title={t(`ticketSetUp.policies.clockHint.${clock}`)}>
                {t(`ticketSetUp.policies.clock.${clock}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {URGENT_FIRST.map((priority) => (
            <tr key={priority}>
              <th scope="row">
                <PriorityMark priority={priority} />
              </th>
              {CLOCK_KINDS.map((clock) => (
                <td key={clock} data-word={t(`ticketSetUp.policies.clock.${clock}`)}>
                  <One
                    path={`targets.${priority}.${clock}`}
                    word={t("ticketSetUp.policies.target", { clock: t(`ticketSetUp.policies.clock.${clock}`), priority: t(`tickets.priorityOf.${priority}`) })}
                    text={value[priority][clock]}
                    onChange={(text) => put(priority, clock, text)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Wrong path="targets" />
      <ul className={`dim small ${styles.hints ?? ""}`}>
        {CLOCK_KINDS.map((clock) => (
          <li key={clock}>
            <b>{t(`ticketSetUp.policies.clock.${clock}`)}</b> {t(`ticketSetUp.policies.clockHint.${clock}`)}
          </li>
        ))}
      </ul>
    </>
  );
}

function One({ path, word, text, onChange }: { path: string; word: string; text: string; onChange: (text: string) => void }) {
  const { trouble } = useFields();
  return (
    <TextInput
      data-path={path}
      aria-label={word}
      error={trouble(path)}
      placeholder="–"
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={() => {
        const found = seconds(text);
        if (found !== null && duration(found) !== text) onChange(duration(found));
      }}
    />
  );
}
