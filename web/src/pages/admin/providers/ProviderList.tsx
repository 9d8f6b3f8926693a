import "../../../i18n/providers";
import { Button } from "@mantine/core";
import { IconCheck, IconLogin2, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { AreaTable } from "../../../components/admin/AreaTable";
import { Mark } from "../../../components/Mark";
import { Sentence } from "../../../components/Sentence";
import { usePolicy, useProviders } from "../../../hooks/providers";
import { useTitle } from "../../../hooks/title";

export function ProviderList() {
  const { t } = useTranslation();
  useTitle(t("admin.area.providers"));
  const providers = useProviders();
  const policy = usePolicy();
  return (
    <AreaTable
      title={t("admin.area.providers")}
      lead={t("admin.areaText.providers")}
      rows={providers.data}
      error={providers.error}
      onRetry={() => void providers.refetch()}
      id={(provider) => provider.id}
      to={(provider) => `/admin/providers/${encodeURIComponent(provider.id)}`}
      columns={[
        { id: "name", word: t("admin.name"), value: (provider) => provider.name },
        { id: "kind", word: t("providers.column.kind"), from: "tablet", value: (provider) => t(`providers.kind.${provider.kind}`) },
        {
          id: "state",
          word: t("providers.column.state"),
          value: (provider) => t(provider.enabled ? "providers.on" : "providers.off"),
          cell: (provider) => (
            <Mark icon={provider.enabled ? IconCheck : IconX} tone={provider.enabled ? "green" : "grey"} plain>
              {t(provider.enabled ? "providers.on" : "providers.off")}
            </Mark>
          ),
        },
        { id: "users", word: t("providers.column.users"), numeric: true, value: (provider) => provider.users },
      ]}
      empty={{ icon: <IconLogin2 size={32} stroke={1.5} aria-hidden />, title: t("providers.none"), text: t("providers.noneText") }}
      add={{ to: "/admin/providers/new", word: t("providers.add") }}
      above={
        policy.data &&
        (providers.data ?? []).length > 0 && (
          <Sentence
            tone="grey"
            action={
              <Button component={Link} to="/admin/providers/policy" size="compact-sm" variant="default" aria-label={`${t("providers.policy.open")}: ${t("providers.policy.title")}`}>
                {t("providers.policy.open")}
              </Button>
            }
          >
            {t(policy.data.providers_only ? "providers.policy.on" : "providers.policy.off")}
          </Sentence>
        )
      }
    />
  );
}
