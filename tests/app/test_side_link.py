"""What somebody outside reaches by the link to a side conversation on the running server: it, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from contactcenter.app import App
from contactcenter.audit.models import AuditEntry
from contactcenter.portal.settings import PortalSettingsBody
from contactcenter.tickets.documents import NewTicket
from contactcenter.tickets.models import TicketAttachment
from contactcenter.tickets.side_models import TicketSide
from contactcenter.tickets.sides import NewSide
from tests.app.test_tracking_link import SECRET, whatever_opens
from tests.fakes.center import populate, running, settings
from tests.tickets.desk import ANNA, everywhere

LINKED = "/api/v1/portal/s/{token}"


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    """Its mails go nowhere."""
    config = settings(tmp_path, mail={"host": "127.0.0.1", "port": 9, "encryption": "none"})
    await populate(config)
    async with running(config) as app:
        await app.portal.set_up.set(PortalSettingsBody(enabled=True))
        yield app


async def asked(app: App) -> tuple[str, str, str]:
    """Ids of a ticket and of its side conversation, and the token of that."""
    body = NewTicket.model_validate({"subject": SECRET, "description": SECRET, "tags": [SECRET]})
    ticket = (await app.tickets.helpdesk.tickets.make(body, ANNA)).ticket
    asks = NewSide(subject="The van", text="When does it come?", email="van@example.com")
    side = await app.tickets.sides.begin(ticket.id, asks, everywhere())
    other = NewSide(subject=SECRET, text=SECRET, email="other@example.com")
    await app.tickets.sides.begin(ticket.id, other, everywhere())
    async with app.database.session() as session:
        token = app.tickets.outside.links.token(await session.get_one(TicketSide, side.id))
    return ticket.id, side.id, token


async def test_the_link_opens_its_side_conversation_and_nothing_else(center: App) -> None:
    ticket, side, token = await asked(center)
    opened = await whatever_opens(center, LINKED, token, ticket, side)
    assert set(opened) - {"GET /api/v1/portal/doorway"} <= {f"GET {LINKED}", "DELETE /api/v1/portal/session"}
    assert "When does it come?" in opened[f"GET {LINKED}"]


async def test_it_is_answered_over_http_by_somebody_without_an_account(center: App) -> None:
    ticket, side, token = await asked(center)
    url = LINKED.replace("{token}", token)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{center.http_port}") as client:
        form = aiohttp.FormData()
        form.add_field("file", b"By the tunnel.", filename="route.txt", content_type="text/plain")
        async with client.post(f"{url}/files", data=form) as response:
            assert response.status == 201
            file = (await response.json())["id"]
        for _ in range(2):
            body = {"text": "On Monday.", "attachments": [file]}
            async with client.post(f"{url}/messages", json=body, headers={"Idempotency-Key": "k"}) as response:
                assert response.status == 201
                shown = await response.json()
        assert [each["text"] for each in shown["messages"]] == ["When does it come?", "On Monday."]
        async with client.get(f"{url}/attachments/{file}") as response:
            assert await response.read() == b"By the tunnel."
            assert response.headers["Content-Disposition"].startswith("attachment")
        async with client.post(f"{url}/messages", json={"text": " "}) as response:
            assert (response.status, (await response.json())["field"]) == (422, "text")
        await center.tickets.sides.end(ticket, side, everywhere())
        for path in ("", f"/attachments/{file}"):
            async with client.get(f"{url}{path}") as response:
                assert (response.status, (await response.json())["type"]) == (410, "/problems/side-ended")
        async with client.delete(f"{url}/files/{file}") as response:
            assert response.status == 410
    async with center.database.session() as session:
        assert (await session.get_one(TicketAttachment, file)).uploaded_by == f"partner:{side}"
        said = select(AuditEntry).where(AuditEntry.act == "ticket.said").order_by(AuditEntry.id.desc()).limit(1)
        entry = (await session.scalars(said)).one()
        assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("partner", f"link:{side}", "")
