"""After a kill: what a caller was saying for a mailbox is a message like any other, as far as it was written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.calls.models import OwedContact
from contactcenter.flows.effects import LeaveVoicemail, Record
from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.interactions.recovery import close, duration_of
from contactcenter.storage.database import Database

log = structlog.get_logger(__name__)

BEGUN: Final = "voicemail.begun"
"""In the story of the call during which it is spoken: what is to become of it."""


def begun(recording_id: str, asked: Record, *, recorded: bool) -> dict[str, Any] | None:
    """The event's data; None for what nobody could hear without the rest of its flow."""
    then = asked.then
    if not isinstance(then, LeaveVoicemail):
        return None
    return {
        "recording": recording_id,
        "queue": {"id": then.queue},
        "priority": then.priority,
        "min_s": asked.min_s,
        "recorded": recorded,
    }


async def recover_spoken(database: Database, folder: Path, now: float) -> int:
    """Of each call that was on when the process died, its last message: put where it was meant for, to be restored with
    the others; how many there are. The call is closed as one that left it. Before other calls are closed as failed."""
    moment = datetime.fromtimestamp(now, UTC)
    found = (
        select(InteractionEvent, Interaction)
        .join(Interaction, Interaction.id == InteractionEvent.interaction_id)
        .where(Interaction.state == "active", InteractionEvent.type == BEGUN)
        .order_by(InteractionEvent.id.desc())
    )
    recovered: set[str] = set()
    async with database.transaction() as session:
        for event, call in (await session.execute(found)).all():
            path = folder / f"{event.data['recording']}.wav"
            length = duration_of(path)
            if call.id in recovered or not length or length < event.data["min_s"]:
                continue
            if await session.get(Interaction, event.data["recording"]) is not None:
                continue
            _keep(session, call, event.data, path, length, moment)
            left = {"interaction": event.data["recording"], "duration_s": length}
            await close(session, call, moment, "voicemail", {"voicemail.left_behind": left})
            recovered.add(call.id)
    if recovered:
        log.warning("voicemails.recovered", count=len(recovered))
    return len(recovered)


def _keep(
    session: AsyncSession, call: Interaction, told: dict[str, Any], path: Path, length: float, at: datetime
) -> None:
    message = Interaction(
        id=told["recording"],
        channel="voicemail",
        direction="in",
        state="active",
        caller_address=call.caller_address,
        caller_name=call.caller_name,
        customer_id=call.customer_id,
        queue_id=told["queue"]["id"],
        data=call.data,
        started_at=at,
        queued_at=at,
        recording={"path": str(path), "duration_s": length, "segments": []},
    )
    made = InteractionEvent(
        interaction_id=message.id, sequence=0, at=at, type="voicemail.made", data={"interaction": call.id}
    )
    owed = OwedContact(
        id=message.id,
        channel="voicemail",
        queue_id=message.queue_id,
        priority=told["priority"],
        since=at,
        state="queued",
        recorded=told["recorded"],
    )
    session.add_all((message, made, owed))
