import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { may, useMe } from "../../../hooks/session";
import { AREAS, GROUPS, type Area, type Group } from "../../../lib/admin/areas";

/** Those that the role opens, in words. */
export function useAreas(): Area[] {
  const { t } = useTranslation();
  const me = useMe();
  return useMemo(
    () =>
      AREAS.filter(([, , permissions]) => may(me, ...permissions)).map(([id, group]) => ({
        id,
        group,
        title: t(`admin.area.${id}`),
        text: t(`admin.areaText.${id}`),
        terms: t(`admin.areaTerms.${id}`),
      })),
    [me, t],
  );
}

export function grouped(areas: readonly Area[]): (readonly [Group, Area[]])[] {
  return GROUPS.map((group) => [group, areas.filter((area) => area.group === group)] as const).filter(([, found]) => found.length > 0);
}
