"""What a flow consists of, in the order of its text: ways out of steps, prompts, texts, data written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from contactcenter.flows.followups import (
    CallbackStep,
    ConsentStep,
    MessageStep,
    TicketStep,
    TransferStep,
    VoicemailStep,
)
from contactcenter.flows.model import (
    QUEUE_WAYS,
    BranchStep,
    CollectStep,
    Flow,
    HangupStep,
    MenuStep,
    PromptItems,
    QueueStep,
    SayStep,
    SetStep,
    step_kind,
)
from contactcenter.flows.parts import MusicPrompt

Path = tuple[str | int, ...]
# How a step is left: by the caller's doing, by the caller doing nothing, or at once.
By = Literal["caller", "silence", "itself"]


@dataclass(frozen=True, slots=True)
class Exit:
    path: Path
    target: str
    by: By


def exits(flow: Flow, name: str) -> list[Exit]:
    """Every way out of a step, with where it is written."""
    step = flow.steps[name]
    base: Path = ("steps", name)
    match step:
        case SayStep() | SetStep():
            return [Exit((*base, "next"), step.next, "itself")]
        case BranchStep():
            ways = [Exit((*base, "branch", i, "next"), way.next, "itself") for i, way in enumerate(step.branch)]
            return [*ways, Exit((*base, "else"), step.otherwise, "itself")]
        case MenuStep():
            choices = step.menu.choices.items()
            chosen = [Exit((*base, "menu", "choices", key, "next"), choice.next, "caller") for key, choice in choices]
            return [*chosen, Exit((*base, "on_failure"), step.on_failure, "silence")]
        case CollectStep():
            return [
                Exit((*base, "next"), step.next, "caller"),
                Exit((*base, "on_failure"), step.on_failure, "silence"),
            ]
        case QueueStep():
            named = tuple((name, getattr(step, name)) for name in QUEUE_WAYS)
            ways = [Exit((*base, "on", kind), target, "silence") for kind, target in step.on.items()]
            keys = [
                Exit((*base, "queue", "keys", key, "next"), pressed.next, "caller")
                for key, pressed in step.queue.keys.items()
            ]
            return [
                *keys,
                *ways,
                *(Exit((*base, key), target, "silence") for key, target in named if target is not None),
            ]
        case TransferStep():
            left = ((name, getattr(step, name)) for name in TRANSFER_WAYS)
            return [Exit((*base, key), target, "silence") for key, target in left if target is not None]
        case VoicemailStep() | CallbackStep() | MessageStep() | TicketStep():
            return [
                Exit((*base, "next"), step.next, "itself" if isinstance(step, TicketStep) else "caller"),
                Exit((*base, "on_failure"), step.on_failure, "itself" if isinstance(step, TicketStep) else "silence"),
            ]
        case ConsentStep():
            return [Exit((*base, "next"), step.next, "silence")]
        case HangupStep():
            return []


TRANSFER_WAYS = ("on_busy", "on_no_answer", "on_failure")


def _kind(step: object) -> str:
    return (step_kind(step) or "").strip("<>")


def queues_named(flow: Flow) -> Iterator[tuple[Path, str]]:
    """Every place a queue is named: a text that may have slots."""
    for name, step in flow.steps.items():
        match step:
            case QueueStep():
                yield ("steps", name, "queue", "queue"), step.queue.queue
            case VoicemailStep():
                if step.voicemail.queue is not None:
                    yield ("steps", name, "voicemail", "queue"), step.voicemail.queue
            case CallbackStep():
                if step.callback.queue is not None:
                    yield ("steps", name, "callback", "queue"), step.callback.queue


def texts(flow: Flow) -> Iterator[tuple[Path, str]]:
    """Every text with slots that is neither a prompt nor written into data."""
    yield from queues_named(flow)
    for name, step in flow.steps.items():
        base: Path = ("steps", name)
        match step:
            case QueueStep():
                if step.queue.agent is not None:
                    yield (*base, "queue", "agent", "id"), step.queue.agent.id
            case CallbackStep():
                yield (*base, "callback", "number"), step.callback.number
            case TransferStep():
                for key in ("number", "telephone"):
                    if (text := getattr(step.transfer, key)) is not None:
                        yield (*base, "transfer", key), text
            case MessageStep():
                for key in ("team", "agent"):
                    if (text := getattr(step.message.to, key)) is not None:
                        yield (*base, "message", "to", key), text
                for key in ("subject", "text"):
                    if (text := getattr(step.message, key)) is not None:
                        yield (*base, "message", key), text
            case TicketStep():
                yield (*base, "ticket", "subject"), step.ticket.subject
                yield (*base, "ticket", "description"), step.ticket.description


def prompts(flow: Flow) -> Iterator[tuple[Path, PromptItems, frozenset[str]]]:
    """Every prompt with its path and the names only it may use."""
    nothing: frozenset[str] = frozenset()
    for name, step in flow.steps.items():
        base: Path = ("steps", name)
        match step:
            case SayStep():
                yield (*base, "say"), step.say, nothing
            case MenuStep(menu=asked) | CollectStep(collect=asked):
                key = "menu" if isinstance(step, MenuStep) else "collect"
                for part in ("prompt", "no_input", "invalid"):
                    prompt = getattr(asked, part)
                    if prompt is not None:
                        yield (*base, key, part), prompt, nothing
                if isinstance(step, CollectStep) and isinstance(step.collect.confirm, PromptItems):
                    yield (*base, "collect", "confirm"), step.collect.confirm, frozenset({"value"})
            case QueueStep():
                if step.queue.announce is not None and step.queue.announce.prompt is not None:
                    yield (*base, "queue", "announce", "prompt"), step.queue.announce.prompt, nothing
                for key, pressed in step.queue.keys.items():
                    if pressed.prompt is not None:
                        yield (*base, "queue", "keys", key, "prompt"), pressed.prompt, nothing
            case VoicemailStep(voicemail=spoken) | MessageStep(message=spoken):
                if spoken.greeting is not None:
                    yield (*base, _kind(step), "greeting"), spoken.greeting, nothing
            case CallbackStep():
                for part in ("confirm", "ask", "invalid"):
                    prompt = getattr(step.callback, part)
                    if prompt is not None:
                        yield (*base, "callback", part), prompt, frozenset({"value"} if part == "confirm" else ())
            case ConsentStep():
                yield (*base, "consent", "prompt"), step.consent.prompt, nothing
            case HangupStep():
                if step.hangup.say is not None:
                    yield (*base, "hangup", "say"), step.hangup.say, nothing


def recordings(flow: Flow) -> Iterator[tuple[Path, str]]:
    """Every prompt that is named by its id, music on hold among them."""
    for path, prompt, _ in prompts(flow):
        for number, item in enumerate(prompt.items):
            if item.prompt is not None:
                yield (*path, number, "prompt"), item.prompt
    for name, step in flow.steps.items():
        if isinstance(step, QueueStep) and isinstance(step.queue.music, MusicPrompt):
            yield ("steps", name, "queue", "music", "prompt"), step.queue.music.prompt


def written_data(flow: Flow) -> Iterator[tuple[Path, str, str | None]]:
    """Every place data is written: its path, the name, and the text written (None for digits)."""
    for name, value in flow.data.items():
        yield ("data", name), name, value
    for step_name, step in flow.steps.items():
        base: Path = ("steps", step_name)
        match step:
            case SetStep():
                for name, value in step.set.items():
                    yield (*base, "set", name), name, value
            case MenuStep():
                for key, choice in step.menu.choices.items():
                    for name, value in choice.set.items():
                        yield (*base, "menu", "choices", key, "set", name), name, value
            case CollectStep():
                yield (*base, "collect", "into"), step.collect.into, None
            case TicketStep():
                yield (*base, "ticket", "into"), step.ticket.into, None
