import "../../../i18n/setup";
import { IconUsersGroup } from "@tabler/icons-react";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { AreaTable } from "../../../components/admin/AreaTable";
import { Danger } from "../../../components/admin/Danger";
import { ChoiceField, SeveralField, TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import { options, useWrite } from "../../../hooks/admin";
import { useDraft } from "../../../hooks/draft";
import { teamPath, useColleagues, useTeams } from "../../../hooks/people";
import { may, useMe } from "../../../hooks/session";
import { useTitle } from "../../../hooks/title";
import { nameTroubles, possibleParents, type Team } from "../../../lib/admin/people";
import type { Named } from "../../../lib/contract";
import { Gone, Loaded } from "../Loaded";

interface TeamDraft {
  name: string;
  parent_id: string | null;
  leader_id: string | null;
  members: string[];
}

const FRESH: Team = { id: "", name: "", parent_id: null, leader: null, members: [] };
const useBack = () => ({ to: "/admin/teams", word: useTranslation().t("admin.area.teams") });

export function TeamList() {
  const { t } = useTranslation();
  useTitle(t("admin.area.teams"));
  const teams = useTeams();
  const manage = may(useMe(), "teams.manage");
  const nameOf = (id: string | null) => teams.data?.find((team) => team.id === id)?.name ?? null;
  return (
    <AreaTable
      title={t("admin.area.teams")}
      lead={t("admin.areaText.teams")}
      rows={teams.data}
      error={teams.error}
      onRetry={() => void teams.refetch()}
      id={(team) => team.id}
      to={(team) => `/admin/teams/${encodeURIComponent(team.id)}`}
      columns={[
        { id: "name", word: t("admin.name"), value: (team) => team.name },
        { id: "parent", word: t("setup.teams.parent"), from: "tablet", value: (team) => nameOf(team.parent_id) },
        { id: "leader", word: t("setup.teams.leader"), value: (team) => team.leader?.name ?? null },
        { id: "members", word: t("setup.teams.members"), numeric: true, value: (team) => team.members.length },
      ]}
      empty={{ icon: <IconUsersGroup size={32} stroke={1.5} aria-hidden />, title: t("setup.teams.none"), text: t("setup.teams.noneText") }}
      add={manage ? { to: "/admin/teams/new", word: t("setup.teams.add") } : undefined}
    />
  );
}

export function NewTeam() {
  return (
    <Loaded queries={[useTeams(), useColleagues()]} back={useBack()}>
      {(teams, people) => <Form team={FRESH} teams={teams} people={people} />}
    </Loaded>
  );
}

export function TeamForm() {
  const { id = "" } = useParams();
  const back = useBack();
  return (
    <Loaded queries={[useTeams(), useColleagues()]} back={back}>
      {(teams, people) => {
        const team = teams.find((one) => one.id === id);
        return team ? <Form key={id} team={team} teams={teams} people={people} /> : <Gone back={back} />;
      }}
    </Loaded>
  );
}

function Form({ team, teams, people }: { team: Team; teams: readonly Team[]; people: readonly Named[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  const back = useBack();
  const isNew = team.id === "";
  const manage = may(useMe(), "teams.manage");
  const saved = useMemo<TeamDraft>(
    () => ({ name: team.name, parent_id: team.parent_id, leader_id: team.leader?.id ?? null, members: team.members.map((member) => member.id) }),
    [team],
  );
  const troubles = useCallback(
    (value: TeamDraft) =>
      nameTroubles(
        value.name,
        teams.filter((other) => other.id !== team.id),
      ),
    [teams, team.id],
  );
  const draft = useDraft<TeamDraft>({
    saved,
    editable: manage,
    troubles,
    save: async (value) => {
      const body = { ...value, name: value.name.trim() };
      if (!isNew) return write.replace(teamPath(team.id), body);
      const made = await write.create<Team>("/teams", body);
      draft.leaving.current = true;
      await navigate(`/admin/teams/${encodeURIComponent(made.id)}`, { replace: true });
    },
  });
  const { value, set } = draft;
  const known = new Map([...people, ...team.members, ...(team.leader ? [team.leader] : [])].map((person) => [person.id, person]));
  const choices = options([...known.values()]);
  const below = teams.filter((other) => other.parent_id === team.id && team.id !== "");
  return (
    <FormPage
      title={isNew ? t("setup.teams.new") : team.name}
      back={back}
      draft={draft}
      isNew={isNew}
      aside={
        !isNew && (
          <History subject={`team:${team.id}`} name={team.name} act="team.changed" dirty={draft.dirty} {...(manage ? { restoreTo: teamPath(team.id) } : {})} />
        )
      }
      sections={[
        {
          id: "general",
          title: t("setup.teams.one"),
          lead: t("setup.teams.lead"),
          paths: ["name", "parent_id", "leader_id"],
          content: (
            <>
              <TextField path="name" label={t("admin.name")} required autoFocus={isNew} value={value.name} onChange={(name) => set({ name })} />
              <ChoiceField
                path="parent_id"
                label={t("setup.teams.parent")}
                placeholder={t("setup.teams.noParent")}
                clearable
                value={value.parent_id}
                options={options(isNew ? teams : possibleParents(teams, team.id))}
                onChange={(parent_id) => set({ parent_id })}
              />
              <ChoiceField
                path="leader_id"
                label={t("setup.teams.leader")}
                placeholder={t("setup.teams.noLeader")}
                clearable
                value={value.leader_id}
                options={choices}
                onChange={(leader_id) => set({ leader_id })}
              />
            </>
          ),
        },
        {
          id: "members",
          title: t("setup.teams.members"),
          paths: ["members"],
          content: <SeveralField path="members" name={t("setup.teams.members")} value={value.members} options={choices} onChange={(members) => set({ members })} />,
        },
      ]}
      below={
        !isNew &&
        manage && (
          <Danger
            name={team.name}
            word={t("setup.teams.delete")}
            usedBy={[
              ...below.map((other) => t("setup.teams.above", { name: other.name })),
              ...(team.members.length > 0 ? [t("setup.teams.hasMembers", { count: team.members.length })] : []),
            ]}
            onDelete={() => write.remove(teamPath(team.id), draft, () => void navigate(back.to))}
          />
        )
      }
    />
  );
}
