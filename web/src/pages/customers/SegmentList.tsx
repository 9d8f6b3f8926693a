import "../../i18n/admin";
import { IconArrowLeft, IconFilter, IconLock, IconUsersGroup } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { AreaTable } from "../../components/admin/AreaTable";
import admin from "../../components/admin/admin.module.css";
import { Mark } from "../../components/Mark";
import { may, useMe } from "../../hooks/session";
import { useTitle } from "../../hooks/title";
import { get, request } from "../../lib/api";
import { filterOf, type Segment, type SegmentFilter } from "../../lib/segments";

export function useSegments() {
  return useQuery({
    queryKey: ["customer-segments"],
    queryFn: async ({ signal }) => (await get<{ items: Segment[] }>("/customer-segments", {}, signal)).items,
  });
}

/** How many customers a filter finds now. */
export function useCount(filter: SegmentFilter, wanted = true) {
  return useQuery({
    queryKey: ["customers", "count", filter],
    queryFn: async ({ signal }) => (await request<{ count: number }>("POST", "/customer-segments/count", { body: filterOf(filter), signal })).count,
    enabled: wanted,
  });
}

export function SegmentList() {
  const { t } = useTranslation();
  useTitle(t("customers.segments.title"));
  const segments = useSegments();
  const manage = may(useMe(), "customers.manage");
  return (
    <AreaTable
      title={t("customers.segments.title")}
      lead={t("customers.segments.lead")}
      rows={segments.data}
      error={segments.error}
      onRetry={() => void segments.refetch()}
      id={(segment) => segment.id}
      to={(segment) => `/customers/segments/${encodeURIComponent(segment.id)}`}
      above={
        <Link className={admin.back ?? ""} to="/customers">
          <IconArrowLeft size={16} aria-hidden />
          {t("customers.back")}
        </Link>
      }
      columns={[
        { id: "name", word: t("customers.name"), value: (segment) => segment.name },
        {
          id: "who",
          word: t("customers.segments.who"),
          value: (segment) => t(segment.own ? "customers.segments.own" : "customers.segments.shared"),
          cell: (segment) => (
            <Mark icon={segment.own ? IconLock : IconUsersGroup} tone="grey" plain>
              {t(segment.own ? "customers.segments.own" : "customers.segments.shared")}
            </Mark>
          ),
        },
        { id: "count", word: t("customers.segments.count"), numeric: true, value: () => null, cell: (segment) => <Count filter={segment.filter} /> },
      ]}
      empty={{ icon: <IconFilter size={32} stroke={1.5} aria-hidden />, title: t("customers.segments.none"), text: t("customers.segments.noneText") }}
      add={manage ? { to: "/customers/segments/new", word: t("customers.segments.new") } : undefined}
    />
  );
}

function Count({ filter }: { filter: SegmentFilter }) {
  const { t } = useTranslation();
  const count = useCount(filter);
  if (count.isPending) return <span className="dim">{t("customers.segments.counting")}</span>;
  return count.data === undefined ? t("common.none") : count.data.toLocaleString();
}
