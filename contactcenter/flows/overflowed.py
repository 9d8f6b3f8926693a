"""What happens to a contact that its queue sends elsewhere when the flow has no step for that: steps made for it."""

from __future__ import annotations

from acd.model import Target, TargetKind
from contactcenter.flows.followups import (
    Callback,
    CallbackStep,
    Message,
    MessageStep,
    Receiver,
    Ticket,
    TicketStep,
    Transfer,
    TransferStep,
    Voicemail,
    VoicemailStep,
)
from contactcenter.flows.model import Hangup, HangupStep, Step
from contactcenter.flows.parts import PromptItem, PromptItems
from contactcenter.flows.words import Words

# No author's step can have such a name.
DONE, FAILED = "+done", "+failed"
RECEIVERS = ("team", "agent")


def receiver(value: str) -> tuple[str, str]:
    """Kind ("team", "agent", "mail") and whom: written `team:ID`, `agent:ID` or as a mail address."""
    kind, colon, rest = value.partition(":")
    return (kind, rest) if colon and kind in RECEIVERS else ("mail", value)


def steps_for(to: Target, queue: str, words: Words, *, otherwise: str | None) -> dict[str, Step]:
    """By name, the first under "+" and its kind; none for a target that needs a value and has none.

    `queue` is the one left; `otherwise` the step when it comes to nothing (None: the call is ended).
    """
    failed = otherwise or FAILED
    first = _first(to, queue, words, failed)
    if first is None:
        return {}
    said = PromptItems(items=(PromptItem(text=words.kept),))
    steps: dict[str, Step] = {
        f"+{to.kind}": first,
        DONE: HangupStep(hangup=Hangup.model_construct(outcome="overflowed", say=said)),
    }
    if otherwise is None:
        steps[FAILED] = HangupStep(hangup=Hangup.model_construct(outcome="overflowed", say=None))
    return steps


def _first(to: Target, queue: str, words: Words, failed: str) -> Step | None:
    # Unvalidated: the names of these steps are none that an author may write.
    value = None if to.value is None else literal(to.value)
    match to.kind:
        case TargetKind.NUMBER if value:
            return TransferStep.model_construct(
                transfer=Transfer(number=value), on_busy=None, on_no_answer=None, on_failure=failed
            )
        case TargetKind.VOICEMAIL:
            asked = Voicemail(queue=value or literal(queue))
            return VoicemailStep.model_construct(voicemail=asked, next=DONE, on_failure=failed)
        case TargetKind.CALLBACK:
            wanted = Callback(queue=value or literal(queue))
            return CallbackStep.model_construct(callback=wanted, next=DONE, on_failure=failed)
        case TargetKind.MESSAGE if value and (":" in value or "@" in value):
            kind, whom = receiver(value)
            subject = literal(words.message_subject) + " {caller}"
            to_whom = Receiver.model_construct(
                team=whom if kind == "team" else None,
                agent=whom if kind == "agent" else None,
                mail=whom if kind == "mail" else None,
            )
            message = Message.model_construct(to=to_whom, subject=subject)
            return MessageStep.model_construct(message=message, next=DONE, on_failure=failed)
        case TargetKind.TICKET:
            subject = value or literal(words.ticket_subject) + " {caller}"
            ticket = Ticket.model_construct(subject=subject, description="", into="ticket")
            return TicketStep.model_construct(ticket=ticket, next=DONE, on_failure=failed)
        case _:
            return None


def literal(text: str) -> str:
    """As a template that says just this."""
    return text.replace("{", "{{").replace("}", "}}")
