import "../../../i18n/portal-staff";
import { Anchor, Button, Textarea } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ChoiceField, SwitchField, TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import { Act } from "../../../components/admin/OrderedList";
import { Sentence } from "../../../components/Sentence";
import { useDraft, useFields, type Draft } from "../../../hooks/draft";
import { may, useMe } from "../../../hooks/session";
import { replaced, without } from "../../../lib/admin/draft";
import { get, request } from "../../../lib/api";
import { portalTroubles, type ConsentText, type PortalSettings, type PortalSettingsOut } from "../../../lib/portal-staff";
import { Loaded } from "../Loaded";
import { CustomerRequests } from "./CustomerRequests";

const PATH = "/portal-settings";
const KEY = ["admin", PATH];
const PARTED = { borderTop: "1px solid var(--cc-line)", paddingTop: 20 };

export function PortalSetUp() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: KEY, queryFn: ({ signal }) => get<PortalSettingsOut>(PATH, {}, signal) });
  return (
    <Loaded queries={[query]} back={{ to: "/admin", word: t("nav.admin") }}>
      {(settings) => <Form settings={settings} />}
    </Loaded>
  );
}

function Form({ settings }: { settings: PortalSettingsOut }) {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const saved = useMemo(() => {
    const { enabled, registration, data_requests, consents } = settings;
    return { enabled, registration, data_requests, consents };
  }, [settings]);
  const draft = useDraft<PortalSettings>({
    saved,
    editable: may(me, "portal.set_up"),
    troubles: portalTroubles,
    save: async (value) => {
      queries.setQueryData(KEY, await request<PortalSettingsOut>("PUT", PATH, { body: value }));
    },
  });
  return (
    <FormPage
      title={t("portalStaff.area.title")}
      draft={draft}
      aside={<History subject="portal:portal" name={t("portalStaff.area.title")} act="portal.changed" dirty={draft.dirty} restoreTo={PATH} />}
      sections={[
        {
          id: "open",
          title: t("portalStaff.form.open"),
          lead: t("portalStaff.form.openLead"),
          paths: ["enabled", "registration"],
          content: <Opening draft={draft} settings={settings} />,
        },
        {
          id: "consents",
          title: t("portalStaff.form.consents"),
          lead: t("portalStaff.form.consentsLead"),
          paths: ["consents"],
          content: <Consents draft={draft} />,
        },
        {
          id: "data",
          title: t("portalStaff.form.data"),
          lead: t("portalStaff.form.dataLead"),
          paths: ["data_requests"],
          content: (
            <ChoiceField
              path="data_requests"
              name={t("portalStaff.form.data")}
              description={t("portalStaff.form.dataHint")}
              value={draft.value.data_requests}
              options={[
                { value: "review", label: t("portalStaff.form.dataReview") },
                { value: "automatic", label: t("portalStaff.form.dataAutomatic") },
              ]}
              onChange={(value) => draft.set({ data_requests: value === "automatic" ? "automatic" : "review" })}
            />
          ),
        },
      ]}
      below={may(me, "privacy.view") && <CustomerRequests />}
    />
  );
}

function Opening({ draft, settings }: { draft: Draft<PortalSettings>; settings: PortalSettingsOut }) {
  const { t } = useTranslation();
  return (
    <>
      {!settings.mail && <Sentence tone="amber">{t("portalStaff.form.noMail")}</Sentence>}
      <SwitchField path="enabled" label={t("portalStaff.form.enabled")} value={draft.value.enabled} onChange={(enabled) => draft.set({ enabled })} />
      <p>
        {t("portalStaff.form.address")}:{" "}
        <Anchor href={settings.url} target="_blank" rel="noreferrer">
          {settings.url}
        </Anchor>
      </p>
      <ChoiceField
        path="registration"
        label={t("portalStaff.form.registration")}
        description={t("portalStaff.form.registrationHint")}
        value={draft.value.registration}
        options={[
          { value: "open", label: t("portalStaff.form.registrationOpen") },
          { value: "invited", label: t("portalStaff.form.registrationInvited") },
        ]}
        onChange={(value) => draft.set({ registration: value === "invited" ? "invited" : "open" })}
      />
    </>
  );
}

function Consents({ draft: { value, set, fields } }: { draft: Draft<PortalSettings> }) {
  const { t } = useTranslation();
  const { consents } = value;
  const change = (place: number, part: Partial<ConsentText>) => {
    const item = consents[place];
    if (item) set({ consents: replaced(consents, place, { ...item, ...part }) });
  };
  return (
    <div className="stack" style={{ gap: 20 }}>
      {consents.length === 0 && <p className="dim">{t("portalStaff.form.consentsNone")}</p>}
      {consents.map((each, place) => (
        <div key={place} role="group" aria-label={each.title || t("portalStaff.form.consents")} className="stack" style={place > 0 ? PARTED : undefined}>
          <div className="row" style={{ alignItems: "flex-end" }}>
            <div className="grow">
              <TextField
                path={`consents.${place}.title`}
                label={t("portalStaff.form.name")}
                required
                value={each.title}
                onChange={(title) => change(place, { title })}
              />
            </div>
            {fields.editable && (
              <Act word={t("portalStaff.form.remove", { title: each.title })} onClick={() => set({ consents: without(consents, place) })}>
                <IconTrash size={16} aria-hidden />
              </Act>
            )}
          </div>
          <Words path={`consents.${place}.text`} value={each.text} onChange={(text) => change(place, { text })} />
          <TextField
            path={`consents.${place}.kind`}
            label={t("portalStaff.form.kind")}
            description={t("portalStaff.form.kindHint")}
            required
            value={each.kind}
            onChange={(kind) => change(place, { kind })}
          />
          <TextField
            path={`consents.${place}.version`}
            label={t("portalStaff.form.version")}
            description={t("portalStaff.form.versionHint")}
            required
            value={each.version}
            onChange={(version) => change(place, { version })}
          />
        </div>
      ))}
      {fields.editable && consents.length < 20 && (
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => set({ consents: [...consents, { kind: "", title: "", text: "", version: "1" }] })}
          >
            {t("portalStaff.form.add")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Words({ path, value, onChange }: { path: string; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const { trouble } = useFields();
  return (
    <Textarea
      label={t("portalStaff.form.text")}
      data-path={path}
      error={trouble(path)}
      autosize
      minRows={3}
      maxLength={2000}
      withAsterisk
      aria-required
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
