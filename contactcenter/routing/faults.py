"""A command at which the engine broke: it may have been carried out all the same, but for what follows from it."""

from __future__ import annotations

from acd import commands as ask
from acd.commands import Command
from acd.engine import Engine
from acd.events import CommandRefused
from acd.model import Phase, Refused
from acd.shown import ContactView

CODE = "engine-fault"


def carried_out(engine: Engine, command: Command) -> bool:
    """Whether the engine shows what the command was to bring about. False when in doubt.

    Raises whatever a broken engine does when it is looked at.
    """
    match command:
        case ask.EnqueueContact():
            return _contact(engine, command.contact_id) is not None
        case ask.AbandonContact() | ask.EndContact() | ask.LeaveQueue():
            return _contact(engine, command.contact_id) is None
        case ask.AcceptOffer():
            view = _contact(engine, command.contact_id)
            return view is not None and view.agent_id == command.agent_id
        case ask.RejectOffer():
            view = _contact(engine, command.contact_id)
            return view is None or command.agent_id not in view.offered_to
        case ask.RequeueContact():
            view = _contact(engine, command.contact_id)
            return view is not None and view.phase is not Phase.ASSIGNED and view.queue_id == command.queue_id
        case ask.CompleteWrapUp():
            wrap_ups = engine.agent_view(command.agent_id).wrap_ups
            return command.contact_id not in {each.contact_id for each in wrap_ups}
        case ask.SetPresence():
            agent = engine.agent_view(command.agent_id)
            return command.presence in (agent.presence, agent.pending)
        case _:
            return False


def _contact(engine: Engine, contact_id: str) -> ContactView | None:
    try:
        return engine.contact_view(contact_id)
    except Refused:
        return None


def broken(command: Command, at: float) -> CommandRefused:
    """What is said of a command that was not carried out."""
    return CommandRefused(
        type(command).__name__,
        CODE,
        "The routing engine could not do this because of a mistake in its program; the server's log says more.",
        getattr(command, "contact_id", None),
        getattr(command, "agent_id", None),
        at=at,
    )
