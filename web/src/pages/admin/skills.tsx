import { IconCertificate } from "@tabler/icons-react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { AreaTable } from "../../components/admin/AreaTable";
import { Danger, UsedBy } from "../../components/admin/Danger";
import { TextField } from "../../components/admin/Fields";
import { FormPage } from "../../components/admin/FormPage";
import { paths, useMayManage, useSkills, useWrite } from "../../hooks/admin";
import { useDraft } from "../../hooks/draft";
import { useTitle } from "../../hooks/title";
import { isTaken } from "../../lib/admin/hours";
import { usedByCount, usedByLines } from "../../lib/admin/sentences";
import type { Skill, Troubles } from "../../lib/admin/types";
import { Gone, Loaded } from "./Loaded";
import NotFound from "../NotFound";

export function SkillList() {
  const { t } = useTranslation();
  useTitle(t("admin.area.skills"));
  const query = useSkills();
  const manage = useMayManage();
  return (
    <AreaTable
      title={t("admin.area.skills")}
      lead={t("admin.areaText.skills")}
      rows={query.data}
      error={query.error}
      onRetry={() => void query.refetch()}
      id={(skill) => skill.id}
      to={(skill) => `/admin/skills/${encodeURIComponent(skill.id)}`}
      columns={[
        { id: "name", word: t("admin.name"), value: (skill) => skill.name },
        { id: "queues", word: t("admin.skills.queues"), numeric: true, value: (skill) => usedByCount(skill.used_by).queues },
        { id: "agents", word: t("admin.skills.agents"), numeric: true, value: (skill) => usedByCount(skill.used_by).agents },
      ]}
      empty={{
        icon: <IconCertificate size={32} stroke={1.5} aria-hidden />,
        title: t("admin.skills.none"),
        text: t("admin.skills.noneText"),
      }}
      add={manage ? { to: "/admin/skills/new", word: t("admin.skills.add") } : undefined}
    />
  );
}

const useBack = () => ({ to: "/admin/skills", word: useTranslation().t("admin.area.skills") });

export function NewSkill() {
  const skills = useSkills();
  const back = useBack();
  const manage = useMayManage();
  if (!manage) return <NotFound />;
  return (
    <Loaded queries={[skills]} back={back}>
      {(all) => <Form skill={{ id: "", name: "", used_by: {} }} all={all} />}
    </Loaded>
  );
}

export function SkillForm() {
  const { id = "" } = useParams();
  const skills = useSkills();
  const back = useBack();
  return (
    <Loaded queries={[skills]} back={back}>
      {(all) => {
        const skill = all.find((other) => other.id === id);
        return skill ? <Form key={id} skill={skill} all={all} /> : <Gone back={back} />;
      }}
    </Loaded>
  );
}

function Form({ skill, all }: { skill: Skill; all: readonly Skill[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  const back = useBack();
  const isNew = skill.id === "";
  const manage = useMayManage();
  const troubles = useCallback(
    (value: Skill): Troubles => {
      if (!value.name.trim()) return { name: { key: "nameMissing" } };
      const others = all.filter((other) => other.id !== skill.id).map((other) => other.name);
      return isTaken(value.name, others) ? { name: { key: "nameTaken" } } : {};
    },
    [all, skill.id],
  );
  const draft = useDraft({
    saved: skill,
    editable: manage,
    troubles,
    save: async (value) => {
      if (!isNew) return write.replace(paths.skill(skill.id), { name: value.name.trim() });
      await write.create<Skill>("/skills", { name: value.name.trim() });
      draft.leaving.current = true;
      await navigate(back.to);
    },
  });
  const uses = usedByLines(t, skill.used_by);
  return (
    <FormPage
      title={isNew ? t("admin.skills.new") : skill.name}
      back={back}
      draft={draft}
      isNew={isNew}
      sections={[
        {
          id: "general",
          title: t("admin.skills.one"),
          lead: t("admin.skills.lead"),
          paths: ["name"],
          content: (
            <TextField
              path="name"
              label={t("admin.name")}
              required
              autoFocus={isNew}
              value={draft.value.name}
              onChange={(name) => draft.set({ name })}
            />
          ),
        },
        ...(isNew
          ? []
          : [{ id: "uses", title: t("admin.usedBy"), paths: [], content: <UsedBy lines={uses} /> }]),
      ]}
      below={
        !isNew &&
        manage && (
          <Danger
            held
            name={skill.name}
            word={t("admin.skills.delete")}
            usedBy={uses}
            onDelete={() => write.remove(paths.skill(skill.id), draft, () => void navigate(back.to))}
          />
        )
      }
    />
  );
}
