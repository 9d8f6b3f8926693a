"""Telephones over HTTP."""

from __future__ import annotations

from contactcenter.agents import acts
from contactcenter.agents.permissions import TELEPHONES_MANAGE, TELEPHONES_VIEW
from contactcenter.agents.telephone_set_up import (
    ChangedTelephone,
    NewTelephone,
    TelephoneList,
    TelephoneOut,
    TelephoneSetUp,
    TelephoneWithPassword,
)
from contactcenter.api.routes import Call, Route


def routes(telephones: TelephoneSetUp) -> list[Route]:
    async def every(call: Call) -> TelephoneList:
        return await telephones.all()

    async def get(call: Call) -> TelephoneOut:
        return await telephones.get(call.path("id"))

    async def make(call: Call) -> TelephoneWithPassword:
        return await telephones.make(call.body(NewTelephone))

    async def change(call: Call) -> TelephoneOut:
        return await telephones.change(call.path("id"), call.body(ChangedTelephone))

    async def reset(call: Call) -> TelephoneWithPassword:
        return await telephones.reset(call.path("id"))

    async def remove(call: Call) -> None:
        await telephones.remove(call.path("id"))

    path, one = "/api/v1/telephones", "/api/v1/telephones/{id}"
    return [
        Route("GET", path, every, TELEPHONES_VIEW, "Telephones and where they are registered", response=TelephoneList),
        Route("GET", one, get, TELEPHONES_VIEW, "One telephone", response=TelephoneOut),
        Route(
            "POST",
            path,
            make,
            TELEPHONES_MANAGE,
            "Add a telephone; its password is told this once",
            body=NewTelephone,
            response=TelephoneWithPassword,
            status=201,
            errors=(409,),
            audited=(acts.TELEPHONE_MADE,),
        ),
        Route(
            "PUT",
            one,
            change,
            TELEPHONES_MANAGE,
            "Give a telephone to an agent, name it, disable it",
            body=ChangedTelephone,
            response=TelephoneOut,
            errors=(409,),
            audited=(acts.TELEPHONE_CHANGED,),
        ),
        Route(
            "POST",
            f"{one}/password",
            reset,
            TELEPHONES_MANAGE,
            "Give a telephone a new password, told this once",
            response=TelephoneWithPassword,
            audited=(acts.TELEPHONE_PASSWORD_SET,),
        ),
        Route(
            "DELETE",
            one,
            remove,
            TELEPHONES_MANAGE,
            "Remove a telephone on which nobody takes calls",
            errors=(409,),
            audited=(acts.TELEPHONE_REMOVED,),
        ),
    ]
