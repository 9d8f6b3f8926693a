"""After a crash: calls that were on when the process died are closed, their recordings kept."""

import wave
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import select

from contactcenter.interactions.models import Interaction
from contactcenter.storage.database import Database

log = structlog.get_logger(__name__)


async def close_interrupted(database: Database, recordings_dir: Path, now: float) -> int:
    """Mark interactions left active as failed; how many there were."""
    async with database.transaction() as session:
        rows = (await session.scalars(select(Interaction).where(Interaction.state == "active"))).all()
        for row in rows:
            row.state = "ended"
            row.outcome = "failed"
            row.ended_at = datetime.fromtimestamp(now, UTC)
            path = recordings_dir / f"{row.id}.wav"
            if row.recording is None and (duration := _duration(path)):
                row.recording = {"path": str(path), "duration_s": duration, "segments": []}
    if rows:
        log.warning("interactions.interrupted", count=len(rows))
    return len(rows)


def _duration(path: Path) -> float | None:
    try:
        with wave.open(str(path), "rb") as file:
            return round(file.getnframes() / file.getframerate(), 3)
    except FileNotFoundError:
        return None
    except (OSError, EOFError, wave.Error) as error:
        log.warning("recording.unreadable", file=path.name, error=type(error).__name__)
        return None
