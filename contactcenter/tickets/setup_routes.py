"""What tickets are set up with, over HTTP."""

from __future__ import annotations

from typing import Any

from contactcenter.api.routes import Call, Route
from contactcenter.tickets import acts, settings
from contactcenter.tickets.permissions import TICKETS_SET_UP, TICKETS_VIEW
from contactcenter.tickets.settings import SetUpOut
from contactcenter.tickets.setup import SetUp

PATH = "/api/v1/ticket-setup"
KINDS: tuple[tuple[str, str, type[Any], type[Any], type[Any]], ...] = (
    ("types", "type of tickets", settings.TypeBody, settings.NewType, settings.TypeOut),
    ("states", "state", settings.StateBody, settings.NewState, settings.StateOut),
    ("categories", "category", settings.CategoryBody, settings.NewCategory, settings.CategoryOut),
    ("fields", "custom field", settings.FieldBody, settings.NewField, settings.FieldOut),
)
AUDITED: dict[str, Any] = {"audited": (acts.SET_UP,)}


def routes(set_up: SetUp) -> list[Route]:
    async def shown(call: Call) -> SetUpOut:
        return set_up.shown()

    first = Route("GET", PATH, shown, TICKETS_VIEW, "What forms for tickets need to know", response=SetUpOut)
    return [first, *(route for kind in KINDS for route in _kind(set_up, *kind)), *_policies(set_up)]


def _kind(set_up: SetUp, what: str, words: str, form: type[Any], new: type[Any], out: type[Any]) -> list[Route]:
    async def make(call: Call) -> Any:
        body = call.body(new)
        return await set_up.put(what, None, form.model_validate(body.model_dump(exclude={"id"})), body.id)

    async def change(call: Call) -> Any:
        return await set_up.put(what, call.path("id"), call.body(form))

    async def remove(call: Call) -> None:
        await set_up.remove(what, call.path("id"))

    path, one, may = f"{PATH}/{what}", f"{PATH}/{what}/{{id}}", TICKETS_SET_UP
    return [
        Route("POST", path, make, may, f"Add a {words}", body=new, response=out, status=201, **AUDITED),
        Route("PUT", one, change, may, f"Change a {words}", body=form, response=out, errors=(404, 409), **AUDITED),
        Route("DELETE", one, remove, may, f"Remove a {words} that nothing names", errors=(404, 409), **AUDITED),
    ]


def _policies(set_up: SetUp) -> list[Route]:
    form, new, out = settings.PolicyBody, settings.NewPolicy, settings.PolicyOut

    async def make(call: Call) -> Any:
        body = call.body(new)
        return await set_up.put_policy(None, form.model_validate(body.model_dump(exclude={"id"})), body.id)

    async def change(call: Call) -> Any:
        return await set_up.put_policy(call.path("id"), call.body(form))

    path, one, may = f"{PATH}/policies", f"{PATH}/policies/{{id}}", TICKETS_SET_UP
    return [
        Route("POST", path, make, may, "Add a service level", body=new, response=out, status=201, **AUDITED),
        Route("PUT", one, change, may, "Change a service level", body=form, response=out, errors=(404,), **AUDITED),
    ]
