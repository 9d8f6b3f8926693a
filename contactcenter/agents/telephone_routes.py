"""Telephones over HTTP."""

from __future__ import annotations

from aiohttp import web

from contactcenter.agents import acts
from contactcenter.agents.permissions import TELEPHONES_MANAGE, TELEPHONES_VIEW
from contactcenter.agents.telephone_import import TelephoneImport, TelephonesBody, TelephonesTaken
from contactcenter.agents.telephone_set_up import (
    ChangedTelephone,
    NewTelephone,
    TelephoneList,
    TelephoneOut,
    TelephoneSetUp,
    TelephoneWithPassword,
)
from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import note


def routes(telephones: TelephoneSetUp) -> list[Route]:
    imported = TelephoneImport(telephones)

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

    async def take(call: Call) -> TelephonesTaken:
        return await imported.take(call.body(TelephonesBody))

    async def export(call: Call) -> web.Response:
        text = await imported.written()
        await note(telephones.database, Act(kind=acts.TELEPHONES_EXPORTED, subject=Subject("telephones", "all")))
        headers = {"Content-Disposition": 'attachment; filename="telephones.csv"'}
        return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)

    path, one = "/api/v1/telephones", "/api/v1/telephones/{id}"
    return [
        Route("GET", path, every, TELEPHONES_VIEW, "Telephones and where they are registered", response=TelephoneList),
        Route(
            "GET",
            f"{path}/export",
            export,
            TELEPHONES_MANAGE,
            "All telephones as CSV, without passwords",
            media_type="text/csv",
            audited=(acts.TELEPHONES_EXPORTED,),
        ),
        Route(
            "POST",
            f"{path}/import",
            take,
            TELEPHONES_MANAGE,
            "Add and change many, or preview it; passwords of those added are told this once",
            body=TelephonesBody,
            response=TelephonesTaken,
            audited=(acts.TELEPHONE_MADE, acts.TELEPHONE_CHANGED),
        ),
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
