import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import styles from "../../../components/admin/admin.module.css";
import { Danger } from "../../../components/admin/Danger";
import { NumberField, SeveralField, SwitchField, TextField, Wrong } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import { paths, useMayManage, useProfiles, useWrite } from "../../../hooks/admin";
import { useDraft, type Draft } from "../../../hooks/draft";
import { profileTroubles, taken, usualChannels, withoutChannel } from "../../../lib/admin/capacity";
import { usedByLines } from "../../../lib/admin/sentences";
import { CHANNELS, EVERY_CHANNEL, type ChannelCapacity, type RoutingProfile } from "../../../lib/admin/types";
import NotFound from "../../NotFound";
import { Gone, Loaded } from "../Loaded";
import { useChannelName } from "./fit";
import { ProfilePicture } from "./ProfilePicture";

const useBack = () => ({ to: "/admin/profiles", word: useTranslation().t("admin.area.profiles") });

export function NewProfile() {
  const profiles = useProfiles();
  const back = useBack();
  const manage = useMayManage();
  const fresh = useMemo(() => ({ id: "", name: "", units: 6, channels: usualChannels(), used_by: 0 }), []);
  if (!manage) return <NotFound />;
  return (
    <Loaded queries={[profiles]} back={back}>
      {(all) => <Form profile={fresh} all={all} />}
    </Loaded>
  );
}

export function ProfileForm() {
  const { id = "" } = useParams();
  const profiles = useProfiles();
  const back = useBack();
  return (
    <Loaded queries={[profiles]} back={back}>
      {(all) => {
        const profile = all.find((other) => other.id === id);
        return profile ? <Form key={id} profile={profile} all={all} /> : <Gone back={back} />;
      }}
    </Loaded>
  );
}

function Form({ profile, all }: { profile: RoutingProfile; all: readonly RoutingProfile[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  const back = useBack();
  const manage = useMayManage();
  const isNew = profile.id === "";
  const troubles = useCallback(
    (value: RoutingProfile) =>
      profileTroubles(
        value,
        all.filter((other) => other.id !== profile.id).map((other) => other.name),
      ),
    [all, profile.id],
  );
  const draft = useDraft({
    saved: profile,
    editable: manage,
    troubles,
    save: async (value) => {
      const body = { name: value.name.trim(), units: value.units, channels: value.channels };
      if (!isNew) return write.replace(paths.profile(profile.id), body);
      const made = await write.create<RoutingProfile>("/routing-profiles", body);
      draft.leaving.current = true;
      await navigate(`/admin/profiles/${encodeURIComponent(made.id)}`, { replace: true });
    },
  });
  return (
    <FormPage
      title={isNew ? t("admin.profiles.new") : profile.name}
      back={back}
      draft={draft}
      isNew={isNew}
      aside={
        !isNew && (
          <History
            subject={`profile:${profile.id}`}
            name={profile.name}
            act="profile.changed"
            dirty={draft.dirty}
            {...(manage ? { restoreTo: paths.profile(profile.id) } : {})}
          />
        )
      }
      sections={[
        { id: "general", title: t("admin.profiles.general"), paths: ["name", "units"], content: <General draft={draft} /> },
        {
          id: "picture",
          title: t("admin.profiles.picture"),
          lead: t("admin.profiles.pictureText"),
          paths: [],
          content: <ProfilePicture units={draft.value.units} channels={draft.value.channels} />,
        },
        {
          id: "channels",
          title: t("admin.profiles.channels"),
          lead: t("admin.profiles.channelsText"),
          paths: ["channels"],
          content: <Channels draft={draft} />,
        },
      ]}
      below={
        !isNew &&
        manage && (
          <Danger
            held
            name={profile.name}
            word={t("admin.profiles.delete")}
            usedBy={usedByLines(t, profile.used_by)}
            onDelete={() => write.remove(paths.profile(profile.id), draft, () => void navigate(back.to))}
          />
        )
      }
    />
  );
}

function General({ draft: { value, set } }: { draft: Draft<RoutingProfile> }) {
  const { t } = useTranslation();
  return (
    <div className={styles.grid}>
      <TextField path="name" label={t("admin.name")} required autoFocus={value.id === ""} value={value.name} onChange={(name) => set({ name })} />
      <NumberField
        path="units"
        label={t("admin.profiles.units")}
        description={t("admin.profiles.unitsText")}
        min={1}
        value={value.units}
        onChange={(units) => set({ units: units ?? Number.NaN })}
      />
    </div>
  );
}

const FRESH: ChannelCapacity = { max: 1, units: 1, blocks: [], interrupted_by: [] };

function Channels({ draft: { value, set } }: { draft: Draft<RoutingProfile> }) {
  const nameOf = useChannelName();
  const all = [...new Set([...CHANNELS, ...Object.keys(value.channels)])];
  const on = taken(value.channels).map((entry) => entry.channel);
  const change = (channel: string, capacity: ChannelCapacity | null) => {
    set({ channels: capacity ? { ...value.channels, [channel]: capacity } : withoutChannel(value.channels, channel) });
  };
  return (
    <div className="stack">
      <Wrong path="channels" />
      {all.map((channel) => {
        const capacity = value.channels[channel];
        return (
          <fieldset key={channel} className={styles.channel} data-on={Boolean(capacity)}>
            <legend>{nameOf(channel)}</legend>
            <SwitchField
              path={`channels.${channel}`}
              label={nameOf(channel)}
              value={Boolean(capacity)}
              onChange={(takes) => change(channel, takes ? FRESH : null)}
            />
            {capacity && (
              <ChannelFields channel={channel} all={on} capacity={capacity} onChange={(changed) => change(channel, changed)} />
            )}
          </fieldset>
        );
      })}
    </div>
  );
}

interface ChannelFieldsProps {
  channel: string;
  all: readonly string[];
  capacity: ChannelCapacity;
  onChange: (capacity: ChannelCapacity) => void;
}

function ChannelFields({ channel, all, capacity, onChange }: ChannelFieldsProps) {
  const { t } = useTranslation();
  const nameOf = useChannelName();
  const at = `channels.${channel}`;
  const every = capacity.blocks.includes(EVERY_CHANNEL);
  const choices = all.map((other) => ({ value: other, label: nameOf(other) }));
  return (
    <div className={styles.grid}>
      <NumberField
        path={`${at}.max`}
        label={t("admin.profiles.max")}
        min={1}
        value={capacity.max}
        onChange={(max) => onChange({ ...capacity, max: max ?? Number.NaN })}
      />
      <NumberField
        path={`${at}.units`}
        label={t("admin.profiles.each")}
        min={0}
        value={capacity.units}
        onChange={(units) => onChange({ ...capacity, units: units ?? Number.NaN })}
      />
      <SeveralField
        path={`${at}.blocks`}
        label={t("admin.profiles.blocks")}
        placeholder={capacity.blocks.length === 0 ? t("admin.profiles.blocksNone") : ""}
        options={[{ value: EVERY_CHANNEL, label: t("admin.profiles.blocksAll") }, ...(every ? [] : choices)]}
        value={every ? [EVERY_CHANNEL] : capacity.blocks}
        onChange={(blocks) => onChange({ ...capacity, blocks: blocks.includes(EVERY_CHANNEL) ? [EVERY_CHANNEL] : blocks })}
      />
      <SeveralField
        path={`${at}.interrupted_by`}
        label={t("admin.profiles.interrupted")}
        placeholder={capacity.interrupted_by.length === 0 ? t("admin.profiles.interruptedNone") : ""}
        options={choices.filter((choice) => choice.value !== channel)}
        value={capacity.interrupted_by}
        onChange={(interrupted_by) => onChange({ ...capacity, interrupted_by })}
      />
    </div>
  );
}
