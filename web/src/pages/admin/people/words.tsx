import { IconCircleCheck, IconCircleX, IconMail, type Icon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Mark, type Tone } from "../../../components/Mark";
import type { PersonState } from "../../../lib/admin/people";

const MARKS: Record<PersonState, readonly [Icon, Tone]> = {
  active: [IconCircleCheck, "green"],
  invited: [IconMail, "amber"],
  disabled: [IconCircleX, "grey"],
};

export function StateMark({ state }: { state: PersonState }) {
  const { t } = useTranslation();
  const [icon, tone] = MARKS[state];
  return (
    <Mark icon={icon} tone={tone} plain>
      {t(`setup.people.state.${state}`)}
    </Mark>
  );
}
