"""After a restart: calls that an agent was wrapping up can still be wrapped up."""

from sqlalchemy import select

from acd.commands import CompleteWrapUp
from acd.shown import WrapUpView
from contactcenter.calls.phases import Caller, WrapUp
from contactcenter.calls.service import Calls
from contactcenter.calls.services import CallServices
from contactcenter.interactions.models import Interaction
from contactcenter.interactions.recovery import next_sequence
from contactcenter.routing.reconcile import DIE_WITH_PROCESS
from contactcenter.storage.database import Database


async def restore_wrap_ups(database: Database, calls: Calls, services: CallServices) -> int:
    """Show each agent the wrap-ups of calls that the engine brought back; how many there are.

    A call of which nothing is written cannot be wrapped up: the agent is free.
    """
    restored = 0
    driver = services.driver
    async with database.session() as session:
        for agent_id in driver.engine.agent_ids():
            for view in driver.engine.agent_view(agent_id, driver.now).wrap_ups:
                row = await session.scalar(select(Interaction).where(Interaction.id == view.contact_id))
                if row is None:
                    driver.submit(CompleteWrapUp(agent_id, view.contact_id))
                elif row.channel in DIE_WITH_PROCESS:
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
