import "../../../i18n/telephony";
import { IconAlertTriangle, IconHash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AreaTable } from "../../../components/admin/AreaTable";
import { Mark } from "../../../components/Mark";
import { may, useMe } from "../../../hooks/session";
import { useNumbers, useTrunks } from "../../../hooks/telephony";
import { useTitle } from "../../../hooks/title";
import type { NumberList as Numbers } from "../../../lib/admin/telephony";
import { TryNumber } from "./TryNumber";

export function NumberList() {
  const { t } = useTranslation();
  useTitle(t("admin.area.numbers"));
  const numbers = useNumbers();
  const trunks = useTrunks();
  const manage = may(useMe(), "trunks.manage");
  const trunkName = (id: string | null) =>
    id === null ? t("telephony.numbers.anyTrunk") : (trunks.data?.find((trunk) => trunk.id === id)?.name ?? id);
  return (
    <AreaTable
      title={t("admin.area.numbers")}
      lead={t("admin.areaText.numbers")}
      rows={numbers.data?.items}
      error={numbers.error}
      onRetry={() => void numbers.refetch()}
      id={(number) => number.id}
      to={(number) => `/admin/numbers/${encodeURIComponent(number.id)}`}
      above={
        numbers.data && (
          <>
            <TryNumber numbers={numbers.data} trunks={trunks.data ?? []} />
            <Fallback numbers={numbers.data} />
          </>
        )
      }
      columns={[
        { id: "pattern", word: t("telephony.numbers.pattern"), value: (number) => number.pattern },
        { id: "name", word: t("telephony.numbers.name"), from: "tablet", value: (number) => number.name || null },
        {
          id: "flow",
          word: t("telephony.numbers.flow"),
          value: (number) => number.flow,
          cell: (number) =>
            number.flow_missing ? (
              <Mark icon={IconAlertTriangle} tone="amber">
                {number.flow}
              </Mark>
            ) : (
              number.flow
            ),
        },
        { id: "trunk", word: t("telephony.numbers.trunk"), from: "tablet", value: (number) => trunkName(number.trunk_id) },
      ]}
      empty={{ icon: <IconHash size={32} stroke={1.5} aria-hidden />, title: t("telephony.numbers.none"), text: t("telephony.numbers.noneText") }}
      add={manage ? { to: "/admin/numbers/new", word: t("telephony.numbers.add") } : undefined}
    />
  );
}

function Fallback({ numbers }: { numbers: Numbers }) {
  const { t } = useTranslation();
  const { fallback, entry } = numbers;
  return (
    <p className="dim small">
      {fallback.length === 0
        ? t("telephony.numbers.fallbackAll", { entry })
        : t("telephony.numbers.fallback", { numbers: fallback.join(", "), entry })}
    </p>
  );
}
