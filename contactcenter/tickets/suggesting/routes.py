"""Suggestions over HTTP, and how they plug in."""

from __future__ import annotations

from typing import Final

from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.plugin import Plugin
from contactcenter.tickets import acts
from contactcenter.tickets.permissions import TICKETS_SET_UP, TICKETS_WORK
from contactcenter.tickets.routes import ONE
from contactcenter.tickets.suggesting.acts import TRAINING
from contactcenter.tickets.suggesting.configuration import section
from contactcenter.tickets.suggesting.privacy import personal
from contactcenter.tickets.suggesting.settings import (
    Answer,
    Asked,
    SuggesterBody,
    SuggesterOut,
    SuggestionList,
)
from contactcenter.tickets.suggesting.suggester import Suggester

SET_UP: Final = "/api/v1/ticket-suggester"
PATH: Final = "/api/v1/ticket-suggestions"


def load(suggester: Suggester) -> Plugin:
    return Plugin(
        name="ticket-suggestions",
        routes=(*_asked(suggester), *_set_up(suggester)),
        acts=(TRAINING,),
        personal=(personal(suggester.database),),
        configuration=(section(suggester),),
    )


def _asked(suggester: Suggester) -> list[Route]:
    async def of_text(call: Call) -> SuggestionList:
        asked = call.body(Asked)
        return await suggester.of_text(asked.subject, asked.text)

    async def of_ticket(call: Call) -> SuggestionList:
        return await suggester.of_ticket(call.path("id"), call.principal)

    async def answered(call: Call) -> None:
        answer = call.body(Answer)
        await suggester.answered(answer.field, taken=answer.taken)

    read, counted = NotAudited("it only reads"), NotAudited("a count of nobody's")
    may, found = TICKETS_WORK, SuggestionList
    words = "What a ticket that is being written seems to be"
    return [
        Route("POST", PATH, of_text, may, words, body=Asked, response=found, audited=read),
        Route("GET", f"{ONE}/suggestions", of_ticket, may, "What it seems to be", response=found, errors=(404,)),
        Route("POST", f"{PATH}/answers", answered, may, "Count what became of one", body=Answer, audited=counted),
    ]


def _set_up(suggester: Suggester) -> list[Route]:
    async def page(call: Call) -> SuggesterOut:
        return await suggester.page()

    async def change(call: Call) -> SuggesterOut:
        return await suggester.set(call.body(SuggesterBody))

    async def train(call: Call) -> SuggesterOut:
        return await suggester.train()

    async def cancel(call: Call) -> None:
        await suggester.cancel()

    may, out, run = TICKETS_SET_UP, SuggesterOut, f"{SET_UP}/training"
    learn, body = "Learn from the tickets now", SuggesterBody
    return [
        Route("GET", SET_UP, page, may, "How suggestions are set, and how good they are", response=out),
        Route("PUT", SET_UP, change, may, "Set suggestions", body=body, response=out, audited=(acts.SET_UP,)),
        Route("POST", run, train, may, learn, response=out, status=202, errors=(409,), audited=(TRAINING,)),
        Route("DELETE", run, cancel, may, "Stop learning", audited=(TRAINING,)),
    ]
