"""Webhooks: signed as the specification says, each delivered at least once under one id, never to places inside."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.api.outward import is_public
from contactcenter.api.problems import Problem
from contactcenter.tickets.automation import signing
from contactcenter.tickets.automation.delivery import NOT_PUBLIC
from contactcenter.tickets.automation.hooks_plugin import TicketHooks
from contactcenter.tickets.automation.models import TicketWebhook
from contactcenter.tickets.automation.settings import DeliveryOut, MacroBody, RuleBody, WebhookBody
from tests.fakes.keys import open_vault
from tests.tickets.desk import Desk, desk, everywhere


@dataclass(slots=True)
class Receiver:
    """`answers` in turn, the last one for ever; `before` is called before one is given."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [204])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    before: Any = None

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        if self.before is not None:
            self.before()
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=status, headers={"Location": self.url} if 300 <= status < 400 else {})

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield receiver
    finally:
        await runner.cleanup()


@dataclass(slots=True)
class Place:
    house: Desk
    hooks: TicketHooks
    receiver: Receiver
    secret: str = ""

    async def hook(self, **values: Any) -> str:
        body = {"name": "Elsewhere", "url": self.receiver.url, "private": True, **values}
        made = await self.hooks.webhooks.make(WebhookBody.model_validate(body))
        self.secret = made.secret
        return made.id

    async def fire(self, key: str) -> None:
        rule = {"name": "Tell", "events": ["made"], "actions": [{"do": "webhook", "webhook": key}]}
        if not self.house.helpdesk.automation.book.shown():
            await self.house.helpdesk.automation.book.put(None, RuleBody.model_validate(rule))
        await self.house.make()
        await self.house.helpdesk.automation.runner.drain()

    async def sweep(self) -> int:
        return await self.hooks.deliveries.sweep()

    async def log(self, key: str) -> list[DeliveryOut]:
        return (await self.hooks.webhooks.deliveries(key)).items


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with desk(tmp_path) as house, receiving() as receiver:
        hooks = TicketHooks(house.tickets, await open_vault(house.database, tmp_path))
        yield Place(house, hooks, receiver)
        await hooks.stop()


async def test_a_rule_sends_word_that_can_be_verified_and_holds_no_words(place: Place) -> None:
    key = await place.hook()
    await place.fire(key)
    assert await place.sweep() == 1
    ((headers, body),) = place.receiver.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    secret = base64.b64decode(place.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert int(headers["webhook-timestamp"]) == int(place.house.now)
    assert b'"type":"ticket.rule"' in body
    assert b"Printer" not in body
    assert b"burns" not in body
    (line,) = await place.log(key)
    assert (line.state, line.status, line.tries, line.next_at) == ("done", 204, 1, None)
    assert await place.sweep() == 0


async def test_it_is_tried_again_under_the_same_id_until_it_is_taken(place: Place) -> None:
    key = await place.hook()
    place.receiver.answers = [500, 302, 200]
    await place.fire(key)
    assert (await place.sweep(), await place.sweep()) == (1, 0)
    place.house.pass_hours(6 / 3600)
    assert await place.sweep() == 1
    assert (await place.log(key))[0].problem == "It answers with status 302."
    place.house.pass_hours(0.1)
    assert await place.sweep() == 1
    assert len(place.receiver.got) == 3
    assert len(set(place.receiver.ids)) == 1
    assert (await place.log(key))[0].state == "done"


async def test_a_look_at_a_macro_names_what_it_calls(place: Place) -> None:
    key = await place.hook()
    who, ticket = everywhere(), await place.house.make()
    macros = place.house.helpdesk.automation.macros
    actions = [{"do": "webhook", "webhook": key}, {"do": "priority", "way": "raise"}]
    made = await macros.put(None, MacroBody.model_validate({"name": "Tell them", "actions": actions}), who)
    seen = await macros.preview(ticket.id, made.id, who)
    assert seen.webhooks == [hook.name for hook in (await place.hooks.webhooks.every()).items]
    assert (seen.changes, await place.log(key)) == ({"priority": ["medium", "high"]}, [])


async def test_killed_in_the_middle_each_is_delivered_at_least_once_under_one_id(place: Place) -> None:
    key = await place.hook()
    for _ in range(3):
        await place.fire(key)
    sending = asyncio.create_task(place.sweep())
    place.receiver.before = sending.cancel
    await asyncio.gather(sending, return_exceptions=True)
    assert sending.cancelled()
    assert {line.state for line in await place.log(key)} == {"waiting"}
    place.receiver.before = None
    await place.sweep()
    assert {line.state for line in await place.log(key)} == {"done"}
    assert set(place.receiver.ids) == {line.id for line in await place.log(key)}
    assert len(place.receiver.ids) > 3


async def test_who_wants_no_more_gets_no_more(place: Place) -> None:
    key = await place.hook()
    place.receiver.answers = [410]
    await place.fire(key)
    await place.fire(key)
    await place.sweep()
    (hook,) = (await place.hooks.webhooks.every()).items
    assert not hook.enabled
    assert "410" in hook.stopped
    assert {line.state for line in await place.log(key)} == {"failed"}
    assert await place.sweep() == 0


async def test_it_is_given_up_in_the_end(place: Place) -> None:
    key = await place.hook()
    place.receiver.answers = [503]
    await place.fire(key)
    for _ in range(15):
        await place.sweep()
        place.house.pass_hours(25)
    (line,) = await place.log(key)
    assert (line.state, line.tries, line.next_at) == ("failed", 10, None)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "[::ffff:10.0.0.1]", "0x7f000001"]
)
async def test_places_inside_are_not_called_unless_that_is_allowed(place: Place, host: str) -> None:
    key = await place.hook(url=f"https://{host}:1/", private=False)
    await place.fire(key)
    await place.sweep()
    (line,) = await place.log(key)
    assert (line.state, line.status, line.problem) == ("waiting", None, NOT_PUBLIC)


async def test_the_secret_is_sealed_shown_once_and_can_be_another(place: Place) -> None:
    key = await place.hook()
    first = place.secret
    second = (await place.hooks.webhooks.renew(key)).secret
    assert first != second
    async with place.house.database.session() as session:
        row = await session.get(TicketWebhook, key)
    assert row is not None
    assert second.encode() not in row.secret.raw
    assert second not in (await place.hooks.webhooks.every()).model_dump_json()
    await place.hooks.webhooks.test(key)
    await place.sweep()
    ((headers, body),) = place.receiver.got
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert headers["webhook-signature"] == signing.headers(headers["webhook-id"], at, body, second)["webhook-signature"]


async def test_what_cannot_work_is_refused(place: Place) -> None:
    for url in ("http://example.com/", "https://a:b@example.com/", "https://:1/"):
        with pytest.raises(Problem) as refused:
            await place.hook(url=url, private=False)
        assert refused.value.extra["field"] == "url"
    rule = {"name": "Tell", "events": ["made"], "actions": [{"do": "webhook", "webhook": "gone"}]}
    with pytest.raises(Problem) as refused:
        await place.house.helpdesk.automation.book.put(None, RuleBody.model_validate(rule))
    assert refused.value.extra["field"] == "actions.0.webhook"
    key = await place.hook()
    await place.fire(key)
    with pytest.raises(Problem) as refused:
        await place.hooks.webhooks.remove(key)
    assert refused.value.status == 409


@given(st.integers(0, 30))
def test_waits_grow_and_end(tries: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    waits = [signing.next_try(each, now) for each in range(1, tries + 1)]
    given_up = [each for each in waits if each is None]
    assert len(given_up) == max(0, tries - len(signing.WAITS))
    held = [each for each in waits if each is not None]
    assert held == sorted(held)
    assert all(each > now + timedelta(seconds=1) for each in held)


@given(st.ip_addresses(v=4))
def test_an_address_in_another_is_what_is_inside(address: Any) -> None:
    public = is_public(str(address))
    assert public == (address.is_global and not address.is_multicast)
    assert is_public(f"::ffff:{address}") == public
    assert is_public(f"64:ff9b::{address}") == public
