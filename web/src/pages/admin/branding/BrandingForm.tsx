import "../../../i18n/house";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { TextAreaField, TextField } from "../../../components/admin/Fields";
import { FormPage } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import { useDraft } from "../../../hooks/draft";
import { useBrandingSettings, useHouseWrite } from "../../../hooks/house";
import { request } from "../../../lib/api";
import type { Troubles } from "../../../lib/admin/types";
import type { BrandingBody, BrandingSettings, Contrast } from "../../../lib/house/types";
import { Loaded } from "../Loaded";
import { Colour, Sample } from "./Colours";
import { LogoPart } from "./Logo";

const COLOURS = ["accent", "portal_accent", "portal_header", "widget_accent"] as const;

export function BrandingForm() {
  const { t } = useTranslation();
  const back = { to: "/admin", word: t("nav.admin") };
  return (
    <Loaded queries={[useBrandingSettings()] as const} back={back}>
      {(settings) => <Form settings={settings} />}
    </Loaded>
  );
}

const bodyOf = ({ name, language, accent, portal_accent, portal_header, widget_accent, mail_footer }: BrandingSettings): BrandingBody => ({
  name,
  language,
  accent,
  portal_accent,
  portal_header,
  widget_accent,
  mail_footer,
});

function Form({ settings }: { settings: BrandingSettings }) {
  const { t } = useTranslation();
  const write = useHouseWrite();
  const [saved, setSaved] = useState({ of: settings, body: bodyOf(settings) });
  if (saved.of !== settings) setSaved({ of: settings, body: bodyOf(settings) });
  const troubles = useCallback((value: BrandingBody): Troubles => {
    const found: Troubles = {};
    for (const field of COLOURS) if (value[field] !== null && !/^#[0-9A-Fa-f]{6}$/.test(value[field])) found[field] = { key: "colour" };
    if (!/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(value.language)) found.language = { key: "language" };
    return found;
  }, []);
  const draft = useDraft({
    saved: saved.body,
    editable: true,
    troubles,
    save: async (value) => {
      await write.send("PUT", "/branding/settings", value);
      write.branded();
    },
  });
  const preview = usePreview(draft.value, draft.count === 0);
  const weak = (field: string) => (preview?.items ?? []).filter((each) => each.field === field);
  const set = (field: (typeof COLOURS)[number]) => (value: string | null) => draft.set({ [field]: value });
  return (
    <FormPage
      title={t("admin.area.branding")}
      draft={draft}
      aside={
        <History
          subject="branding:house"
          name={t("admin.area.branding")}
          act="branding.changed"
          dirty={draft.dirty}
          restoreTo="/branding/settings"
        />
      }
      sections={[
        {
          id: "house",
          title: t("house.branding.house"),
          lead: t("house.branding.lead"),
          paths: ["name", "language"],
          content: (
            <>
              <TextField
                path="name"
                label={t("house.branding.name")}
                description={t("house.branding.nameText")}
                value={draft.value.name}
                onChange={(name) => draft.set({ name })}
              />
              <TextField
                path="language"
                label={t("house.branding.language")}
                description={t("house.branding.languageText")}
                value={draft.value.language}
                onChange={(language) => draft.set({ language })}
              />
              <LogoPart logo={settings.logo} name={settings.name} />
            </>
          ),
        },
        {
          id: "colours",
          title: t("house.branding.colours"),
          lead: t("house.branding.coloursLead"),
          paths: COLOURS,
          content: (
            <>
              <Colour
                path="accent"
                label={t("house.branding.accent")}
                without={t("house.branding.asCome")}
                value={draft.value.accent}
                weak={weak("accent")}
                onChange={set("accent")}
              />
              <Colour
                path="portal_accent"
                label={t("house.branding.portalAccent")}
                value={draft.value.portal_accent}
                weak={weak("portal_accent")}
                onChange={set("portal_accent")}
              />
              <Colour
                path="portal_header"
                label={t("house.branding.portalHeader")}
                value={draft.value.portal_header}
                weak={[]}
                onChange={set("portal_header")}
              />
              <Colour
                path="widget_accent"
                label={t("house.branding.widgetAccent")}
                value={draft.value.widget_accent}
                weak={weak("widget_accent")}
                onChange={set("widget_accent")}
              />
              {preview && <Sample light={preview.light} dark={preview.dark} name={draft.value.name} />}
            </>
          ),
        },
        {
          id: "mail",
          title: t("house.branding.mail"),
          paths: ["mail_footer"],
          content: (
            <TextAreaField
              path="mail_footer"
              label={t("house.branding.footer")}
              description={t("house.branding.footerText")}
              value={draft.value.mail_footer}
              onChange={(mail_footer) => draft.set({ mail_footer })}
            />
          ),
        },
      ]}
    />
  );
}

interface Preview {
  items: Contrast[];
  light: Record<string, string>;
  dark: Record<string, string>;
}

/** What would come of these colours, a moment after the last change. */
function usePreview(value: BrandingBody, sound: boolean): Preview | undefined {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (!sound) return;
    const timer = setTimeout(() => setSettled(value), 250);
    return () => clearTimeout(timer);
  }, [value, sound]);
  const query = useQuery({
    queryKey: ["branding-preview", settled],
    queryFn: ({ signal }) => request<Preview>("POST", "/branding/preview", { body: settled, signal }),
    placeholderData: (before) => before,
    gcTime: 10_000,
    retry: false,
  });
  return query.data;
}
