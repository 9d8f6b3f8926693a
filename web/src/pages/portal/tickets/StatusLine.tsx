import { IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { STEPS, type Step } from "./types";

/** How far a request has come. */
export function StatusLine({ step }: { step: Step }) {
  const { t } = useTranslation();
  const at = STEPS.indexOf(step);
  return (
    <ol className="pt-steps" aria-label={t("portal.tickets.progress")}>
      {STEPS.map((each, place) => {
        const done = place < at || each === "solved";
        return (
          <li key={each} data-on={place <= at || undefined} aria-current={place === at ? "step" : undefined}>
            <span className="pt-dot" aria-hidden>
              {place <= at && done ? <IconCheck size={14} /> : place + 1}
            </span>
            {t(`portal.tickets.step.${each}`)}
          </li>
        );
      })}
    </ol>
  );
}
