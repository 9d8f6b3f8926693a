import { Select } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { LevelPicker } from "../../../components/admin/LevelPicker";
import { Wrong } from "../../../components/admin/Fields";
import { Act } from "../../../components/admin/OrderedList";
import { useFields } from "../../../hooks/draft";
import { replaced, without } from "../../../lib/admin/draft";
import type { Named } from "../../../lib/contract";
import type { AskedSkill } from "../../../lib/tickets/setup";
import styles from "./skills.module.css";

interface SkillsAskedProps {
  /** The path of the list in the form. */
  path: string;
  asked: readonly AskedSkill[];
  skills: readonly Named[];
  onChange: (asked: AskedSkill[]) => void;
}

/** What whoever is offered a ticket must bring. */
export function SkillsAsked({ path, asked, skills, onChange }: SkillsAskedProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  const nameOf = (id: string) => skills.find((skill) => skill.id === id)?.name ?? id;
  const left = skills.filter((skill) => !asked.some((each) => each.skill === skill.id));
  return (
    <div className="stack" role="group" aria-label={t("ticketSetUp.skills.label")}>
      {asked.length === 0 && <p className="dim small">{t("ticketSetUp.skills.none")}</p>}
      {asked.map((each, index) => {
        const name = nameOf(each.skill);
        return (
          <div key={each.skill} className={styles.skill}>
            <span className="truncate">{name}</span>
            <LevelPicker name={t("ticketSetUp.skills.level", { name })} value={each.level} onChange={(level) => onChange(replaced(asked, index, { ...each, level }))} />
            {editable && (
              <Act word={t("ticketSetUp.skills.remove", { name })} onClick={() => onChange(without(asked, index))}>
                <IconX size={16} aria-hidden />
              </Act>
            )}
            <Wrong path={`${path}.${index}.skill`} />
          </div>
        );
      })}
      {editable && left.length > 0 && (
        <Select
          className={styles.add ?? ""}
          size="xs"
          aria-label={t("ticketSetUp.skills.add")}
          placeholder={t("ticketSetUp.skills.add")}
          data={left.map((skill) => ({ value: skill.id, label: skill.name }))}
          value={null}
          searchable
          onChange={(skill) => skill && onChange([...asked, { skill, level: 1 }])}
        />
      )}
      {editable && skills.length === 0 && <p className="dim small">{t("ticketSetUp.skills.thereAreNone")}</p>}
    </div>
  );
}
