import { IconCalendarTime, IconCircleX, IconClockHour4, IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AreaTable } from "../../../components/admin/AreaTable";
import { Mark } from "../../../components/Mark";
import { useCalendars, useMayManage } from "../../../hooks/admin";
import { useNow } from "../../../hooks/now";
import { useTitle } from "../../../hooks/title";
import { isThrown, weeklyMinutes } from "../../../lib/admin/hours";
import type { Calendar } from "../../../lib/admin/types";

export function CalendarList() {
  const { t } = useTranslation();
  useTitle(t("admin.area.calendars"));
  const query = useCalendars();
  const manage = useMayManage();
  return (
    <AreaTable
      title={t("admin.area.calendars")}
      lead={t("admin.areaText.calendars")}
      rows={query.data}
      error={query.error}
      onRetry={() => void query.refetch()}
      id={(row) => row.id}
      to={(row) => `/admin/calendars/${encodeURIComponent(row.id)}`}
      columns={[
        { id: "name", word: t("admin.name"), value: (row) => row.name },
        {
          id: "state",
          word: t("admin.calendars.state"),
          value: (row) => (row.emergency ? 0 : 1),
          cell: (row) => <Switched calendar={row} />,
        },
        { id: "zone", word: t("admin.calendars.zone"), from: "tablet", value: (row) => row.zone },
        {
          id: "hours",
          word: t("admin.calendars.week"),
          numeric: true,
          value: (row) => weeklyMinutes(row.weekly),
          cell: (row) => t("admin.calendars.hours", { hours: Math.round(weeklyMinutes(row.weekly) / 6) / 10 }),
        },
        { id: "exceptions", word: t("admin.calendars.exceptions"), from: "desktop", numeric: true, value: (row) => row.exceptions.length },
      ]}
      empty={{
        icon: <IconCalendarTime size={32} stroke={1.5} aria-hidden />,
        title: t("admin.calendars.none"),
        text: t("admin.calendars.noneText"),
      }}
      add={manage ? { to: "/admin/calendars/new", word: t("admin.calendars.add") } : undefined}
    />
  );
}

export function Switched({ calendar }: { calendar: Calendar }) {
  const { t } = useTranslation();
  const now = useNow();
  const { emergency } = calendar;
  if (!isThrown(emergency, now))
    return (
      <Mark icon={IconClockHour4} tone="grey">
        {t("admin.emergency.byHours")}
      </Mark>
    );
  return emergency.closed ? (
    <Mark icon={IconCircleX} tone="red">
      {t("admin.emergency.closed")}
    </Mark>
  ) : (
    <Mark icon={IconCircleCheck} tone="green">
      {t("admin.emergency.open")}
    </Mark>
  );
}
