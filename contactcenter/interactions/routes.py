"""The interaction list and the interaction's page."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from contactcenter.api.problems import bad_cursor, not_found
from contactcenter.api.routes import AnyOf, Call, Route
from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.interactions.names import Names
from contactcenter.interactions.permissions import INTERACTIONS_VIEW, INTERACTIONS_VIEW_OWN
from contactcenter.interactions.queries import BadCursorError, InteractionFilter, InteractionQueries
from contactcenter.interactions.sight import sight_of

SEE = AnyOf(INTERACTIONS_VIEW, INTERACTIONS_VIEW_OWN)


class CallerOut(BaseModel):
    address: str
    name: str | None


class Ref(BaseModel):
    id: str
    name: str


class DispositionRef(BaseModel):
    id: str
    label: str


class InteractionOut(BaseModel):
    """`outcome` is handled, abandoned, closed, overflowed, self_served or failed; `wait_s`, `talk_s` in seconds."""

    id: str
    channel: str
    direction: str
    state: str
    outcome: str | None
    customer_id: str | None
    caller: CallerOut
    queue: Ref | None
    agent: Ref | None
    disposition: DispositionRef | None
    note: str
    started_at: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    wait_s: float | None
    talk_s: float | None
    has_recording: bool


class InteractionPage(BaseModel):
    items: list[InteractionOut]
    next_cursor: str | None


class Fact(BaseModel):
    label: str
    value: str


class EventOut(BaseModel):
    id: int
    at: datetime
    type: str
    data: dict[str, Any]


class Segment(BaseModel):
    """Speech on one channel, in seconds from the recording's start."""

    channel: int
    start_s: float
    end_s: float


class RecordingOut(BaseModel):
    url: str
    peaks_url: str
    duration_s: float
    channels: list[str]
    started_at: datetime | None
    segments: list[Segment]


class InteractionDetail(InteractionOut):
    data: list[Fact]
    events: list[EventOut]
    recording: RecordingOut | None
    explanation: str | None


def routes(queries: InteractionQueries, names: Names) -> list[Route]:
    async def page(call: Call) -> InteractionPage:
        try:
            rows, cursor = await queries.page(call.query(InteractionFilter), sight_of(call.principal))
        except BadCursorError as error:
            raise bad_cursor(str(error)) from error
        return InteractionPage(items=[InteractionOut(**_common(row, names)) for row in rows], next_cursor=cursor)

    async def one(call: Call) -> InteractionDetail:
        found = await queries.one(call.path("id"), sight_of(call.principal))
        if found is None:
            raise not_found("interaction")
        row, events = found
        return InteractionDetail(
            **_common(row, names),
            data=[Fact(**fact) for fact in row.data],
            events=[EventOut(id=e.sequence, at=e.at, type=e.type, data=names.told(e.data)) for e in events],
            recording=_recording(row, events),
            explanation=_explanation(events, names),
        )

    return [
        Route(
            "GET",
            "/api/v1/interactions",
            page,
            SEE,
            "Interactions, newest first",
            query=InteractionFilter,
            response=InteractionPage,
            description="Those that the roles let one see: all, those of some queues and teams, or the own ones.",
            errors=(403, 422),
        ),
        Route(
            "GET",
            "/api/v1/interactions/{id}",
            one,
            SEE,
            "One interaction with its timeline",
            response=InteractionDetail,
            errors=(403, 404),
        ),
    ]


def _common(row: Interaction, names: Names) -> dict[str, Any]:
    disposition = None
    if row.disposition_id:
        disposition = {"id": row.disposition_id, "label": names.disposition(row.disposition_id)}
    plain = ("id", "channel", "direction", "state", "outcome", "customer_id", "note", "started_at", "queued_at")
    return {
        **{name: getattr(row, name) for name in (*plain, "answered_at", "ended_at", "wait_s", "talk_s")},
        "caller": {"address": row.caller_address, "name": row.caller_name},
        "queue": names.queue(row.queue_id) if row.queue_id else None,
        "agent": names.agent(row.agent_id) if row.agent_id else None,
        "disposition": disposition,
        "has_recording": row.recording is not None,
    }


def _recording(row: Interaction, events: list[InteractionEvent] | Any) -> RecordingOut | None:
    if row.recording is None:
        return None
    started = next((event.at for event in events if event.type == "recording.started"), None)
    segments = [Segment(channel=c, start_s=start, end_s=end) for c, start, end in row.recording["segments"]]
    url = f"/api/v1/interactions/{row.id}/recording"
    return RecordingOut(
        url=url,
        peaks_url=f"{url}/peaks",
        duration_s=row.recording["duration_s"],
        channels=["caller", "agent"],
        started_at=started,
        segments=segments,
    )


def _explanation(events: list[InteractionEvent] | Any, names: Names) -> str | None:
    """The rule by which the agent who answered was chosen."""
    rule = None
    answered = None
    for event in events:
        if event.type == "offer.made":
            rule = event.data.get("rule")
        elif event.type == "offer.accepted":
            answered = rule
    return None if answered is None else names.sentence(answered)
