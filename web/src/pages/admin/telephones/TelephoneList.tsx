import "../../../i18n/telephony";
import { Button } from "@mantine/core";
import { IconCircleCheck, IconDeviceLandlinePhone, IconPhoneOff, IconPower, IconTableImport } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { AreaTable } from "../../../components/admin/AreaTable";
import { DownloadButton } from "../../../components/DownloadButton";
import { Mark } from "../../../components/Mark";
import { Sentence } from "../../../components/Sentence";
import { useTelephones } from "../../../hooks/telephony";
import { may, useMe } from "../../../hooks/session";
import { useTitle } from "../../../hooks/title";
import type { Telephone } from "../../../lib/admin/telephony";

export function TelephoneList() {
  const { t } = useTranslation();
  useTitle(t("admin.area.telephones"));
  const telephones = useTelephones();
  const manage = may(useMe(), "telephones.manage");
  return (
    <AreaTable
      title={t("admin.area.telephones")}
      lead={t("admin.areaText.telephones")}
      rows={telephones.data}
      error={telephones.error}
      onRetry={() => void telephones.refetch()}
      id={(telephone) => telephone.username}
      to={(telephone) => `/admin/telephones/${encodeURIComponent(telephone.username)}`}
      above={telephones.data && !telephones.live && <Sentence tone="grey">{t("telephony.common.notLive")}</Sentence>}
      columns={[
        { id: "username", word: t("telephony.telephones.username"), value: (telephone) => telephone.username },
        { id: "name", word: t("telephony.telephones.name"), from: "tablet", value: (telephone) => telephone.name || null },
        { id: "owner", word: t("telephony.telephones.owner"), value: (telephone) => telephone.owner?.name ?? null },
        {
          id: "state",
          word: t("telephony.common.state"),
          value: (telephone) => stateOf(telephone),
          cell: (telephone) => <TelephoneMark telephone={telephone} />,
        },
        { id: "where", word: t("telephony.telephones.where"), from: "desktop", value: (telephone) => telephone.contacts[0]?.address ?? null },
        { id: "software", word: t("telephony.telephones.software"), from: "desktop", value: (telephone) => telephone.contacts[0]?.user_agent || null },
      ]}
      empty={{
        icon: <IconDeviceLandlinePhone size={32} stroke={1.5} aria-hidden />,
        title: t("telephony.telephones.none"),
        text: t("telephony.telephones.noneText"),
      }}
      more={
        manage && (
          <>
            <DownloadButton path="/telephones/export" word={t("telephony.telephones.export")} />
            <Button component={Link} to="/admin/telephones/import" variant="default" leftSection={<IconTableImport size={16} aria-hidden />}>
              {t("telephony.telephones.import")}
            </Button>
          </>
        )
      }
      add={manage ? { to: "/admin/telephones/new", word: t("telephony.telephones.add") } : undefined}
    />
  );
}

const stateOf = (telephone: Telephone) => (telephone.disabled ? "2off" : telephone.contacts.length > 0 ? "0registered" : "1away");

export function TelephoneMark({ telephone }: { telephone: Telephone }) {
  const { t } = useTranslation();
  if (telephone.disabled)
    return (
      <Mark icon={IconPower} tone="grey">
        {t("telephony.telephones.off")}
      </Mark>
    );
  const count = telephone.contacts.length;
  return count > 0 ? (
    <Mark icon={IconCircleCheck} tone="green">
      {count === 1 ? t("telephony.telephones.registered") : t("telephony.telephones.registeredTimes", { count })}
    </Mark>
  ) : (
    <Mark icon={IconPhoneOff} tone="amber">
      {t("telephony.telephones.away")}
    </Mark>
  );
}
