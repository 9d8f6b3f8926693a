import "../../i18n/privacy";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { useHoldsOf } from "../../hooks/privacy";
import { may, useMe } from "../../hooks/session";

/** Legal holds in force on this interaction, for those who may know. */
export function Held({ id }: { id: string }) {
  const { t } = useTranslation();
  const holds = useHoldsOf(id, may(useMe(), "privacy.view"));
  return holds.data?.map((hold) => (
    <Sentence key={hold.id} tone="amber">
      {t("privacy.holds.onInteraction", { reason: hold.reason })}
    </Sentence>
  ));
}
