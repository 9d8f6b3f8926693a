import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { Danger } from "../../../components/admin/Danger";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import {
  paths,
  useAgentNames,
  useCalendars,
  useDetails,
  useMayManage,
  useQueue,
  useQueueNames,
  useSkills,
  useStrategies,
  useWrite,
} from "../../../hooks/admin";
import { useDraft } from "../../../hooks/draft";
import { omit } from "../../../lib/admin/draft";
import { newQueue, queueTroubles } from "../../../lib/admin/queue";
import type { Calendar, QueueSettings, Skill, Strategy } from "../../../lib/admin/types";
import type { Named } from "../../../lib/contract";
import NotFound from "../../NotFound";
import { Loaded } from "../Loaded";
import { useQueueSections } from "./sections";

export interface Around {
  queues: readonly Named[];
  skills: readonly Skill[];
  agents: readonly Named[];
  strategies: readonly Strategy[];
  calendars: readonly Calendar[];
}

function useAround() {
  return [useQueueNames(), useSkills(), useAgentNames(), useStrategies(), useCalendars()] as const;
}

const useBack = () => ({ to: "/admin/queues", word: useTranslation().t("admin.area.queues") });

export function NewQueue() {
  const around = useAround();
  const back = useBack();
  const manage = useMayManage();
  const fresh = useMemo(() => newQueue(), []);
  if (!manage) return <NotFound />;
  return (
    <Loaded queries={[...around]} back={back}>
      {(queues, skills, agents, strategies, calendars) => (
        <Form queue={fresh} around={{ queues, skills, agents, strategies, calendars }} />
      )}
    </Loaded>
  );
}

export function QueueForm() {
  const { id = "" } = useParams();
  const queue = useQueue(id);
  const around = useAround();
  const back = useBack();
  return (
    <Loaded queries={[queue, ...around]} back={back}>
      {(settings, queues, skills, agents, strategies, calendars) => (
        <Form key={id} queue={settings} around={{ queues, skills, agents, strategies, calendars }} />
      )}
    </Loaded>
  );
}

function Form({ queue, around }: { queue: QueueSettings; around: Around }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  const back = useBack();
  const manage = useMayManage();
  const isNew = queue.id === "";
  const { queues, skills } = around;
  const troubles = useCallback(
    (value: QueueSettings) =>
      queueTroubles(value, {
        skills: skills.map((skill) => skill.id),
        queues: queues.map((other) => other.id),
        names: queues.filter((other) => other.id !== queue.id).map((other) => other.name),
      }),
    [skills, queues, queue.id],
  );
  const draft = useDraft({
    saved: queue,
    editable: manage,
    troubles,
    save: async (value) => {
      const body = { ...omit(value, "id"), name: value.name.trim() };
      if (!isNew) return write.replace(paths.queue(queue.id), body);
      const made = await write.create<QueueSettings>("/queues", body);
      draft.leaving.current = true;
      await navigate(`/admin/queues/${encodeURIComponent(made.id)}`, { replace: true });
    },
  });
  const sections = useQueueSections(draft, around);
  return (
    <FormPage
      title={isNew ? t("admin.queues.new") : queue.name}
      back={back}
      draft={draft}
      isNew={isNew}
      aside={
        !isNew && (
          <History
            subject={`queue:${queue.id}`}
            name={queue.name}
            act="queue.changed"
            dirty={draft.dirty}
            {...(manage ? { restoreTo: paths.queue(queue.id) } : {})}
          />
        )
      }
      sections={sections}
      below={!isNew && manage && <Delete queue={queue} queues={queues} leaving={draft.leaving} />}
    />
  );
}

function Delete({ queue, queues, leaving }: { queue: QueueSettings; queues: readonly Named[]; leaving: { current: boolean } }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  const others = useDetails<QueueSettings>(queues, paths.queue);
  const leads = [...others.values()].filter(
    (other) => other.id !== queue.id && other.overflow.some((rule) => rule.to.kind === "queue" && rule.to.value === queue.id),
  );
  const usedBy = [
    ...leads.map((other) => t("admin.queues.overflowsHere", { name: other.name })),
    ...(queue.members.length > 0 ? [t("admin.queues.hasMembers", { count: queue.members.length })] : []),
  ];
  return (
    <Danger
      name={queue.name}
      word={t("admin.queues.delete")}
      usedBy={usedBy}
      held={leads.length > 0}
      onDelete={() => write.remove(paths.queue(queue.id), { leaving }, () => void navigate("/admin/queues"))}
    />
  );
}
