import { Checkbox, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { useCalendars } from "../../hooks/admin";
import { useBrandingSettings, useHouseWrite } from "../../hooks/house";
import type { StepProps } from "./Guide";
import { StepForm, useStep } from "./parts";
import styles from "./guide.module.css";

const ZONES = Intl.supportedValuesOf("timeZone");
const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;

/** The house's name, and a calendar with the same hours on some days. */
export function CompanyStep({ onDone }: StepProps) {
  const { t } = useTranslation();
  const write = useHouseWrite();
  const branding = useBrandingSettings();
  const calendars = useCalendars();
  const there = (calendars.data?.length ?? 0) > 0;
  const [name, setName] = useState<string | null>(null);
  const [zone, setZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [days, setDays] = useState<readonly number[]>([0, 1, 2, 3, 4]);
  const [hours, setHours] = useState({ start: "08:00", end: "18:00" });
  const shown = name ?? branding.data?.name ?? "";
  const backwards = hours.start >= hours.end;
  const step = useStep(async () => {
    if (branding.data && shown.trim() !== branding.data.name) {
      const { language, accent, portal_accent, portal_header, widget_accent, mail_footer } = branding.data;
      const body = { name: shown.trim(), language, accent, portal_accent, portal_header, widget_accent, mail_footer };
      await write.send("PUT", "/branding/settings", body);
      write.branded();
    }
    if (!there) {
      const weekly = days.map((day) => ({ day, start: hours.start, end: hours.end }));
      await write.send("POST", "/calendars", { name: t("house.guide.company.calendar"), zone, weekly });
    }
    await onDone();
  });
  const ready = branding.data !== undefined && calendars.data !== undefined && (there || (!backwards && days.length > 0));
  return (
    <StepForm step={step} ready={ready} fields={["name"]}>
      <TextInput
        label={t("house.guide.company.name")}
        description={t("house.guide.company.nameText")}
        autoComplete="organization"
        maxLength={100}
        value={shown}
        error={step.wrong("name")}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {there ? (
        <Sentence tone="grey">{t("house.guide.company.exists")}</Sentence>
      ) : (
        <>
          <Checkbox.Group
            label={t("house.guide.company.days")}
            value={days.map(String)}
            error={days.length === 0 && t("house.guide.company.daysMissing")}
            onChange={(chosen) => setDays(chosen.map(Number).sort())}
          >
            <div className={styles.days}>
              {DAYS.map((day) => (
                <Checkbox key={day} value={String(day)} label={t(`house.guide.company.day.${day}`)} />
              ))}
            </div>
          </Checkbox.Group>
          <div className={styles.pair}>
            <TextInput
              type="time"
              label={t("house.guide.company.from")}
              value={hours.start}
              onChange={(event) => setHours({ ...hours, start: event.currentTarget.value })}
            />
            <TextInput
              type="time"
              label={t("house.guide.company.to")}
              value={hours.end}
              error={backwards && t("house.guide.company.order")}
              onChange={(event) => setHours({ ...hours, end: event.currentTarget.value })}
            />
          </div>
          <Select
            label={t("house.guide.company.zone")}
            data={ZONES.includes(zone) ? ZONES : [zone, ...ZONES]}
            searchable
            limit={50}
            allowDeselect={false}
            value={zone}
            onChange={(chosen) => setZone(chosen ?? zone)}
          />
        </>
      )}
    </StepForm>
  );
}
