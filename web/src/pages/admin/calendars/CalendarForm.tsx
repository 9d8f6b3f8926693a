import { Button } from "@mantine/core";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import styles from "../../../components/admin/admin.module.css";
import { Danger } from "../../../components/admin/Danger";
import { ChoiceField, SwitchField, TextField } from "../../../components/admin/Fields";
import { FormPage, type FormSection } from "../../../components/admin/FormPage";
import { History } from "../../../components/admin/History";
import { Sentence } from "../../../components/Sentence";
import { Week } from "../../../components/admin/Week";
import { paths, useCalendars, useHolidayCountries, useHouseZone, useMayManage, useWrite } from "../../../hooks/admin";
import { useDraft, type Draft } from "../../../hooks/draft";
import { useLocale, useProblemText } from "../../../hooks/words";
import { omit } from "../../../lib/admin/draft";
import { countryOptions, partOptions } from "../../../lib/admin/holidays";
import { calendarTroubles, sortWeek, weeklyMinutes } from "../../../lib/admin/hours";
import { usedByLines } from "../../../lib/admin/sentences";
import type { Calendar } from "../../../lib/admin/types";
import NotFound from "../../NotFound";
import { Gone, Loaded } from "../Loaded";
import { EmergencySwitch } from "./EmergencySwitch";
import { Exceptions } from "./Exceptions";
import { Preview } from "./Preview";

const useBack = () => ({ to: "/admin/calendars", word: useTranslation().t("admin.area.calendars") });

function newCalendar(zone: string): Calendar {
  return {
    id: "",
    name: "",
    zone,
    weekly: [0, 1, 2, 3, 4].map((day) => ({ day, start: "09:00", end: "17:00" })),
    exceptions: [],
    holidays: null,
    emergency: null,
  };
}

export function NewCalendar() {
  const calendars = useCalendars();
  const houseZone = useHouseZone();
  const manage = useMayManage();
  const back = useBack();
  if (!manage) return <NotFound />;
  return (
    <Loaded queries={[calendars, houseZone]} back={back}>
      {(all, zone) => <Fresh zone={zone} all={all} />}
    </Loaded>
  );
}

function Fresh({ zone, all }: { zone: string | null; all: readonly Calendar[] }) {
  const fresh = useMemo(() => newCalendar(zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone), [zone]);
  return <Form calendar={fresh} all={all} />;
}

export function CalendarForm() {
  const { id = "" } = useParams();
  const calendars = useCalendars();
  const back = useBack();
  return (
    <Loaded queries={[calendars]} back={back}>
      {(all) => {
        const calendar = all.find((other) => other.id === id);
        return calendar ? <Form key={id} calendar={calendar} all={all} /> : <Gone back={back} />;
      }}
    </Loaded>
  );
}

function Form({ calendar, all }: { calendar: Calendar; all: readonly Calendar[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  const back = useBack();
  const isNew = calendar.id === "";
  const manage = useMayManage();
  const troubles = useCallback(
    (value: Calendar) =>
      calendarTroubles(
        value,
        all.filter((other) => other.id !== calendar.id).map((other) => other.name),
      ),
    [all, calendar.id],
  );
  const draft = useDraft({
    saved: calendar,
    editable: manage,
    troubles,
    save: async (value) => {
      const body = { ...omit(value, "id", "emergency", "used_by"), name: value.name.trim() };
      if (!isNew) return write.replace(paths.calendar(calendar.id), body);
      const made = await write.create<Calendar>("/calendars", body);
      draft.leaving.current = true;
      await navigate(`/admin/calendars/${encodeURIComponent(made.id)}`, { replace: true });
    },
  });
  return (
    <FormPage
      title={isNew ? t("admin.calendars.new") : calendar.name}
      back={back}
      draft={draft}
      isNew={isNew}
      aside={
        !isNew && (
          <History
            subject={`calendar:${calendar.id}`}
            name={calendar.name}
            act="calendar.changed"
            dirty={draft.dirty}
            {...(manage ? { restoreTo: paths.calendar(calendar.id) } : {})}
          />
        )
      }
      sections={useSections(draft, calendar)}
      above={!isNew && <EmergencySwitch calendar={calendar} />}
      below={!isNew && manage && <Delete calendar={calendar} leaving={draft.leaving} />}
    />
  );
}

function useSections(draft: Draft<Calendar>, saved: Calendar): FormSection[] {
  const { t } = useTranslation();
  const { value, set } = draft;
  const sections: FormSection[] = [
    { id: "general", title: t("admin.calendars.general"), paths: ["name", "zone"], content: <General draft={draft} /> },
    {
      id: "week",
      title: t("admin.calendars.weekTitle"),
      lead: t("admin.calendars.weekText", { hours: Math.round(weeklyMinutes(value.weekly) / 6) / 10 }),
      paths: ["weekly"],
      content: <Week value={value.weekly} onChange={(weekly) => set({ weekly: sortedIfSettled(weekly) })} />,
    },
    {
      id: "holidays",
      title: t("admin.calendars.holidays"),
      lead: t("admin.calendars.holidaysText"),
      paths: ["holidays"],
      content: <Holidays draft={draft} />,
    },
    {
      id: "exceptions",
      title: t("admin.calendars.exceptions"),
      lead: t("admin.calendars.exceptionsText"),
      paths: ["exceptions"],
      content: <Exceptions value={value.exceptions} onChange={(exceptions) => set({ exceptions })} />,
    },
  ];
  if (saved.id)
    sections.push({
      id: "preview",
      title: t("admin.calendars.preview"),
      paths: [],
      content: <Preview calendar={saved} dirty={draft.dirty} />,
    });
  return sections;
}

/** Days in order; spans of a day stay where they are typed. */
function sortedIfSettled(weekly: Calendar["weekly"]): Calendar["weekly"] {
  return weekly.every((span, index) => index === 0 || (weekly[index - 1]?.day ?? 0) <= span.day) ? weekly : sortWeek(weekly);
}

function General({ draft: { value, set } }: { draft: Draft<Calendar> }) {
  const { t } = useTranslation();
  const zones = useMemo(() => {
    const known = Intl.supportedValuesOf("timeZone");
    return (known.includes(value.zone) || !value.zone ? known : [value.zone, ...known]).map((zone) => ({
      value: zone,
      label: zone.replaceAll("_", " "),
    }));
  }, [value.zone]);
  return (
    <div className={styles.grid}>
      <TextField path="name" label={t("admin.name")} required autoFocus={value.id === ""} value={value.name} onChange={(name) => set({ name })} />
      <ChoiceField
        path="zone"
        label={t("admin.calendars.zone")}
        description={t("admin.calendars.zoneText")}
        value={value.zone || null}
        options={zones}
        nothing={t("admin.noMatch")}
        onChange={(zone) => set({ zone: zone ?? "" })}
      />
    </div>
  );
}

function Holidays({ draft: { value, set } }: { draft: Draft<Calendar> }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const known = useHolidayCountries();
  const problemText = useProblemText();
  const { holidays } = value;
  const countries = useMemo(() => countryOptions(known.data ?? [], holidays?.country ?? "", locale), [known.data, holidays?.country, locale]);
  const parts = partOptions(known.data ?? [], holidays);
  return (
    <>
      <SwitchField
        path="holidays"
        label={t("admin.calendars.holidaysOn")}
        value={holidays !== null}
        onChange={(on) => set({ holidays: on ? { country: "", subdivision: null } : null })}
      />
      {holidays && known.isError && (
        <Sentence
          tone="amber"
          action={
            <Button size="compact-sm" variant="default" onClick={() => void known.refetch()}>
              {t("common.retry")}
            </Button>
          }
        >
          {t("admin.listFailed", { detail: problemText(known.error) })}
        </Sentence>
      )}
      {holidays && (
        <div className={styles.grid}>
          <ChoiceField
            path="holidays.country"
            label={t("admin.calendars.country")}
            placeholder={t("admin.calendars.chooseCountry")}
            value={holidays.country || null}
            options={countries}
            nothing={t("admin.noMatch")}
            onChange={(country) => set({ holidays: { country: country ?? "", subdivision: null } })}
          />
          {parts.length > 0 && (
            <ChoiceField
              path="holidays.subdivision"
              label={t("admin.calendars.subdivision")}
              placeholder={t("admin.calendars.wholeCountry")}
              clearable
              value={holidays.subdivision}
              options={parts}
              nothing={t("admin.noMatch")}
              onChange={(subdivision) => set({ holidays: { ...holidays, subdivision } })}
            />
          )}
        </div>
      )}
    </>
  );
}

function Delete({ calendar, leaving }: { calendar: Calendar; leaving: { current: boolean } }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWrite();
  return (
    <Danger
            held
      name={calendar.name}
      word={t("admin.calendars.delete")}
      usedBy={usedByLines(t, calendar.used_by)}
      onDelete={() => write.remove(paths.calendar(calendar.id), { leaving }, () => void navigate("/admin/calendars"))}
    />
  );
}
