"""Why a ticket waits for an agent, or why this one was offered it, over HTTP."""

from __future__ import annotations

from contactcenter.api.routes import Call, Route
from contactcenter.interactions.explanation import Explainer, ExplanationOut, explained, not_explained
from contactcenter.interactions.names import Names
from contactcenter.plugin import Plugin
from contactcenter.tickets import push
from contactcenter.tickets.permissions import TICKETS_VIEW
from contactcenter.tickets.push_board import PushBoard


def routes(board: PushBoard, explainer: Explainer, names: Names) -> list[Route]:
    async def explanation(call: Call) -> ExplanationOut:
        tickets = board.tickets
        async with tickets.database.session() as session:
            row = await tickets.row(session, call.path("id"), call.principal)
        view = board.view(row.id)
        if view is None:
            why = push.why_not(row, tickets.set_up.catalog, board.queues.ids())
            raise not_explained(why or "It will be offered in a moment.")
        return await explained(explainer, names, row.id, view.entered_at, tickets.moment().timestamp() + 1)

    return [
        Route(
            "GET",
            "/api/v1/tickets/{id}/explanation",
            explanation,
            TICKETS_VIEW,
            "Why it waits for an agent, and who was offered it",
            response=ExplanationOut,
            description="Of the present stay in the routing engine; 404 `not-explained` says why there is none.",
            errors=(404,),
        )
    ]


def plugin(board: PushBoard, explainer: Explainer, names: Names) -> Plugin:
    return Plugin(name="ticket-push", routes=tuple(routes(board, explainer, names)))
