import "../../../i18n/setup";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { Danger } from "../../../components/admin/Danger";
import { SeveralField, SwitchField, TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import styles from "../../../components/admin/admin.module.css";
import { options, useQueueNames, useWrite } from "../../../hooks/admin";
import { useDraft } from "../../../hooks/draft";
import { personPath, usePerson, useRoles, useTeams } from "../../../hooks/people";
import { may, useMe } from "../../../hooks/session";
import { draftOf, personTroubles, type Person, type PersonDraft, type Role, type Team } from "../../../lib/admin/people";
import type { Named } from "../../../lib/contract";
import { Loaded } from "../Loaded";
import { StateMark } from "./words";
import { HeldRoles } from "./HeldRoles";
import { PasswordLink } from "./PasswordLink";
import { SignOut } from "./SignOut";

interface Around {
  roles: readonly Role[];
  teams: readonly Team[];
  queues: readonly Named[];
}

const FRESH: PersonDraft = { email: "", name: "", disabled: false, roles: [{ role: "agent", where: null }], teams: [] };
const useBack = () => ({ to: "/admin/people", word: useTranslation().t("admin.area.people") });
const useAround = () => [useRoles(), useTeams(), useQueueNames()] as const;

export function NewPerson() {
  return (
    <Loaded queries={[...useAround()]} back={useBack()}>
      {(roles, teams, queues) => <Form person={null} around={{ roles, teams, queues }} />}
    </Loaded>
  );
}

export function PersonForm() {
  const { id = "" } = useParams();
  return (
    <Loaded queries={[usePerson(id), ...useAround()]} back={useBack()}>
      {(person, roles, teams, queues) => <Form key={id} person={person} around={{ roles, teams, queues }} />}
    </Loaded>
  );
}

function Form({ person, around }: { person: Person | null; around: Around }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  const back = useBack();
  const me = useMe();
  const saved = useMemo(() => (person ? draftOf(person) : FRESH), [person]);
  const draft = useDraft<PersonDraft>({
    saved,
    editable: may(me, "users.manage"),
    troubles: personTroubles,
    save: async (value) => {
      const body = { ...value, name: value.name.trim(), email: value.email.trim() };
      if (person) return write.replace(personPath(person.id), body);
      const made = await write.create<Person>("/users", body);
      draft.leaving.current = true;
      await navigate(`/admin/people/${encodeURIComponent(made.id)}`, { replace: true });
    },
  });
  const { value, set } = draft;
  return (
    <FormPage
      title={person ? person.name : t("setup.people.new")}
      back={back}
      draft={draft}
      isNew={person === null}
      aside={person && <History subject={`user:${person.id}`} name={person.name} act="user.changed" dirty={draft.dirty} />}
      sections={[
        {
          id: "general",
          title: t("setup.people.who"),
          ...(person ? {} : { lead: t("setup.people.inviteText") }),
          paths: ["name", "email", "disabled"],
          content: (
            <>
              {person && <StateMark state={person.state} />}
              {person && person.state !== "disabled" && may(me, "users.manage") && <PasswordLink person={person} />}
              {person && person.id !== me.id && person.state !== "disabled" && may(me, "users.manage") && <SignOut person={person} />}
              <div className={styles.grid}>
                <TextField path="name" label={t("admin.name")} required autoFocus={!person} value={value.name} onChange={(name) => set({ name })} />
                <TextField path="email" label={t("setup.people.email")} required value={value.email} onChange={(email) => set({ email })} />
              </div>
              {person && (
                <SwitchField
                  path="disabled"
                  label={t("setup.people.disabled")}
                  description={t("setup.people.disabledText")}
                  value={value.disabled}
                  onChange={(disabled) => set({ disabled })}
                />
              )}
            </>
          ),
        },
        {
          id: "roles",
          title: t("admin.area.roles"),
          lead: t("setup.people.rolesLead"),
          paths: ["roles"],
          content: <HeldRoles value={value.roles} onChange={(roles) => set({ roles })} {...around} />,
        },
        {
          id: "teams",
          title: t("admin.area.teams"),
          paths: ["teams"],
          content: (
            <SeveralField path="teams" name={t("admin.area.teams")} value={value.teams} options={options(around.teams)} onChange={(teams) => set({ teams })} />
          ),
        },
      ]}
      below={
        person &&
        person.id !== me.id && (
          <Danger
            name={person.name}
            word={t("setup.people.remove")}
            usedBy={[t("setup.people.removeText")]}
            onDelete={() => write.remove(personPath(person.id), draft, () => void navigate(back.to))}
          />
        )
      }
    />
  );
}
