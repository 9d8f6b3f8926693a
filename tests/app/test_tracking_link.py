"""What somebody who has a customer's link reaches on the running server: that ticket, and nothing else anywhere."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from contactcenter.app import App
from contactcenter.customers.settings import CustomerBody
from contactcenter.portal.settings import PortalSettingsBody
from contactcenter.tickets.acting import customer, staff
from contactcenter.tickets.documents import NewMessage, NewTicket, TicketOut
from contactcenter.tickets.models import Ticket
from tests.app.permitted import ROUTES
from tests.fakes.center import populate, running, settings
from tests.tickets.desk import everywhere, principal

SECRET = "Kestrel"
"""Stands in all that the link must not show."""
ANNA = staff(principal("anna"))
LINKED = "/api/v1/portal/t/{token}"


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.portal.set_up.set(PortalSettingsBody(enabled=True))
        yield app


async def two_tickets(app: App) -> tuple[TicketOut, TicketOut, str]:
    """Both of one customer; the token of the first."""
    nora = await app.customers.make(CustomerBody(name="Nora"))
    tickets, by = app.tickets.helpdesk.tickets, customer(nora.id, "Nora")
    bodies = [
        NewTicket.model_validate({"subject": subject, "description": subject, "requester": nora.id, "tags": [SECRET]})
        for subject in ("Printer", SECRET)
    ]
    one, other = [(await tickets.make(body, by)).ticket for body in bodies]
    for kind in ("note", "public"):
        text = SECRET if kind == "note" else "Have you tried water?"
        await tickets.say(one.id, NewMessage.model_validate({"text": text, "kind": kind}), ANNA)
    async with app.database.session() as session:
        token = app.tickets.customer_side.tracking.token(await session.get_one(Ticket, one.id))
    return one, other, token


async def test_the_link_opens_its_ticket_and_nothing_else(center: App) -> None:
    one, other, token = await two_tickets(center)
    opened = await whatever_opens(center, LINKED, token, one.id, other.id, other.number)
    assert set(opened) - {"GET /api/v1/portal/doorway"} <= {f"GET {LINKED}", "DELETE /api/v1/portal/session"}
    assert "Have you tried water?" in opened[f"GET {LINKED}"]


async def whatever_opens(app: App, linked: str, token: str, *others: str) -> dict[str, str]:
    """What is answered to who has a token of `linked`, by route, when he tries it and `others` everywhere."""
    base = f"http://127.0.0.1:{app.http_port}"
    opened: dict[str, str] = {}
    headers = {"Authorization": f"Bearer {token}"}
    cookies = {"cc_portal": token, "cc_session": token}
    async with aiohttp.ClientSession(base, headers=headers, cookies=cookies) as client:
        for method, path in sorted(ROUTES):
            if not path.startswith("/api/v1/portal/") and "ticket" not in path and "customer" not in path:
                continue
            for given in (token, *others):
                tried = path.replace("{token}", token) if path != linked else path.replace("{token}", given)
                async with client.request(method, re.sub(r"{\w+}", given, tried), json={}) as response:
                    text = await response.text()
                    assert SECRET not in text, (method, path)
                    if response.status < 400:
                        opened[f"{method} {path}"] = text
    return opened


async def test_the_link_is_answered_over_http_and_files_go_with_it(center: App) -> None:
    one, _, token = await two_tickets(center)
    url = LINKED.replace("{token}", token)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{center.http_port}") as client:
        form = aiohttp.FormData()
        form.add_field("file", b"It burns like this.", filename="fire.txt", content_type="text/plain")
        async with client.post(f"{url}/files", data=form) as response:
            assert response.status == 201
            file = (await response.json())["id"]
        body = {"text": "Here it is.", "attachments": [file]}
        for _ in range(2):
            async with client.post(f"{url}/messages", json=body, headers={"Idempotency-Key": "k"}) as response:
                assert response.status == 201
                shown = await response.json()
        assert [each["text"] for each in shown["messages"]] == ["Printer", "Have you tried water?", "Here it is."]
        async with client.get(f"{url}/attachments/{file}") as response:
            assert await response.read() == b"It burns like this."
        async with client.post(f"{url}/confirmation", json={}) as response:
            assert response.status == 409
        await center.tickets.customer_side.tracking.withdraw(one.id, everywhere())
        async with client.get(url) as response:
            assert (response.status, (await response.json())["type"]) == (404, "/problems/tracking-unknown")
