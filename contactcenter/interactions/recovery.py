"""After a crash: calls that were on when the process died are closed and say so, their recordings kept."""

import wave
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.routing.reconcile import DIE_WITH_PROCESS
from contactcenter.storage.database import Database

log = structlog.get_logger(__name__)


async def close_interrupted(database: Database, recordings_dir: Path, now: float) -> int:
    """Mark calls left active as failed; how many there were. What lives on without a line is left as it is."""
    moment = datetime.fromtimestamp(now, UTC)
    left = select(Interaction).where(Interaction.state == "active", Interaction.channel.in_(DIE_WITH_PROCESS))
    async with database.transaction() as session:
        rows = (await session.scalars(left)).all()
        for row in rows:
            await close(session, row, moment, "failed")
            path = recordings_dir / f"{row.id}.wav"
            if row.recording is None and (duration := duration_of(path)):
                row.recording = {"path": str(path), "duration_s": duration, "segments": []}
    if rows:
        log.warning("interactions.interrupted", count=len(rows))
    return len(rows)


async def next_sequence(session: AsyncSession, interaction_id: str) -> int:
    """That of the event which would follow those written."""
    last = select(func.max(InteractionEvent.sequence)).where(InteractionEvent.interaction_id == interaction_id)
    found = await session.scalar(last)
    return 0 if found is None else found + 1


async def close(
    session: AsyncSession, row: Interaction, at: datetime, outcome: str, told: dict[str, dict[str, Any]] | None = None
) -> None:
    """One that was on when the process died. `told`: further events of its story, data by kind."""
    row.state = "ended"
    row.outcome = outcome
    row.ended_at = at
    sequence = await next_sequence(session, row.id)
    story = {
        "interaction.interrupted": {"reason": "restart"},
        **(told or {}),
        "interaction.ended": {"outcome": outcome},
    }
    for offset, (kind, data) in enumerate(story.items()):
        event = InteractionEvent(interaction_id=row.id, sequence=sequence + offset, at=at, type=kind, data=data)
        session.add(event)


def duration_of(path: Path) -> float | None:
    """Seconds of a recording as far as it was written; None for one that is not there or cannot be read."""
    try:
        with wave.open(str(path), "rb") as file:
            return round(file.getnframes() / file.getframerate(), 3)
    except FileNotFoundError:
        return None
    except (OSError, EOFError, wave.Error) as error:
        log.warning("recording.unreadable", file=path.name, error=type(error).__name__)
        return None
