import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconFileOff, type Icon } from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Mark, type Tone } from "../../../components/Mark";
import type { FlowRow } from "../../../lib/house/types";

const STATES: Record<FlowRow["state"], [Icon, Tone]> = {
  good: [IconCircleCheck, "green"],
  warned: [IconAlertTriangle, "amber"],
  broken: [IconCircleX, "red"],
  gone: [IconFileOff, "red"],
};

export function FlowState({ state }: { state: FlowRow["state"] }) {
  const { t } = useTranslation();
  const [icon, tone] = STATES[state];
  return (
    <Mark icon={icon} tone={tone}>
      {t(`house.flows.states.${state}`)}
    </Mark>
  );
}

/** What leads to a flow, one line each. */
export function linesOf(t: TFunction, use: FlowRow["used_by"]): string[] {
  return [
    ...(use.entry ? [t("house.use.entry")] : []),
    ...use.numbers.map((number) => t("house.use.number", { number })),
    ...use.flows.map((flow) => t("house.use.flow", { flow })),
  ];
}
