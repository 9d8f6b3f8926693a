"""After a restart the day goes on: today's figures are read back from the interactions."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import select

from contactcenter.agents.service import Agents
from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.queues.service import Queues
from contactcenter.storage.database import Database
from contactcenter.supervision.day import Day
from contactcenter.supervision.wallboard import Wallboard

LONGEST = timedelta(days=1)
"""Offers are looked for in interactions that began at most this long before midnight: those have an index, the moments
of events have none."""


async def restore_today(
    database: Database, day: Day, queues: Queues, agents: Agents, wallboard: Wallboard, now: float
) -> None:
    """Calls that changed queues count for the last one."""
    day.turn(now)
    query = select(Interaction).where(Interaction.started_at >= day.start_of(now), Interaction.queue_id.is_not(None))
    handled: Counter[str] = Counter()
    talked: Counter[str] = Counter()
    async with database.session() as session:
        async for row in await session.stream_scalars(query):
            _count(day, queues, row)
            if row.agent_id is not None and row.talk_s is not None:
                handled[row.agent_id] += 1
                talked[row.agent_id] += round(row.talk_s)
    missed = await _missed_offers(database, day.start_of(now))
    for agent_id in handled.keys() | missed.keys():
        agents.seed_today(agent_id, handled=handled[agent_id], talk_s=talked[agent_id], missed=missed[agent_id])
        wallboard.seed_handled(agent_id, handled[agent_id])


async def _missed_offers(database: Database, since: datetime) -> Counter[str]:
    """How many offers each agent let ring out."""
    query = (
        select(InteractionEvent.data)
        .join(Interaction, Interaction.id == InteractionEvent.interaction_id)
        .where(Interaction.started_at >= since - LONGEST)
        .where(InteractionEvent.type == "offer.expired", InteractionEvent.at >= since)
    )
    async with database.session() as session:
        return Counter([data["agent"]["id"] async for data in await session.stream_scalars(query)])


def _count(day: Day, queues: Queues, row: Interaction) -> None:
    if row.queue_id is None or row.queued_at is None:
        return
    queue = queues.get(row.queue_id)
    target_s = queue.service_level_target_s if queue else 0.0
    queued_at = row.queued_at.timestamp()
    day.offered(row.queue_id, queued_at)
    if row.answered_at is not None:
        day.answered(row.queue_id, row.answered_at.timestamp(), row.wait_s or 0.0, target_s)
    elif row.outcome == "abandoned" and row.ended_at is not None:
        ended_at = row.ended_at.timestamp()
        day.abandoned(row.queue_id, ended_at, ended_at - queued_at, target_s)
