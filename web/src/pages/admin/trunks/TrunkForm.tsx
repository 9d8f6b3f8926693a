import "../../../i18n/telephony";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import admin from "../../../components/admin/admin.module.css";
import { Danger } from "../../../components/admin/Danger";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import { Sentence } from "../../../components/Sentence";
import { Ago } from "../../../components/Times";
import { useWrite } from "../../../hooks/admin";
import { useDraft } from "../../../hooks/draft";
import { may, useMe } from "../../../hooks/session";
import { trunkPath, useTrunks } from "../../../hooks/telephony";
import { FRESH_TRUNK, trunkBody, trunkDraft, trunkTroubles, type Trunk, type TrunkDraft } from "../../../lib/admin/telephony";
import { Gone, Loaded } from "../Loaded";
import { Audio, CallerId, Calling, Connection, General, Numbers } from "./sections";
import { TrunkMark } from "./TrunkList";

const useBack = () => ({ to: "/admin/trunks", word: useTranslation().t("admin.area.trunks") });

export function NewTrunk() {
  return (
    <Loaded queries={[useTrunks()]} back={useBack()}>
      {(trunks) => <Form trunk={FRESH_TRUNK} trunks={trunks} />}
    </Loaded>
  );
}

export function TrunkForm() {
  const { id = "" } = useParams();
  const back = useBack();
  return (
    <Loaded queries={[useTrunks()]} back={back}>
      {(trunks) => {
        const trunk = trunks.find((one) => one.id === id);
        return trunk ? <Form key={id} trunk={trunk} trunks={trunks} /> : <Gone back={back} />;
      }}
    </Loaded>
  );
}

/** The settings as they are stored, the same object until they are others: how it stands changes all the time. */
function useSaved(trunk: Trunk): TrunkDraft {
  const text = JSON.stringify(trunkDraft(trunk));
  return useMemo(() => JSON.parse(text) as TrunkDraft, [text]);
}

function Form({ trunk, trunks }: { trunk: Trunk; trunks: readonly Trunk[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  const back = useBack();
  const isNew = trunk.id === "";
  const manage = may(useMe(), "trunks.manage");
  const saved = useSaved(trunk);
  const names = JSON.stringify(trunks.filter((other) => other.id !== trunk.id).map(({ id, name }) => ({ id, name })));
  const troubles = useCallback(
    (value: TrunkDraft) => trunkTroubles(value, JSON.parse(names) as { id: string; name: string }[], trunk.has_password),
    [names, trunk.has_password],
  );
  const draft = useDraft<TrunkDraft>({
    saved,
    editable: manage,
    troubles,
    save: async (value) => {
      const body = trunkBody({ ...value, name: value.name.trim() });
      if (!isNew) {
        await write.replace(trunkPath(trunk.id), body);
        draft.set({ password: "" });
        return;
      }
      const made = await write.create<Trunk>("/trunks", body);
      draft.leaving.current = true;
      await navigate(`/admin/trunks/${encodeURIComponent(made.id)}`, { replace: true });
    },
  });
  const form = { value: draft.value, set: draft.set, hasPassword: trunk.has_password, isNew };
  return (
    <FormPage
      title={isNew ? t("telephony.trunks.new") : trunk.name}
      back={back}
      draft={draft}
      isNew={isNew}
      aside={
        !isNew && (
          <History
            subject={`trunk:${trunk.id}`}
            name={trunk.name}
            act="trunk.changed"
            dirty={draft.dirty}
            {...(manage ? { restoreTo: trunkPath(trunk.id) } : {})}
          />
        )
      }
      above={!isNew && <Standing trunk={trunk} />}
      sections={[
        { id: "general", title: t("telephony.trunks.general"), paths: ["name", "kind", "enabled", "position"], content: <General {...form} /> },
        {
          id: "connection",
          title: t("telephony.trunks.connection"),
          lead: t("telephony.trunks.connectionLead"),
          paths: ["host", "port", "transport", "domain", "certificate_name", "username", "password", "expires_s", "addresses", "options_s"],
          content: <Connection {...form} />,
        },
        {
          id: "numbers",
          title: t("telephony.trunks.numbers"),
          lead: t("telephony.trunks.numbersLead"),
          paths: ["number_format", "country", "dial_prefix"],
          content: <Numbers {...form} />,
        },
        {
          id: "caller",
          title: t("telephony.trunks.callerId"),
          lead: t("telephony.trunks.callerIdLead"),
          paths: ["caller_id", "caller_id_in", "from_user", "own_numbers", "trust_identity"],
          content: <CallerId {...form} />,
        },
        {
          id: "calling",
          title: t("telephony.trunks.calling"),
          lead: t("telephony.trunks.callingLead"),
          paths: ["allowed", "denied", "max_calls", "calls_per_second"],
          content: <Calling {...form} />,
        },
        { id: "audio", title: t("telephony.trunks.audio"), paths: ["codecs"], content: <Audio {...form} /> },
      ]}
      below={
        !isNew &&
        manage && (
          <Danger
            name={trunk.name}
            word={t("telephony.trunks.delete")}
            held
            usedBy={trunk.numbers.map((number) => t("telephony.trunks.usedBy", { number }))}
            onDelete={() => write.remove(trunkPath(trunk.id), draft, () => void navigate(back.to))}
          />
        )
      }
    />
  );
}

/** How it stands now: a word, what it means, since when. */
function Standing({ trunk }: { trunk: Trunk }) {
  const { t } = useTranslation();
  const { state } = trunk;
  if (!state) return null;
  const wrong = state.state === "down" || state.state === "refused";
  return (
    <section className={`panel ${admin.section ?? ""}`} aria-label={t("telephony.common.state")}>
      <div className="row wrap">
        <TrunkMark state={state.state} code={state.code} />
        <span className="dim">
          {t("telephony.trunks.since")} <Ago at={state.since} />
        </span>
        <span className="grow" />
        <span>
          {t("telephony.common.calls")}: {state.calls}
          {trunk.max_calls !== null && ` / ${trunk.max_calls}`}
        </span>
      </div>
      {wrong ? <Sentence tone="red" quiet>{state.sentence}</Sentence> : <p className="dim">{state.sentence}</p>}
      {trunk.enabled && trunk.allowed.length === 0 && <p className="dim">{t("telephony.trunks.nobody")}</p>}
    </section>
  );
}
