"""The first start over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from pydantic import BaseModel, Field

from contactcenter.api.fields import Name, Settings
from contactcenter.api.routes import PUBLIC, Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.first_run.acts import ADMINISTRATOR_MADE, GUIDE_MOVED
from contactcenter.first_run.permissions import GUIDE_USE
from contactcenter.first_run.service import STEPS, FirstRun, Step, StepState
from contactcenter.identity.acts import USER_CREATED

Token = Annotated[str, Field(min_length=1, max_length=128)]


class FirstRunOut(BaseModel):
    """`needed`: there is nobody yet; the link to begin with was shown where the server was started."""

    needed: bool


class TokenBody(Settings):
    token: Token


class Administrator(Settings):
    token: Token
    name: Name
    email: Annotated[str, Field(min_length=3, max_length=320)]
    password: Annotated[str, Field(min_length=1, max_length=1024)]


class Facts(BaseModel):
    """What there is: how many of each; `number` to dial for a call, `address` to dial it by SIP; `telephones` that are
    registered."""

    queues: int
    calendars: int
    people: int
    telephones: int
    number: str
    address: str


class GuideOut(BaseModel):
    """`steps` by name: done or skipped; `offered`: the guide is to be shown by itself."""

    steps: dict[str, str]
    closed: bool
    offered: bool
    facts: Facts


class GuideBody(Settings):
    """`steps` as they are from now on. `closed`: it is not shown by itself any more."""

    steps: dict[Step, StepState] = Field(default={}, max_length=len(STEPS))
    closed: bool = False


def routes(first: FirstRun, facts: Callable[[], Awaitable[Facts]]) -> tuple[Route, ...]:
    async def needed(call: Call) -> FirstRunOut:
        return FirstRunOut(needed=await first.nobody())

    async def look(call: Call) -> None:
        await first.look(call.body(TokenBody).token)

    async def make(call: Call) -> None:
        body = call.body(Administrator)
        await first.make_administrator(body.token, email=body.email, name=body.name, password=body.password)

    async def shown() -> GuideOut:
        steps, closed = await first.guide()
        found = await facts()
        return GuideOut(steps=dict(steps), closed=closed, offered=not closed and _new(steps, found), facts=found)

    async def get(call: Call) -> GuideOut:
        return await shown()

    async def move(call: Call) -> GuideOut:
        body = call.body(GuideBody)
        await first.move(body.steps, body.closed)
        return await shown()

    path, tag = "/api/v1/first-run", "First start"
    return (
        Route("GET", path, needed, PUBLIC, "Whether there is nobody yet", response=FirstRunOut, tag=tag),
        Route("POST", f"{path}/look", look, PUBLIC, "Whether a link of the first start counts", body=TokenBody,
              errors=(404,), tag=tag, audited=NotAudited("it changes nothing")),
        Route("POST", f"{path}/administrator", make, PUBLIC, "Make the first administrator", body=Administrator,
              errors=(404,), tag=tag, audited=(ADMINISTRATOR_MADE, USER_CREATED)),
        Route("GET", f"{path}/guide", get, GUIDE_USE, "How far the guided set-up is", response=GuideOut, tag=tag),
        Route("PUT", f"{path}/guide", move, GUIDE_USE, "Go on in the guided set-up", body=GuideBody, response=GuideOut,
              tag=tag, audited=(GUIDE_MOVED,)),
    )  # fmt: skip


def _new(steps: object, found: Facts) -> bool:
    """Begun and not closed, or nothing set up yet."""
    return bool(steps) or found.queues == 0
