"""Figures of tickets over HTTP."""

from __future__ import annotations

from typing import Final

from contactcenter.api.routes import AnyOf, Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.plugin import Plugin
from contactcenter.tickets.figures.figures import TicketFigures
from contactcenter.tickets.figures.settings import BehindBody, BehindPage, FiguresBody, FiguresOut
from contactcenter.tickets.permissions import TICKETS_FIGURES, TICKETS_WORK

PATH: Final = "/api/v1/ticket-figures"
READ: Final = NotAudited("it only reads")
OWN_TOO: Final = AnyOf(TICKETS_FIGURES, TICKETS_WORK)


def load(figures: TicketFigures) -> Plugin:
    return Plugin(name="ticket-figures", routes=tuple(routes(figures)))


def routes(figures: TicketFigures) -> list[Route]:
    async def count(call: Call) -> FiguresOut:
        return await figures.figures(call.body(FiguresBody), call.principal)

    async def behind(call: Call) -> BehindPage:
        return await figures.behind(call.body(BehindBody), call.principal)

    return [
        Route(
            "POST",
            PATH,
            count,
            OWN_TOO,
            "Volumes, backlog, times and promises of tickets",
            body=FiguresBody,
            response=FiguresOut,
            audited=READ,
            description="Of the queues and teams that the reader has the figures of; else of tickets assigned to him.",
        ),
        Route(
            "POST",
            f"{PATH}/tickets",
            behind,
            OWN_TOO,
            "The tickets behind one of these numbers",
            body=BehindBody,
            response=BehindPage,
            audited=READ,
        ),
    ]
