import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { CloseButton } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

const ICONS = { red: IconAlertTriangle, amber: IconAlertTriangle, green: IconCircleCheck, grey: IconInfoCircle };

interface SentenceProps {
  tone: keyof typeof ICONS;
  children: ReactNode;
  action?: ReactNode;
  onDismiss?: () => void;
  /** Errors speak up at once; the rest waits for a pause. */
  quiet?: boolean;
}

/** A message in its place: what is the matter and what to do. */
export function Sentence({ tone, children, action, onDismiss, quiet }: SentenceProps) {
  const { t } = useTranslation();
  const Icon = ICONS[tone];
  return (
    <div className="sentence" data-tone={tone} role={tone === "red" && !quiet ? "alert" : "status"}>
      <Icon size={18} aria-hidden />
      <div className="grow">{children}</div>
      {action}
      {onDismiss && (
        <CloseButton size="sm" variant="transparent" c="inherit" aria-label={t("common.dismiss")} onClick={onDismiss} />
      )}
    </div>
  );
}

export function Empty({ icon, title, children }: { icon: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      {icon}
      <h2>{title}</h2>
      {children}
    </div>
  );
}
