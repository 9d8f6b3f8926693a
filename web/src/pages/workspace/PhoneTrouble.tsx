import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { useProblemText } from "../../hooks/words";
import type { PhoneProblem } from "../../lib/softphone";

interface PhoneTroubleProps {
  problem: PhoneProblem;
  action?: ReactNode;
  onDismiss?: () => void;
}

/** Why there is no audio, and how to mend it. */
export function PhoneTrouble({ problem, action, onDismiss }: PhoneTroubleProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const text = () => {
    if (problem.kind === "microphone") return t(`microphone.${problem.microphone}`);
    if (problem.kind === "refused") return problemText(problem.problem);
    return t("phone.noPath");
  };
  return (
    <Sentence tone="red" action={action} {...(onDismiss ? { onDismiss } : {})}>
      {text()}
    </Sentence>
  );
}
