import {
  IconArrowForwardUp,
  IconCircleCheck,
  IconCircleX,
  IconClockHour4,
  IconClockOff,
  IconCoffee,
  IconHeadset,
  IconMail,
  IconMessage,
  IconPencil,
  IconPhoneCall,
  IconPhoneIncoming,
  IconPhoneOff,
  IconPhoneOutgoing,
  IconPhonePause,
  IconPlugConnected,
  IconPower,
  IconBellX,
  IconRobot,
  IconTicket,
  type Icon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePresenceText } from "../hooks/words";
import type { Activity, Outcome, Presence, WorkPhase } from "../lib/contract";

export type Tone = "green" | "amber" | "red" | "blue" | "violet" | "grey";

/** A state: icon, word and colour together. `plain` leaves the tinted pill out. */
export function Mark({ icon: Sign, tone, plain, children }: { icon: Icon; tone: Tone; plain?: boolean; children: ReactNode }) {
  return (
    <span className="mark" data-tone={tone} data-plain={plain ? "" : undefined}>
      <Sign size={15} stroke={2} aria-hidden />
      <span className="truncate">{children}</span>
    </span>
  );
}

export const PRESENCE: Record<Presence, { icon: Icon; tone: Tone }> = {
  available: { icon: IconCircleCheck, tone: "green" },
  paused: { icon: IconCoffee, tone: "amber" },
  off: { icon: IconPower, tone: "grey" },
  not_responding: { icon: IconBellX, tone: "red" },
};

const ACTIVITY: Record<Exclude<Activity, "idle">, { icon: Icon; tone: Tone }> = {
  offered: { icon: IconPhoneIncoming, tone: "blue" },
  busy: { icon: IconHeadset, tone: "blue" },
  wrap_up: { icon: IconPencil, tone: "violet" },
};

/** What an agent is doing now: the work, if any, outweighs the presence. */
export function AgentMark(props: { presence: Presence; reason: string | null; activity: Activity; plain?: boolean }) {
  const { t } = useTranslation();
  const presenceText = usePresenceText();
  const plain = props.plain ?? false;
  if (props.activity !== "idle")
    return (
      <Mark {...ACTIVITY[props.activity]} plain={plain}>
        {t(`state.${props.activity}`)}
      </Mark>
    );
  return (
    <Mark {...PRESENCE[props.presence]} plain={plain}>
      {presenceText(props.presence, props.reason)}
    </Mark>
  );
}

const PHASE: Record<WorkPhase, { icon: Icon; tone: Tone }> = {
  connecting: { icon: IconPhoneIncoming, tone: "blue" },
  talking: { icon: IconPhoneCall, tone: "green" },
  held: { icon: IconPhonePause, tone: "amber" },
  reconnecting: { icon: IconPlugConnected, tone: "red" },
  open: { icon: IconMessage, tone: "blue" },
  dialing: { icon: IconPhoneOutgoing, tone: "blue" },
  wrap_up: { icon: IconPencil, tone: "violet" },
};

export function PhaseMark({ phase }: { phase: WorkPhase }) {
  const { t } = useTranslation();
  return <Mark {...PHASE[phase]}>{t(`workspace.phase.${phase}`)}</Mark>;
}

const OUTCOME: Record<Outcome, { icon: Icon; tone: Tone }> = {
  handled: { icon: IconCircleCheck, tone: "green" },
  abandoned: { icon: IconPhoneOff, tone: "amber" },
  closed: { icon: IconClockOff, tone: "grey" },
  overflowed: { icon: IconArrowForwardUp, tone: "violet" },
  self_served: { icon: IconRobot, tone: "blue" },
  failed: { icon: IconCircleX, tone: "red" },
  voicemail: { icon: IconMessage, tone: "violet" },
  callback: { icon: IconPhoneOutgoing, tone: "violet" },
  message: { icon: IconMail, tone: "violet" },
  ticket: { icon: IconTicket, tone: "violet" },
  transferred: { icon: IconArrowForwardUp, tone: "blue" },
  unreached: { icon: IconPhoneOff, tone: "amber" },
  cancelled: { icon: IconCircleX, tone: "grey" },
};

interface OutcomeMarkProps {
  outcome: Outcome | null;
  plain?: boolean;
  /** Without an outcome nobody is on the line. */
  waiting?: boolean;
}

/** How an interaction ended; without an outcome it is still in progress. */
export function OutcomeMark({ outcome, plain = false, waiting = false }: OutcomeMarkProps) {
  const { t } = useTranslation();
  if (!outcome)
    return (
      <Mark icon={waiting ? IconClockHour4 : IconPhoneCall} tone="blue" plain={plain}>
        {t(waiting ? "interactions.stillOpen" : "interactions.active")}
      </Mark>
    );
  return (
    <Mark {...OUTCOME[outcome]} plain={plain}>
      {t(`outcome.${outcome}`)}
    </Mark>
  );
}
