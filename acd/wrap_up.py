"""Wrap-up: the agent's work on a contact after its conversation, during which nothing is offered, of any channel."""

from __future__ import annotations

from math import isfinite
from typing import Literal

from acd.agents import end_work
from acd.bonds import WrapUp
from acd.commands import CompleteWrapUp, ExtendWrapUp
from acd.deadline import Due
from acd.events import WrapUpEnded, WrapUpExtended, WrapUpStarted
from acd.floor import Floor
from acd.matching import place_agent
from acd.model import LASTING, Refused
from acd.presence import WRAP_UP, do, show_activity
from acd.state import Agent, Contact


def start_wrap_up(floor: Floor, agent: Agent, contact: Contact) -> None:
    """The conversation has ended and is in hand no more: wrap-up by the queue's setting, or on at once."""
    now = floor.now
    config = contact.queue.config
    if contact.channel in LASTING:
        end_work(floor, agent)
        place_agent(floor, agent)
        return
    if config.wrap_up_s <= 0 and not config.wrap_up_forced:
        contact.queue.estimator.handled(now - contact.answered_at)
        end_work(floor, agent)
        place_agent(floor, agent)
        return
    deadline = now + config.wrap_up_s if config.wrap_up_s > 0 else None
    wrap_up = WrapUp(
        agent, contact.contact_id, contact.queue, now, contact.answered_at, deadline, config.wrap_up_forced
    )
    agent.wrap_ups[contact.contact_id] = wrap_up
    if not wrap_up.forced:
        _watch(floor, wrap_up)
    floor.out.append(WrapUpStarted(agent.agent_id, contact.contact_id, deadline, wrap_up.forced, at=floor.now))
    if agent.work:
        show_activity(floor, agent)
    else:
        do(floor, agent, WRAP_UP, contact.contact_id)


def complete_wrap_up(floor: Floor, command: CompleteWrapUp) -> None:
    _end(floor, _live_wrap_up(floor, command.agent_id, command.contact_id), "completed")


def wrap_up_expired(floor: Floor, wrap_up: WrapUp) -> None:
    _end(floor, wrap_up, "expired")


def extend_wrap_up(floor: Floor, command: ExtendWrapUp) -> None:
    wrap_up = _live_wrap_up(floor, command.agent_id, command.contact_id)
    if not (isfinite(command.seconds) and command.seconds > 0):
        raise Refused("bad-extension", "Wrap-up can only be extended by a number of seconds above 0.")
    if wrap_up.deadline is None:
        raise Refused("no-deadline", "This wrap-up has no deadline to extend; it ends when it is completed.")
    wrap_up.deadline += command.seconds
    _watch(floor, wrap_up)
    floor.out.append(WrapUpExtended(wrap_up.agent.agent_id, wrap_up.contact_id, wrap_up.deadline, at=floor.now))


def _end(floor: Floor, wrap_up: WrapUp, reason: Literal["completed", "expired"]) -> None:
    agent = wrap_up.agent
    if wrap_up.timer is not None:
        floor.timers.cancel(wrap_up.timer)
    wrap_up.queue.estimator.handled(floor.now - wrap_up.work_started_at)
    floor.out.append(WrapUpEnded(agent.agent_id, wrap_up.contact_id, reason, at=floor.now))
    del agent.wrap_ups[wrap_up.contact_id]
    end_work(floor, agent)
    place_agent(floor, agent)


def _watch(floor: Floor, wrap_up: WrapUp) -> None:
    if wrap_up.timer is not None:
        floor.timers.cancel(wrap_up.timer)
    if wrap_up.deadline is not None and not wrap_up.forced:
        wrap_up.timer = floor.timers.start(wrap_up.deadline, Due.WRAP_UP_EXPIRES, wrap_up)


def _live_wrap_up(floor: Floor, agent_id: str, contact_id: str) -> WrapUp:
    wrap_up = floor.agent(agent_id).wrap_ups.get(contact_id)
    if wrap_up is None:
        raise Refused("no-wrap-up", f"Agent {agent_id!r} is not wrapping up contact {contact_id!r}.")
    return wrap_up
