import { IconLayoutGrid } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AreaTable } from "../../../components/admin/AreaTable";
import { useMayManage, useProfiles } from "../../../hooks/admin";
import { useTitle } from "../../../hooks/title";
import { useLocale } from "../../../hooks/words";
import { list, usedByCount } from "../../../lib/admin/sentences";
import { useFitText } from "./fit";

export function ProfileList() {
  const { t } = useTranslation();
  useTitle(t("admin.area.profiles"));
  const query = useProfiles();
  const manage = useMayManage();
  const locale = useLocale();
  const fit = useFitText();
  return (
    <AreaTable
      title={t("admin.area.profiles")}
      lead={t("admin.areaText.profiles")}
      rows={query.data}
      error={query.error}
      onRetry={() => void query.refetch()}
      id={(row) => row.id}
      to={(row) => `/admin/profiles/${encodeURIComponent(row.id)}`}
      columns={[
        { id: "name", word: t("admin.name"), value: (row) => row.name },
        { id: "fits", word: t("admin.profiles.fits"), value: (row) => list(locale, fit(row), "disjunction") },
        { id: "units", word: t("admin.profiles.units"), from: "tablet", numeric: true, value: (row) => row.units },
        {
          id: "agents",
          word: t("admin.skills.agents"),
          numeric: true,
          value: (row) => usedByCount(row.used_by).agents,
        },
      ]}
      empty={{
        icon: <IconLayoutGrid size={32} stroke={1.5} aria-hidden />,
        title: t("admin.profiles.none"),
        text: t("admin.profiles.noneText"),
      }}
      add={manage ? { to: "/admin/profiles/new", word: t("admin.profiles.add") } : undefined}
    />
  );
}
