import "../../../i18n/providers";
import "../../../i18n/setup";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { Danger } from "../../../components/admin/Danger";
import { SwitchField, TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import { useQueueNames, useWrite } from "../../../hooks/admin";
import { useDraft } from "../../../hooks/draft";
import { useRoles, useTeams } from "../../../hooks/people";
import { providerPath, useProviders, useUses } from "../../../hooks/providers";
import type { Role, Team } from "../../../lib/admin/people";
import { bodyOf, draftOf, providerTroubles, startOf, without, type Provider, type ProviderBody, type ProviderDraft, type Start } from "../../../lib/admin/providers";
import type { Named } from "../../../lib/contract";
import { Gone, Loaded } from "../Loaded";
import { Connection } from "./Connection";
import { PlacesList } from "./PlacesList";
import { GroupRules, WhoGetsIn } from "./People";
import { Starts } from "./Starts";
import { Try } from "./Try";

export interface Around {
  roles: readonly Role[];
  teams: readonly Team[];
  queues: readonly Named[];
}

const useBack = () => ({ to: "/admin/providers", word: useTranslation().t("admin.area.providers") });

export function NewProvider() {
  const { t } = useTranslation();
  const [start, setStart] = useState<Start | null>(null);
  const back = useBack();
  if (start === null) return <Starts back={back} onChoose={setStart} />;
  const name = start === "google" || start === "microsoft" ? t(`providers.start.${start}`) : "";
  return <Page back={back}>{(all, around) => <Form key={start} provider={startOf(start, name)} id="" others={all} around={around} />}</Page>;
}

export function ProviderForm() {
  const { id = "" } = useParams();
  const back = useBack();
  return (
    <Page back={back}>
      {(all, around) => {
        const provider = all.find((one) => one.id === id);
        return provider ? <Form key={id} provider={provider} id={id} others={all} around={around} /> : <Gone back={back} />;
      }}
    </Page>
  );
}

function Page({ back, children }: { back: { to: string; word: string }; children: (all: readonly Provider[], around: Around) => React.ReactNode }) {
  return (
    <Loaded queries={[useProviders(), useRoles(), useTeams(), useQueueNames()]} back={back}>
      {(all, roles, teams, queues) => children(all, { roles, teams, queues })}
    </Loaded>
  );
}

function Form({ provider, id, others, around }: { provider: ProviderBody & Partial<Provider>; id: string; others: readonly Provider[]; around: Around }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  const back = useBack();
  const isNew = id === "";
  // The same settings read anew are no change.
  const said = JSON.stringify(without(provider, "id", "has_secret", "users"));
  const saved = useMemo(() => draftOf(JSON.parse(said) as ProviderBody, id), [said, id]);
  const troubles = useCallback(
    (value: ProviderDraft) => providerTroubles(value, others.filter((other) => other.id !== id)),
    [others, id],
  );
  const draft = useDraft<ProviderDraft>({
    saved,
    editable: true,
    troubles,
    save: async (value) => {
      const body = bodyOf(value);
      if (!isNew) {
        await write.replace(providerPath(id), body);
        draft.set({ client_secret: "" });
        return;
      }
      const made = await write.create<Provider>("/identity-providers", { ...body, id: value.id || null });
      draft.leaving.current = true;
      await navigate(`/admin/providers/${encodeURIComponent(made.id)}`, { replace: true });
    },
  });
  const { value, set } = draft;
  return (
    <FormPage
      title={isNew ? t("providers.new") : provider.name}
      back={back}
      draft={draft}
      isNew={isNew}
      aside={
        !isNew && (
          <History subject={`identity_provider:${id}`} name={provider.name} act="identity_provider.changed" dirty={draft.dirty} restoreTo={providerPath(id)} />
        )
      }
      sections={[
        {
          id: "general",
          title: t("providers.general"),
          paths: ["name", "id", "enabled"],
          content: (
            <>
              <TextField path="name" label={t("admin.name")} required autoFocus={isNew} value={value.name} onChange={(name) => set({ name })} />
              {isNew && <TextField path="id" label={t("providers.id")} description={t("providers.idText")} value={value.id} onChange={(typed) => set({ id: typed })} />}
              <SwitchField path="enabled" label={t("providers.enabled")} description={t("providers.enabledText")} value={value.enabled} onChange={(enabled) => set({ enabled })} />
            </>
          ),
        },
        {
          id: "places",
          title: t("providers.places"),
          lead: t("providers.placesText"),
          paths: [],
          content: <PlacesList id={isNew ? value.id : id} kind={value.kind} />,
        },
        {
          id: "connection",
          title: t("providers.connection"),
          paths: ["oidc", "saml", "tenant", "client_secret"],
          content: <Connection value={value} set={set} hasSecret={provider.has_secret ?? false} />,
        },
        {
          id: "people",
          title: t("providers.people"),
          paths: ["link_by_email", "provision", "email_domains", "email_claim", "name_claim", "roles_claim"],
          content: <WhoGetsIn value={value} set={set} />,
        },
        {
          id: "roles",
          title: t("providers.roles"),
          lead: t("providers.rolesText"),
          paths: ["rules", "default_roles", "roles_follow"],
          content: <GroupRules value={value} set={set} around={around} />,
        },
        {
          id: "security",
          title: t("providers.security"),
          paths: ["second_factor", "proves"],
          content: (
            <>
              <SwitchField
                path="second_factor"
                label={t("providers.trust")}
                description={t("providers.trustText")}
                value={value.second_factor === "trust"}
                onChange={(trust) => set({ second_factor: trust ? "trust" : "ask" })}
              />
              <SwitchField path="proves" label={t("providers.proves")} description={t("providers.provesText")} value={value.proves} onChange={(proves) => set({ proves })} />
            </>
          ),
        },
      ]}
      below={
        !isNew && (
          <>
            <Try id={id} dirty={draft.dirty} />
            <Remove id={id} name={provider.name} onDelete={(unlink) => write.remove(`${providerPath(id)}${unlink ? "?unlink=true" : ""}`, draft, () => void navigate(back.to))} />
          </>
        )
      }
    />
  );
}

function Remove({ id, name, onDelete }: { id: string; name: string; onDelete: (unlink: boolean) => Promise<void> }) {
  const { t } = useTranslation();
  const uses = useUses(id).data;
  const lines = uses
    ? [
        ...(uses.users > 0 ? [t("providers.usedBy", { count: uses.users })] : []),
        ...(uses.only_by_it > 0 ? [t("providers.onlyBy", { count: uses.only_by_it })] : []),
      ]
    : [];
  return <Danger name={name} word={t("providers.delete")} usedBy={lines} onDelete={() => onDelete(lines.length > 0)} />;
}
