import { Button, Select } from "@mantine/core";
import { IconUserPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { LevelPicker } from "../../components/admin/LevelPicker";
import { Act } from "../../components/admin/OrderedList";
import { Wrong } from "../../components/admin/Fields";
import { useNames } from "../../hooks/admin";
import { same } from "../../lib/admin/draft";
import type { AgentRouting } from "../../lib/admin/types";
import { skillsOf, withEntry } from "../../lib/whatif/ask";
import type { PartProps } from "./Ask";
import styles from "./whatif.module.css";

const MIDDLE = 3;

/** Other skills for single agents. */
export function Skills({ draft: { value, set }, setUp }: PartProps) {
  const { t } = useTranslation();
  if (value.kind === "generated" && value.made.staff === "counted") return <p className="dim">{t("whatif.skillsCounted")}</p>;
  if (setUp.agents.length === 0) return <p className="dim">{t("whatif.skillsMany")}</p>;
  const chosen = setUp.agents.filter((agent) => agent.agent_id in value.skills);
  const free = setUp.agents.filter((agent) => !(agent.agent_id in value.skills));
  const change = (agent: AgentRouting, skills: Record<string, number> | undefined) => set({ skills: withEntry(value.skills, agent.agent_id, skills) });
  return (
    <>
      {chosen.map((agent) => (
        <AgentSkills key={agent.agent_id} agent={agent} skills={value.skills[agent.agent_id] ?? {}} setUp={setUp} onChange={(skills) => change(agent, skills)} />
      ))}
      <Select
        key={chosen.length}
        className={styles.short ?? ""}
        aria-label={t("whatif.addAgent")}
        placeholder={t("whatif.addAgent")}
        leftSection={<IconUserPlus size={16} aria-hidden />}
        data={free.map((agent) => ({ value: agent.agent_id, label: agent.name }))}
        value={null}
        searchable
        limit={100}
        nothingFoundMessage={t("admin.noMatch")}
        onChange={(id) => {
          const agent = free.find((other) => other.agent_id === id);
          if (agent) change(agent, skillsOf(agent));
        }}
      />
    </>
  );
}

interface AgentSkillsProps {
  agent: AgentRouting;
  skills: Record<string, number>;
  setUp: PartProps["setUp"];
  onChange: (skills: Record<string, number> | undefined) => void;
}

function AgentSkills({ agent, skills, setUp, onChange }: AgentSkillsProps) {
  const { t } = useTranslation();
  const names = useNames(setUp.skills);
  const before = skillsOf(agent);
  const free = setUp.skills.filter((skill) => !(skill.id in skills));
  return (
    <section className={styles.agent} aria-label={agent.name} data-changed={!same(skills, before)}>
      <div className="row">
        <h3 className="grow">{agent.name}</h3>
        <Button size="compact-sm" variant="default" onClick={() => onChange(undefined)}>
          {t("whatif.undo")}
        </Button>
      </div>
      {Object.keys(skills).length === 0 && <p className="dim small">{t("whatif.noSkills")}</p>}
      <ul>
        {Object.entries(skills).map(([skill, level]) => {
          const name = names.get(skill) ?? skill;
          return (
            <li key={skill}>
              <span className="truncate">{name}</span>
              <LevelPicker name={t("whatif.levelOf", { skill: name, agent: agent.name })} value={level} onChange={(next) => onChange({ ...skills, [skill]: next })} />
              <Act word={t("whatif.removeSkill", { agent: agent.name, skill: name })} onClick={() => onChange(withEntry(skills, skill, undefined))}>
                <IconX size={16} aria-hidden />
              </Act>
            </li>
          );
        })}
      </ul>
      {free.length > 0 && (
        <Select
          key={free.length}
          className={styles.short ?? ""}
          size="xs"
          aria-label={`${t("whatif.addSkill")}: ${agent.name}`}
          placeholder={t("whatif.addSkill")}
          data={free.map((skill) => ({ value: skill.id, label: skill.name }))}
          value={null}
          searchable={free.length > 8}
          onChange={(skill) => {
            if (skill) onChange({ ...skills, [skill]: MIDDLE });
          }}
        />
      )}
      <Wrong path={`skills.${agent.agent_id}`} />
    </section>
  );
}
