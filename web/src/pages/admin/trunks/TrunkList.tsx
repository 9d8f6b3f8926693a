import "../../../i18n/telephony";
import { IconCircleCheck, IconCircleX, IconEyeOff, IconHourglass, IconPlugConnectedX, IconPower, IconRouter, type Icon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AreaTable } from "../../../components/admin/AreaTable";
import { Mark, type Tone } from "../../../components/Mark";
import { Sentence } from "../../../components/Sentence";
import { may, useMe } from "../../../hooks/session";
import { useTrunks } from "../../../hooks/telephony";
import { useTitle } from "../../../hooks/title";
import { TRUNK_STATES, type TrunkStateName } from "../../../lib/admin/telephony";

const SIGNS: Record<TrunkStateName, { icon: Icon; tone: Tone }> = {
  off: { icon: IconPower, tone: "grey" },
  starting: { icon: IconHourglass, tone: "blue" },
  unwatched: { icon: IconEyeOff, tone: "grey" },
  up: { icon: IconCircleCheck, tone: "green" },
  down: { icon: IconPlugConnectedX, tone: "red" },
  refused: { icon: IconCircleX, tone: "red" },
};

export function TrunkMark({ state, code }: { state: TrunkStateName; code: number }) {
  const { t } = useTranslation();
  const wrong = state === "down" || state === "refused";
  return (
    <Mark {...SIGNS[state]}>
      {t(`telephony.trunks.states.${state}`)}
      {wrong && code > 0 && ` (${t("telephony.trunks.codeIs", { code })})`}
    </Mark>
  );
}

export function TrunkList() {
  const { t } = useTranslation();
  useTitle(t("admin.area.trunks"));
  const trunks = useTrunks();
  const manage = may(useMe(), "trunks.manage");
  return (
    <AreaTable
      title={t("admin.area.trunks")}
      lead={t("admin.areaText.trunks")}
      rows={trunks.data}
      error={trunks.error}
      onRetry={() => void trunks.refetch()}
      id={(trunk) => trunk.id}
      to={(trunk) => `/admin/trunks/${encodeURIComponent(trunk.id)}`}
      above={trunks.data && !trunks.live && <Sentence tone="grey">{t("telephony.common.notLive")}</Sentence>}
      columns={[
        { id: "name", word: t("admin.name"), value: (trunk) => trunk.name },
        { id: "kind", word: t("telephony.trunks.kind"), from: "tablet", value: (trunk) => t(`telephony.trunks.kinds.${trunk.kind}`) },
        { id: "host", word: t("telephony.trunks.provider"), from: "desktop", value: (trunk) => trunk.host || trunk.addresses.join(", ") || null },
        {
          id: "state",
          word: t("telephony.common.state"),
          value: (trunk) => (trunk.state ? TRUNK_STATES.indexOf(trunk.state.state) : null),
          cell: (trunk) => (trunk.state ? <TrunkMark state={trunk.state.state} code={trunk.state.code} /> : t("common.none")),
        },
        {
          id: "calls",
          word: t("telephony.common.calls"),
          numeric: true,
          from: "tablet",
          value: (trunk) => trunk.state?.calls ?? 0,
          cell: (trunk) => `${trunk.state?.calls ?? 0}${trunk.max_calls === null ? "" : ` / ${trunk.max_calls}`}`,
        },
        { id: "position", word: t("telephony.trunks.position"), numeric: true, from: "desktop", value: (trunk) => trunk.position },
      ]}
      empty={{ icon: <IconRouter size={32} stroke={1.5} aria-hidden />, title: t("telephony.trunks.none"), text: t("telephony.trunks.noneText") }}
      add={manage ? { to: "/admin/trunks/new", word: t("telephony.trunks.add") } : undefined}
    />
  );
}
