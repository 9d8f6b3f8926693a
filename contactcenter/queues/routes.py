"""Lists that pages choose from: queues, results, pause reasons."""

from pydantic import BaseModel

from contactcenter.api.routes import Call, Route
from contactcenter.identity.permissions import DIRECTORY_VIEW
from contactcenter.queues.permissions import ROUTING_VIEW
from contactcenter.queues.reach import Reach, listed
from contactcenter.queues.service import Queues


class QueueOut(BaseModel):
    id: str
    name: str


class QueueList(BaseModel):
    items: list[QueueOut]


class DispositionOut(BaseModel):
    id: str
    label: str
    parent_id: str | None
    note_required: bool


class DispositionList(BaseModel):
    items: list[DispositionOut]


class DispositionQuery(BaseModel):
    queue: str | None = None


class PauseReasonOut(BaseModel):
    id: str
    label: str


class PauseReasonList(BaseModel):
    items: list[PauseReasonOut]


def routes(queues: Queues, reach: Reach) -> list[Route]:
    async def list_queues(call: Call) -> QueueList:
        scope = listed(call.principal, ROUTING_VIEW)
        shown = [q for q in queues.all() if reach.queue_within(scope, q.id)]
        return QueueList(items=[QueueOut(id=q.id, name=q.name) for q in shown])

    async def list_dispositions(call: Call) -> DispositionList:
        rows = queues.dispositions(call.query(DispositionQuery).queue)
        return DispositionList(
            items=[
                DispositionOut(id=d.id, label=d.label, parent_id=d.parent_id, note_required=d.note_required)
                for d in rows
            ]
        )

    async def list_pause_reasons(call: Call) -> PauseReasonList:
        return PauseReasonList(items=[PauseReasonOut(id=r.id, label=r.label) for r in queues.pause_reasons()])

    return [
        Route("GET", "/api/v1/queues", list_queues, DIRECTORY_VIEW, "Queues", response=QueueList),
        Route(
            "GET",
            "/api/v1/dispositions",
            list_dispositions,
            DIRECTORY_VIEW,
            "Results an agent can give a contact, as a tree",
            query=DispositionQuery,
            response=DispositionList,
        ),
        Route(
            "GET",
            "/api/v1/pause-reasons",
            list_pause_reasons,
            DIRECTORY_VIEW,
            "Reasons to pause",
            response=PauseReasonList,
        ),
    ]
