"""After a restart: what callers are owed is owed still, and calls that an agent was wrapping up can be wrapped up."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.commands import CompleteWrapUp
from acd.shown import WrapUpView
from contactcenter.calls.models import OwedContact
from contactcenter.calls.owed import CALLBACK, VOICEMAIL, Owed, OwedCall
from contactcenter.calls.phases import Caller, WrapUp
from contactcenter.calls.service import Calls
from contactcenter.calls.services import CallServices
from contactcenter.interactions.models import Interaction
from contactcenter.interactions.recovery import next_sequence
from contactcenter.routing.reconcile import DIE_WITH_PROCESS
from contactcenter.storage.database import Database

log = structlog.get_logger(__name__)

OWED = frozenset({CALLBACK, VOICEMAIL})


async def restore_owed(database: Database, calls: Calls, services: CallServices) -> int:
    """Callbacks and messages that nobody has closed, in their place in line; how many there are. Those the engine does
    not know, since its journal was lost, enter with the clock that was written down."""
    open_ones = select(OwedContact).where(OwedContact.state != "closed").order_by(OwedContact.since, OwedContact.id)
    known = set(services.driver.engine.contact_ids())
    wrapped_up = _wrap_ups(services)
    restored = 0
    async with database.session() as session:
        for owed in await session.scalars(open_ones):
            row = await session.get(Interaction, owed.id)
            if row is None or row.state == "ended":
                continue
            contact = await _owed_again(session, calls, services, owed, row)
            if owed.id in wrapped_up:
                agent_id, view = wrapped_up[owed.id]
                device = services.agents.device(agent_id)
                contact.wrap_up = WrapUp(agent_id, device, view.started_at, view.deadline, view.forced)
                services.rows.show_work(contact)
            if owed.id in known:
                contact.still_queued()
            else:
                due = owed.due_at.timestamp() if owed.state == "scheduled" and owed.due_at else services.driver.now
                contact.schedule(due)
            restored += 1
    if restored:
        log.info("owed.restored", count=restored)
    return restored


async def _owed_again(
    session: AsyncSession, calls: Calls, services: CallServices, owed: OwedContact, row: Interaction
) -> OwedCall:
    services.interactions.resume(row.id, await next_sequence(session, row.id))
    terms = Owed(
        channel=owed.channel,
        queue_id=owed.queue_id,
        since=owed.since.timestamp(),
        priority=owed.priority,
        tried=owed.tried,
        tries=owed.tries,
        retry_after_s=owed.retry_after_s,
        ring_s=owed.ring_s,
        recorded=owed.recorded,
    )
    contact = calls.restore_owed(row.id, Caller(row.caller_address, row.caller_name), terms)
    contact.story.facts = list(row.data)
    contact.story.customer_id = row.customer_id
    contact.speech_s = _length(row.recording) if owed.channel == "voicemail" else None
    return contact


def _length(recording: Any) -> float | None:
    return None if not recording else recording.get("duration_s")


def _wrap_ups(services: CallServices) -> dict[str, tuple[str, WrapUpView]]:
    """By contact: who wraps it up."""
    driver = services.driver
    views = ((agent_id, driver.engine.agent_view(agent_id, driver.now)) for agent_id in driver.engine.agent_ids())
    return {each.contact_id: (agent_id, each) for agent_id, view in views for each in view.wrap_ups}


async def restore_wrap_ups(database: Database, calls: Calls, services: CallServices) -> int:
    """Show each agent the wrap-ups of calls that the engine brought back; how many there are.

    A call of which nothing is written cannot be wrapped up: the agent is free.
    """
    restored = 0
    async with database.session() as session:
        for contact_id, (agent_id, view) in _wrap_ups(services).items():
            if calls.get(contact_id) is not None:
                continue
            row = await session.scalar(select(Interaction).where(Interaction.id == contact_id))
            if row is None:
                services.driver.submit(CompleteWrapUp(agent_id, contact_id))
            elif row.channel in DIE_WITH_PROCESS or row.channel in OWED:
                services.interactions.resume(row.id, await next_sequence(session, row.id))
                _restore(calls, services, row, agent_id, view)
                restored += 1
    return restored


def _restore(calls: Calls, services: CallServices, row: Interaction, agent_id: str, view: WrapUpView) -> None:
    device = services.agents.device(agent_id)
    wrap_up = WrapUp(agent_id, device, view.started_at, view.deadline, view.forced)
    conversation = calls.restore(row.id, Caller(row.caller_address, row.caller_name), wrap_up)
    story = conversation.story
    story.facts = list(row.data)
    story.queue_id = row.queue_id
    story.queued_at = row.queued_at.timestamp() if row.queued_at else None
    story.answered_at = row.answered_at.timestamp() if row.answered_at else None
    story.ended_at = row.ended_at.timestamp() if row.ended_at else None
    services.rows.show_work(conversation)
