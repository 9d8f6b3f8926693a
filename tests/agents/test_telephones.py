"""Telephones over HTTP and over SIP: added, registered, seen, taken away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contactcenter.agents import permissions
from contactcenter.agents.models import SipAccount
from contactcenter.agents.provisioning import provisioning
from contactcenter.agents.telephone_configuration import section
from contactcenter.agents.telephone_routes import routes
from contactcenter.agents.telephone_set_up import PASSWORD_LENGTH, TelephoneSetUp
from contactcenter.agents.telephone_state import TelephoneBoard
from contactcenter.agents.telephones import Telephones
from contactcenter.audit.models import AuditEntry
from contactcenter.telephony import Credentials, Registration, RegistrationError, SipConfig, UserAgent
from tests.fakes.keys import open_vault
from tests.fakes.office import Office, open_office
from tests.fakes.people import CATALOGUE
from tests.fakes.seams import FakeLive

REALM = "contactcenter"


class Phones:
    """The office, with a registrar and the routes of telephones."""

    def __init__(self, office: Office, agent: UserAgent, live: FakeLive, set_up: TelephoneSetUp) -> None:
        self.office = office
        self.agent = agent
        self.live = live
        self.set_up = set_up

    async def register(self, client: UserAgent, username: str, password: str) -> Registration:
        server = f"127.0.0.1:{self.agent.port}"
        return await client.register(f"sip:{username}@{server}", f"sip:{server}", Credentials(username, password))

    @property
    def rows(self) -> dict[str, Any]:
        return self.live.topic("telephones").snapshot().get("telephones", {})


@pytest.fixture
async def phones(tmp_path: Path) -> AsyncIterator[Phones]:
    if permissions.TELEPHONES_VIEW not in tuple(CATALOGUE):
        CATALOGUE.add(*permissions.ALL)
    async with open_office(tmp_path, furnished=False) as office:
        vault = await open_vault(office.database, tmp_path)
        telephones, live = Telephones(office.database, vault), FakeLive()
        agent = UserAgent(SipConfig(host="127.0.0.1", port=0, min_expires_s=1), accounts=telephones)
        await agent.start()
        board = TelephoneBoard(agent, live, lambda: 1_777_000_000.0)  # type: ignore[arg-type]  # as much as it needs
        server = lambda: ("cc.example", 5070, 5071)  # noqa: E731
        set_up = TelephoneSetUp(office.set_up, telephones, board, vault, realm=REALM, server=server)
        await office.furnish()
        await office.start(*routes(set_up))
        yield Phones(office, agent, live, set_up)
        board.stop()
        await agent.stop(grace_s=0.1)


@pytest.fixture
async def client() -> AsyncIterator[UserAgent]:
    agent = UserAgent(SipConfig(host="127.0.0.1", port=0))
    await agent.start()
    yield agent
    await agent.stop(grace_s=0.1)


async def test_a_new_telephone_registers_with_the_password_told_once(phones: Phones, client: UserAgent) -> None:
    made = await phones.office.post("/telephones", {"name": "Desk 1", "user_id": "anna"})
    told = made["provisioning"]
    assert made["telephone"] == {
        "username": "desk-1",
        "name": "Desk 1",
        "user_id": "anna",
        "owner": {"id": "anna", "name": "Anna"},
        "disabled": False,
        "contacts": [],
    }
    assert told["transports"] == ["UDP", "TCP", "TLS (5071)"]
    assert (told["server"], told["port"], told["realm"], len(told["password"])) == (
        "cc.example",
        5070,
        REALM,
        PASSWORD_LENGTH,
    )
    registration = await phones.register(client, "desk-1", told["password"])
    (row,) = (await phones.office.get("/telephones"))["items"]
    (contact,) = row["contacts"]
    assert contact["address"] == f"127.0.0.1:{client.port}"
    assert phones.rows["desk-1"]["contacts"] == [contact]
    await registration.close()
    assert phones.rows == {}
    assert "password" not in str(row)
    async with phones.office.database.session() as session:
        written = [f"{each.before}{each.after}" for each in await session.scalars(select(AuditEntry))]
    assert not any(told["password"] in text for text in written)


async def test_a_new_password_ends_what_the_old_one_opened(phones: Phones, client: UserAgent) -> None:
    made = await phones.office.post("/telephones", {"username": "lobby"})
    old = made["provisioning"]["password"]
    first = await phones.register(client, "lobby", old)
    status, reset = await phones.office.ask("POST", "/telephones/lobby/password", {})
    assert status == 200
    assert phones.agent.registrar.contacts("lobby") == []
    with pytest.raises(RegistrationError):
        await first.attempt()
    again = await phones.register(client, "lobby", reset["provisioning"]["password"])
    for registration in (first, again):
        await registration.close()


async def test_a_disabled_telephone_is_out_at_once(phones: Phones, client: UserAgent) -> None:
    made = await phones.office.post("/telephones", {"username": "lobby"})
    registration = await phones.register(client, "lobby", made["provisioning"]["password"])
    changed = await phones.office.put("/telephones/lobby", made["telephone"] | {"disabled": True})
    assert (changed["disabled"], changed["contacts"]) == (True, [])
    with pytest.raises(RegistrationError):
        await registration.attempt()
    await phones.office.put("/telephones/lobby", changed | {"disabled": False})
    await registration.attempt()
    assert len(phones.agent.registrar.contacts("lobby")) == 1
    await phones.office.delete("/telephones/lobby")
    assert phones.agent.registrar.contacts("lobby") == []
    await registration.close()


async def test_a_registration_that_runs_out_is_shown_no_longer(phones: Phones, client: UserAgent) -> None:
    made = await phones.office.post("/telephones", {"username": "lobby"})
    server = f"127.0.0.1:{phones.agent.port}"
    credentials = Credentials("lobby", made["provisioning"]["password"])
    registration = Registration(client, f"sip:lobby@{server}", f"sip:{server}", credentials, 1)
    await registration.attempt()
    assert "lobby" in phones.rows
    async with asyncio.timeout(40):
        while phones.rows:
            await asyncio.sleep(0.02)
    registration.registered = False


async def test_who_takes_calls_on_it_keeps_it(phones: Phones) -> None:
    office = phones.office
    made = await office.post("/telephones", {"username": "lobby", "user_id": "anna"})
    assert office.agents.get("anna").sip_username == "lobby"
    await office.put("/agents/anna/routing", {"device": "sip"})
    used = {"agents": [{"id": "anna", "name": "Anna"}]}
    status, refused = await office.ask("DELETE", "/telephones/lobby")
    assert (status, refused["used_by"]) == (409, used)
    status, refused = await office.ask("PUT", "/telephones/lobby", made["telephone"] | {"user_id": "ben"})
    assert (status, refused["field"], refused["used_by"]) == (409, "user_id", used)
    await office.put("/agents/anna/routing", {"device": "browser"})
    changed = await office.put("/telephones/lobby", made["telephone"] | {"user_id": "ben"})
    assert changed["owner"]["name"] == "Ben"
    assert (office.agents.get("anna").sip_username, office.agents.get("ben").sip_username) == (None, "lobby")
    status, refused = await office.ask("POST", "/telephones", {"username": "second", "user_id": "ben"})
    assert (status, refused["field"]) == (409, "user_id")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"username": "a b"}, 422, "username"),
        ({"username": ""}, 422, "username"),
        ({"username": "LOBBY"}, 409, "username"),
        ({"user_id": "nobody"}, 422, "user_id"),
        ({"password": "x"}, 422, "password"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_field(phones: Phones, body: Any, status: int, field: str) -> None:
    await phones.office.post("/telephones", {"username": "lobby"})
    got, answer = await phones.office.ask("POST", "/telephones", body)
    assert (got, answer["field"]) == (status, field)


async def test_as_files_without_passwords(phones: Phones) -> None:
    await phones.office.post("/telephones", {"username": "lobby", "name": "Lobby", "user_id": "anna"})
    files = section(phones.set_up, phones.office.database)
    read = dict(await files.read())
    assert read == {"lobby": {"name": "Lobby", "agent": "anna@example.com", "disabled": False}}
    async with phones.office.database.session() as session:
        before = (await session.get_one(SipAccount, "lobby")).ha1_md5.raw
    assert files.put is not None
    await files.put("lobby", {**read["lobby"], "name": "Hall"}, True)
    await files.put("gate", {"name": "Gate", "agent": None, "disabled": False}, False)
    async with phones.office.database.session() as session:
        assert (await session.get_one(SipAccount, "lobby")).ha1_md5.raw == before
        assert (await session.get_one(SipAccount, "gate")).name == "Gate"


def test_what_is_typed_into_telephones() -> None:
    told = provisioning(
        server="cc.example", port=5060, realm="r", username="lobby", password="p&w", name='Lobby "A" <1>'
    )
    assert told.address == "sip:lobby@cc.example"
    linphone, baresip, wave = (each.text for each in told.files)
    assert "reg_proxy=<sip:cc.example>" in linphone
    assert "passwd=p&w" in linphone
    assert baresip.startswith("\"Lobby 'A' <1>\" <sip:lobby@cc.example>;auth_pass=p&w")
    assert "<AuthPass>p&amp;w</AuthPass>" in wave
    assert '<DisplayName>Lobby "A" &lt;1&gt;</DisplayName>' in wave
    assert len({len(row) for row in told.qr} | {len(told.qr)}) == 1
    assert set("".join(told.qr)) == {"0", "1"}
    assert provisioning(
        server="cc.example", port=5070, realm="r", username="lobby", password="x", name=""
    ).address.endswith("@cc.example:5070")
    assert told.transports == ["UDP", "TCP"]
