import "../../../i18n/telephony";
import { Button } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import admin from "../../../components/admin/admin.module.css";
import { Danger } from "../../../components/admin/Danger";
import { ChoiceField, SwitchField, TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import { Sentence } from "../../../components/Sentence";
import { Ago } from "../../../components/Times";
import { options, useAgentRouting, useWrite } from "../../../hooks/admin";
import { useDraft } from "../../../hooks/draft";
import { may, useMe } from "../../../hooks/session";
import { telephonePath, useTelephones, useWorkers } from "../../../hooks/telephony";
import { useProblemText } from "../../../hooks/words";
import {
  telephoneTroubles,
  withoutTelephone,
  type Telephone,
  type TelephoneDraft,
  type TelephoneWithPassword,
} from "../../../lib/admin/telephony";
import { request } from "../../../lib/api";
import type { Named } from "../../../lib/contract";
import { Gone, Loaded } from "../Loaded";
import { Provision } from "./Provision";
import { TelephoneMark } from "./TelephoneList";

const FRESH: Telephone = { username: "", name: "", user_id: null, owner: null, disabled: false, contacts: [] };
const useBack = () => ({ to: "/admin/telephones", word: useTranslation().t("admin.area.telephones") });

export function NewTelephone() {
  const back = useBack();
  const navigate = useNavigate();
  const [made, setMade] = useState<TelephoneWithPassword | null>(null);
  if (made)
    return (
      <div className={admin.area}>
        <Provision
          told={made.provisioning}
          name={made.telephone.name || made.telephone.username}
          onKept={() => void navigate(`/admin/telephones/${encodeURIComponent(made.telephone.username)}`, { replace: true })}
        />
      </div>
    );
  return <Data back={back}>{(telephones, agents) => <Form telephone={FRESH} telephones={telephones} agents={agents} onMade={setMade} />}</Data>;
}

export function TelephoneForm() {
  const { id = "" } = useParams();
  const back = useBack();
  return (
    <Data back={back}>
      {(telephones, agents) => {
        const telephone = telephones.find((one) => one.username === id);
        return telephone ? (
          <Form key={id} telephone={telephone} telephones={telephones} agents={agents} />
        ) : (
          <Gone back={back} />
        );
      }}
    </Data>
  );
}

interface DataProps {
  back: { to: string; word: string };
  children: (telephones: Telephone[], agents: Named[]) => React.ReactNode;
}

function Data({ back, children }: DataProps) {
  const telephones = useTelephones();
  const agents = useWorkers();
  return (
    <Loaded queries={[telephones, agents]} back={back}>
      {children}
    </Loaded>
  );
}

interface FormProps {
  telephone: Telephone;
  telephones: readonly Telephone[];
  agents: readonly Named[];
  onMade?: (made: TelephoneWithPassword) => void;
}

function Form({ telephone, telephones, agents, onMade }: FormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  const back = useBack();
  const isNew = telephone.username === "";
  const manage = may(useMe(), "telephones.manage");
  const [told, setTold] = useState<TelephoneWithPassword | null>(null);
  const { username, name, user_id, disabled } = telephone;
  const saved = useMemo<TelephoneDraft>(() => ({ username, name, user_id, disabled }), [username, name, user_id, disabled]);
  const taken = useMemo(() => telephones.map((other) => other.username).filter((other) => other !== username), [telephones, username]);
  const troubles = useCallback((value: TelephoneDraft) => telephoneTroubles(value, taken), [taken]);
  const draft = useDraft<TelephoneDraft>({
    saved,
    editable: manage,
    troubles,
    save: async (value) => {
      const body = { name: value.name.trim(), user_id: value.user_id, disabled: value.disabled };
      if (!isNew) return write.replace(telephonePath(username), body);
      const made = await request<TelephoneWithPassword>("POST", "/telephones", {
        body: value.username.trim() ? { ...body, username: value.username.trim() } : body,
      });
      draft.leaving.current = true;
      write.refresh();
      onMade?.(made);
    },
  });
  const { value, set } = draft;
  const choices = withoutTelephone(telephone.owner ? [...agents.filter((agent) => agent.id !== user_id), telephone.owner] : agents, telephones, user_id);
  return (
    <FormPage
      title={isNew ? t("telephony.telephones.new") : username}
      back={back}
      draft={draft}
      isNew={isNew}
      aside={
        !isNew && (
          <History
            subject={`telephone:${username}`}
            name={username}
            act="telephone.changed"
            dirty={draft.dirty}
            {...(manage ? { restoreTo: telephonePath(username) } : {})}
          />
        )
      }
      above={
        <>
          {told && <Provision told={told.provisioning} name={name || username} onKept={() => setTold(null)} />}
          {!isNew && <Registered telephone={telephone} />}
        </>
      }
      sections={[
        {
          id: "general",
          title: t("telephony.telephones.general"),
          lead: t("telephony.telephones.generalLead"),
          paths: ["username", "name", "user_id", "disabled"],
          content: (
            <>
              <TextField
                path="name"
                label={t("telephony.telephones.name")}
                description={t("telephony.telephones.nameText")}
                autoFocus={isNew}
                value={value.name}
                onChange={(typed) => set({ name: typed })}
              />
              {isNew && (
                <TextField
                  path="username"
                  label={t("telephony.telephones.username")}
                  description={t("telephony.telephones.usernameText")}
                  value={value.username}
                  onChange={(typed) => set({ username: typed })}
                />
              )}
              <ChoiceField
                path="user_id"
                label={t("telephony.telephones.owner")}
                description={t("telephony.telephones.ownerText")}
                placeholder={t("telephony.telephones.noOwner")}
                clearable
                value={value.user_id}
                options={options(choices)}
                onChange={(chosen) => set({ user_id: chosen })}
              />
              <SwitchField
                path="disabled"
                label={t("telephony.telephones.disabled")}
                description={t("telephony.telephones.disabledText")}
                value={value.disabled}
                onChange={(on) => set({ disabled: on })}
              />
            </>
          ),
        },
      ]}
      below={
        !isNew &&
        manage && (
          <>
            <Reset username={username} onReset={setTold} />
            <Remove telephone={telephone} onDelete={() => write.remove(telephonePath(username), draft, () => void navigate(back.to))} />
          </>
        )
      }
    />
  );
}

function Registered({ telephone }: { telephone: Telephone }) {
  const { t } = useTranslation();
  return (
    <section className={`panel ${admin.section ?? ""}`} aria-label={t("telephony.common.state")}>
      <div className="row">
        <TelephoneMark telephone={telephone} />
      </div>
      {telephone.contacts.length === 0 ? (
        !telephone.disabled && <p className="dim">{t("telephony.telephones.awayText")}</p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("telephony.telephones.where")}</th>
              <th scope="col">{t("telephony.telephones.software")}</th>
              <th scope="col">{t("telephony.telephones.until")}</th>
            </tr>
          </thead>
          <tbody>
            {telephone.contacts.map((contact) => (
              <tr key={`${contact.address} ${contact.expires_at}`}>
                <td>
                  {contact.address} {contact.transport}
                </td>
                <td>{contact.user_agent || t("common.none")}</td>
                <td>
                  <Ago at={contact.expires_at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Reset({ username, onReset }: { username: string; onReset: (made: TelephoneWithPassword) => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [asking, setAsking] = useState(false);
  const reset = useMutation({
    mutationFn: () => request<TelephoneWithPassword>("POST", `${telephonePath(username)}/password`),
    onSuccess: (made) => {
      setAsking(false);
      onReset(made);
      document.getElementById("content")?.scrollTo(0, 0);
    },
  });
  return (
    <section className={`panel ${admin.section ?? ""}`} aria-labelledby="password">
      <h2 id="password">{t("telephony.telephones.password")}</h2>
      <p className="dim">{t("telephony.telephones.passwordLead")}</p>
      <div className={admin.sectionBody}>
        {asking ? (
          <Sentence tone="amber">
            <div className="row wrap">
              <span className="grow">{t("telephony.telephones.resetAsk")}</span>
              <Button size="compact-md" loading={reset.isPending} onClick={() => reset.mutate()} data-autofocus>
                {t("telephony.telephones.resetDo")}
              </Button>
              <Button size="compact-md" variant="default" onClick={() => setAsking(false)}>
                {t("common.cancel")}
              </Button>
            </div>
          </Sentence>
        ) : (
          <div>
            <Button variant="default" leftSection={<IconKey size={16} aria-hidden />} onClick={() => setAsking(true)}>
              {t("telephony.telephones.reset")}
            </Button>
          </div>
        )}
        {reset.error && <Sentence tone="red">{problemText(reset.error)}</Sentence>}
      </div>
    </section>
  );
}

/** Who takes calls on it is asked for only where it can be known. */
function Remove({ telephone, onDelete }: { telephone: Telephone; onDelete: () => Promise<void> }) {
  const { t } = useTranslation();
  const held = telephone.user_id !== null;
  return (
    <Danger
      name={telephone.username}
      word={t("telephony.telephones.delete")}
      usedBy={held && telephone.owner ? [<Owner key="owner" telephone={telephone} />] : []}
      onDelete={onDelete}
    />
  );
}

function Owner({ telephone }: { telephone: Telephone }) {
  const { t } = useTranslation();
  const routing = useAgentRouting(telephone.user_id ?? "");
  const name = telephone.owner?.name ?? "";
  return <>{t(routing.data?.device === "sip" ? "telephony.telephones.usedByRinging" : "telephony.telephones.usedBy", { name })}</>;
}
