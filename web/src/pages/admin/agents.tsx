import { Select } from "@mantine/core";
import { IconCertificate, IconStack2, IconUsers, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { AreaTable } from "../../components/admin/AreaTable";
import styles from "../../components/admin/admin.module.css";
import levelsStyles from "../../components/admin/levels.module.css";
import { ChoiceField, NumberField, Wrong } from "../../components/admin/Fields";
import { FormPage } from "../../components/admin/FormPage";
import { LevelPicker } from "../../components/admin/LevelPicker";
import { Places } from "../../components/admin/Members";
import { Act } from "../../components/admin/OrderedList";
import {
  options,
  paths,
  useAgentNames,
  useAgentRouting,
  useDetails,
  useMayManage,
  useNames,
  useProfiles,
  useQueueNames,
  useSkills,
  useWrite,
} from "../../hooks/admin";
import { useDraft, type Draft } from "../../hooks/draft";
import { useTitle } from "../../hooks/title";
import { omit, replaced, without } from "../../lib/admin/draft";
import { MAX_TIER, numberTrouble } from "../../lib/admin/queue";
import type { AgentRouting, RoutingProfile, Troubles } from "../../lib/admin/types";
import type { Named } from "../../lib/contract";
import { Loaded } from "./Loaded";

export function AgentList() {
  const { t } = useTranslation();
  useTitle(t("admin.area.agents"));
  const query = useAgentNames();
  const details = useDetails<AgentRouting>(query.data, paths.agent);
  const skills = useNames(useSkills().data);
  const queues = useNames(useQueueNames().data);
  const profiles = useNames(useProfiles().data);
  const of = (row: Named) => details.get(row.id);
  const skillText = (row: Named) =>
    of(row)
      ?.skills.map(({ skill_id, level }) => t("admin.words.skillIs", { name: skills.get(skill_id) ?? skill_id, level }))
      .join(", ") ?? null;
  const queueText = (row: Named) =>
    of(row)
      ?.queues.map(({ queue_id }) => queues.get(queue_id) ?? queue_id)
      .join(", ") ?? null;
  return (
    <AreaTable
      title={t("admin.area.agents")}
      lead={t("admin.areaText.agents")}
      rows={query.data}
      error={query.error}
      onRetry={() => void query.refetch()}
      id={(row) => row.id}
      to={(row) => `/admin/agents/${encodeURIComponent(row.id)}`}
      columns={[
        { id: "name", word: t("admin.name"), value: (row) => row.name },
        { id: "queues", word: t("admin.area.queues"), value: queueText, cell: (row) => <Cut text={queueText(row)} warn={t("admin.agents.noQueue")} /> },
        { id: "skills", word: t("admin.area.skills"), from: "tablet", value: skillText, cell: (row) => <Cut text={skillText(row)} /> },
        {
          id: "profile",
          word: t("admin.agents.profile"),
          from: "desktop",
          value: (row) => {
            const agent = of(row);
            if (!agent) return null;
            return agent.profile_id ? (profiles.get(agent.profile_id) ?? agent.profile_id) : t("admin.agents.profileUsual");
          },
        },
      ]}
      empty={{
        icon: <IconUsers size={32} stroke={1.5} aria-hidden />,
        title: t("live.noAgents"),
        text: t("live.noAgentsText"),
      }}
    />
  );
}

/** A list that may be long, cut with its whole on hover. */
function Cut({ text, warn }: { text: string | null; warn?: string }): ReactNode {
  const { t } = useTranslation();
  if (text === "" && warn)
    return (
      <span className="mark" data-tone="amber">
        {warn}
      </span>
    );
  return (
    <span className={styles.cut} title={text ?? undefined}>
      {text || t("common.none")}
    </span>
  );
}

export function AgentForm() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  return (
    <Loaded
      queries={[useAgentRouting(id), useSkills(), useQueueNames(), useProfiles()]}
      back={{ to: "/admin/agents", word: t("admin.area.agents") }}
    >
      {(agent, skills, queues, profiles) => (
        <Form key={id} agent={agent} skills={skills} queues={queues} profiles={profiles} />
      )}
    </Loaded>
  );
}

function agentTroubles(agent: AgentRouting): Troubles {
  const troubles: Troubles = {};
  const misses = numberTrouble(agent.misses_before_not_responding, { least: 1, whole: true });
  if (misses) troubles.misses_before_not_responding = misses;
  agent.queues.forEach((queue, index) => {
    const tier = numberTrouble(queue.tier, { least: 1, most: MAX_TIER, whole: true });
    const position = numberTrouble(queue.position, { whole: true });
    const weight = numberTrouble(queue.weight, { above: 0 });
    if (tier) troubles[`queues.${index}.tier`] = tier;
    if (position) troubles[`queues.${index}.position`] = position;
    if (weight) troubles[`queues.${index}.weight`] = weight;
  });
  return troubles;
}

interface FormProps {
  agent: AgentRouting;
  skills: readonly Named[];
  queues: readonly Named[];
  profiles: readonly RoutingProfile[];
}

function Form({ agent, skills, queues, profiles }: FormProps) {
  const { t } = useTranslation();
  const write = useWrite();
  const draft = useDraft({
    saved: agent,
    editable: useMayManage(),
    troubles: agentTroubles,
    save: (value) => write.replace(paths.agent(value.agent_id), omit(value, "agent_id", "name")),
  });
  const { value, set } = draft;
  return (
    <FormPage
      title={agent.name}
      back={{ to: "/admin/agents", word: t("admin.area.agents") }}
      draft={draft}
      sections={[
        {
          id: "skills",
          title: t("admin.area.skills"),
          lead: t("admin.agents.skillsText"),
          paths: ["skills"],
          content: <Skills draft={draft} skills={skills} />,
        },
        {
          id: "queues",
          title: t("admin.area.queues"),
          lead: t("admin.agents.queuesText"),
          paths: ["queues"],
          content: <Queues draft={draft} queues={queues} />,
        },
        {
          id: "work",
          title: t("admin.agents.work"),
          paths: ["profile_id", "misses_before_not_responding", "device"],
          content: (
            <div className={styles.grid}>
              <ChoiceField
                path="profile_id"
                label={t("admin.agents.profile")}
                description={t("admin.agents.profileText")}
                placeholder={t("admin.agents.profileUsual")}
                clearable
                value={value.profile_id}
                options={options(profiles)}
                onChange={(profile_id) => set({ profile_id })}
              />
              <NumberField
                path="misses_before_not_responding"
                label={t("admin.agents.misses")}
                description={t("admin.agents.missesText")}
                min={1}
                value={value.misses_before_not_responding}
                onChange={(misses) => set({ misses_before_not_responding: misses ?? Number.NaN })}
              />
              <ChoiceField
                path="device"
                label={t("admin.agents.device")}
                description={t("admin.agents.deviceText")}
                value={value.device}
                options={(["browser", "sip"] as const).map((device) => ({ value: device, label: t(`admin.agents.deviceIs.${device}`) }))}
                onChange={(device) => set({ device: device ?? "browser" })}
              />
            </div>
          ),
        },
      ]}
    />
  );
}

function Skills({ draft, skills }: { draft: Draft<AgentRouting>; skills: readonly Named[] }) {
  const { t } = useTranslation();
  const { value, set, fields } = draft;
  const names = useNames(skills);
  const free = skills.filter((skill) => !value.skills.some((own) => own.skill_id === skill.id));
  return (
    <div className="stack">
      {value.skills.length === 0 && <p className="dim">{t("admin.agents.noSkill")}</p>}
      <ul className={levelsStyles.levels}>
        {value.skills.map((own, index) => {
          const name = names.get(own.skill_id) ?? own.skill_id;
          return (
            <li key={own.skill_id}>
              <span>
                <Link className="truncate" to={`/admin/skills/${encodeURIComponent(own.skill_id)}`}>
                  {name}
                </Link>
                <Wrong path={`skills.${index}`} />
              </span>
              <LevelPicker
                name={t("admin.agents.levelOf", { name })}
                value={own.level}
                onChange={(level) => set({ skills: replaced(value.skills, index, { ...own, level }) })}
              />
              {fields.editable && (
                <Act word={t("admin.members.remove", { name })} onClick={() => set({ skills: without(value.skills, index) })}>
                  <IconX size={16} aria-hidden />
                </Act>
              )}
            </li>
          );
        })}
      </ul>
      {fields.editable && (
        <Select
          key={value.skills.length}
          className={styles.add ?? ""}
          aria-label={t("admin.agents.addSkill")}
          placeholder={t("admin.agents.addSkill")}
          leftSection={<IconCertificate size={16} aria-hidden />}
          data={options(free)}
          value={null}
          searchable
          disabled={free.length === 0}
          nothingFoundMessage={t("admin.noMatch")}
          onChange={(skill) => skill && set({ skills: [...value.skills, { skill_id: skill, level: 3 }] })}
        />
      )}
    </div>
  );
}

function Queues({ draft, queues }: { draft: Draft<AgentRouting>; queues: readonly Named[] }) {
  const { t } = useTranslation();
  const { value, set, fields } = draft;
  const names = useNames(queues);
  const free = queues.filter((queue) => !value.queues.some((own) => own.queue_id === queue.id));
  return (
    <div className="stack">
      {value.queues.length === 0 ? (
        <p className="dim">{t("admin.agents.noQueueText")}</p>
      ) : (
        <Places
          path="queues"
          word={t("live.queue")}
          rows={value.queues.map((own) => {
            const word = names.get(own.queue_id) ?? own.queue_id;
            return { ...own, word, label: <Link to={`/admin/queues/${encodeURIComponent(own.queue_id)}`}>{word}</Link> };
          })}
          onChange={(index, place) => {
            const own = value.queues[index];
            if (own) set({ queues: replaced(value.queues, index, { ...own, ...place }) });
          }}
          onRemove={(index) => set({ queues: without(value.queues, index) })}
        />
      )}
      {fields.editable && (
        <Select
          key={value.queues.length}
          className={styles.add ?? ""}
          aria-label={t("admin.agents.addQueue")}
          placeholder={t("admin.agents.addQueue")}
          leftSection={<IconStack2 size={16} aria-hidden />}
          data={options(free)}
          value={null}
          searchable
          disabled={free.length === 0}
          nothingFoundMessage={t("admin.noMatch")}
          onChange={(queue) =>
            queue && set({ queues: [...value.queues, { queue_id: queue, tier: 1, position: 0, weight: 1 }] })
          }
        />
      )}
    </div>
  );
}
