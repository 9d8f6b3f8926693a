"""Trunks and called numbers over HTTP."""

from __future__ import annotations

from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.trunks import acts
from contactcenter.trunks.number_set_up import (
    ChangedNumber,
    NewNumber,
    NumberList,
    NumberOut,
    NumberQuestion,
    NumberSetUp,
    Tested,
)
from contactcenter.trunks.permissions import TRUNKS_MANAGE, TRUNKS_VIEW
from contactcenter.trunks.set_up import ChangedTrunk, NewTrunk, TrunkList, TrunkOut, TrunkSetUp


def trunk_routes(trunks: TrunkSetUp) -> list[Route]:
    async def every(call: Call) -> TrunkList:
        return await trunks.all()

    async def get(call: Call) -> TrunkOut:
        return await trunks.get(call.path("id"))

    async def make(call: Call) -> TrunkOut:
        return await trunks.make(call.body(NewTrunk))

    async def change(call: Call) -> TrunkOut:
        return await trunks.change(call.path("id"), call.body(ChangedTrunk))

    async def remove(call: Call) -> None:
        await trunks.remove(call.path("id"))

    path, one = "/api/v1/trunks", "/api/v1/trunks/{id}"
    return [
        Route("GET", path, every, TRUNKS_VIEW, "Trunks and how they stand", response=TrunkList),
        Route("GET", one, get, TRUNKS_VIEW, "One trunk", response=TrunkOut),
        Route(
            "POST",
            path,
            make,
            TRUNKS_MANAGE,
            "Make a trunk",
            body=NewTrunk,
            response=TrunkOut,
            status=201,
            errors=(409,),
            audited=(acts.TRUNK_MADE,),
        ),
        Route(
            "PUT",
            one,
            change,
            TRUNKS_MANAGE,
            "Change a trunk; without `password` it keeps its own",
            body=ChangedTrunk,
            response=TrunkOut,
            errors=(409,),
            audited=(acts.TRUNK_CHANGED,),
        ),
        Route(
            "DELETE",
            one,
            remove,
            TRUNKS_MANAGE,
            "Remove a trunk that no number names",
            errors=(409,),
            audited=(acts.TRUNK_REMOVED,),
        ),
    ]


def number_routes(numbers: NumberSetUp) -> list[Route]:
    async def every(call: Call) -> NumberList:
        return await numbers.all()

    async def make(call: Call) -> NumberOut:
        return await numbers.make(call.body(NewNumber))

    async def change(call: Call) -> NumberOut:
        return await numbers.change(call.path("id"), call.body(ChangedNumber))

    async def remove(call: Call) -> None:
        await numbers.remove(call.path("id"))

    async def test(call: Call) -> Tested:
        return numbers.test(call.body(NumberQuestion))

    path, one = "/api/v1/called-numbers", "/api/v1/called-numbers/{id}"
    return [
        Route("GET", path, every, TRUNKS_VIEW, "Numbers and the flows that take them", response=NumberList),
        Route(
            "POST",
            path,
            make,
            TRUNKS_MANAGE,
            "Send a number to a flow",
            body=NewNumber,
            response=NumberOut,
            status=201,
            errors=(409,),
            audited=(acts.NUMBER_MADE,),
        ),
        Route(
            "PUT",
            one,
            change,
            TRUNKS_MANAGE,
            "Send a number elsewhere",
            body=ChangedNumber,
            response=NumberOut,
            errors=(409,),
            audited=(acts.NUMBER_CHANGED,),
        ),
        Route("DELETE", one, remove, TRUNKS_MANAGE, "Take a number away", audited=(acts.NUMBER_REMOVED,)),
        Route(
            "POST",
            f"{path}/test",
            test,
            TRUNKS_VIEW,
            "What would take a call to this number, and how we would call it",
            body=NumberQuestion,
            response=Tested,
            audited=NotAudited("It asks and changes nothing."),
        ),
    ]
