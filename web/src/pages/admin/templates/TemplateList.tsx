import "../../../i18n/house";
import { IconMail } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AreaTable } from "../../../components/admin/AreaTable";
import { useTemplates } from "../../../hooks/house";
import { useTitle } from "../../../hooks/title";

export function TemplateList() {
  const { t } = useTranslation();
  useTitle(t("admin.area.templates"));
  const query = useTemplates();
  return (
    <AreaTable
      title={t("admin.area.templates")}
      lead={t("house.templates.lead")}
      rows={query.data}
      error={query.error}
      onRetry={() => void query.refetch()}
      id={(mail) => mail.key}
      to={(mail) => `/admin/templates/${encodeURIComponent(mail.key)}`}
      columns={[
        { id: "title", word: t("house.templates.title"), value: (mail) => mail.title },
        { id: "subject", word: t("house.templates.subject"), value: (mail) => mail.subject, from: "tablet" },
        { id: "summary", word: t("house.templates.when"), value: (mail) => mail.summary, from: "desktop" },
        { id: "languages", word: t("house.templates.languages"), value: (mail) => mail.languages.join(", ") },
        { id: "own", word: t("house.templates.own"), value: (mail) => mail.own.join(", ") || t("common.none"), from: "tablet" },
      ]}
      empty={{
        icon: <IconMail size={32} stroke={1.5} aria-hidden />,
        title: t("house.templates.none"),
        text: t("house.templates.noneText"),
      }}
    />
  );
}
