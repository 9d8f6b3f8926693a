"""Telephones by the dozen: a table brought in, looked at first, and taken out again."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from contactcenter.agents.models import SipAccount
from contactcenter.agents.telephone_import import TelephoneImport, TelephonesBody
from contactcenter.api.problems import Problem
from contactcenter.audit.models import AuditEntry
from contactcenter.telephony import RegistrationError, UserAgent
from tests.agents.test_telephones import Phones, client, phones
from tests.fakes.people import cookie

__all__ = ["client", "phones"]

FILE = """Username;Name;Agent;Disabled
lobby;Lobby;;no
;Reception 2;anna@example.com;
gate;Gate;nobody@example.com;
;;;
bad name;Attic;;
lobby2;Cellar;ANNA@example.com;
shed;Shed;;perhaps
lobby;Lobby;;no;more
LOBBY;Hall;;
"""


async def taken(phones: Phones, text: str = FILE, *, apply: bool = True) -> Any:
    status, answer = await phones.office.ask("POST", "/telephones/import", {"csv": text, "apply": apply})
    assert status == 200, answer
    return answer


async def usernames(phones: Phones) -> list[str]:
    async with phones.office.database.session() as session:
        return sorted(await session.scalars(select(SipAccount.username)))


async def test_good_lines_go_in_and_others_are_named(phones: Phones, client: UserAgent) -> None:
    preview = await taken(phones, apply=False)
    assert (preview["applied"], preview["added"], preview["changed"], preview["bad"]) == (False, 2, 0, 6)
    assert await usernames(phones) == []
    assert all(each["password"] is None for each in preview["items"])
    done = await taken(phones)
    told = [(each["line"], each["username"], each["what"], each["field"]) for each in done["items"]]
    assert told == [
        (2, "lobby", "add", None),
        (3, "reception-2", "add", None),
        (4, "gate", None, "agent"),
        (6, "bad name", None, "username"),
        (7, "lobby2", None, "agent"),
        (8, "shed", None, "disabled"),
        (9, "", None, "line"),
        (10, "LOBBY", None, "username"),
    ]
    assert (done["server"], done["port"], done["realm"]) == ("cc.example", 5070, "contactcenter")
    assert await usernames(phones) == ["lobby", "reception-2"]
    registration = await phones.register(client, "lobby", done["items"][0]["password"])
    assert registration.registered
    await registration.close()
    async with phones.office.database.session() as session:
        acts = list(await session.scalars(select(AuditEntry)))
    assert [entry.act for entry in acts].count("telephone.made") == 2
    assert not any(done["items"][0]["password"] in f"{entry.after}{entry.hidden}" for entry in acts)


async def test_who_is_there_is_changed_by_the_columns_there_are(phones: Phones, client: UserAgent) -> None:
    password = (await taken(phones))["items"][0]["password"]
    registration = await phones.register(client, "lobby", password)
    done = await taken(phones, "username,disabled\nlobby,yes\n")
    assert (done["added"], done["changed"], done["items"][0]["password"]) == (0, 1, None)
    lobby = await phones.office.get("/telephones/lobby")
    assert (lobby["name"], lobby["disabled"], lobby["contacts"]) == ("Lobby", True, [])
    with pytest.raises(RegistrationError):
        await registration.attempt()
    await taken(phones, "username,agent,name\nreception-2,,R\nlobby,anna@example.com,L\n")
    assert (await phones.office.get("/telephones/reception-2"))["user_id"] is None
    assert (await phones.office.get("/telephones/lobby"))["user_id"] == "anna"


async def test_what_is_taken_out_can_be_brought_in_again(phones: Phones) -> None:
    await taken(phones, "name,agent\n=1+1,anna@example.com\n")
    assert phones.office.client is not None
    async with phones.office.client.get("/api/v1/telephones/export", headers=cookie("administrator")) as response:
        assert (response.status, response.content_type) == (200, "text/csv")
        answer = await response.text()
    assert answer.splitlines() == [
        "username,name,agent,disabled,owner,state",
        "1-1,'=1+1,anna@example.com,no,Anna,away",
    ]
    before = await phones.office.get("/telephones/1-1")
    again = await taken(phones, answer)
    assert (again["added"], again["changed"], again["bad"]) == (0, 1, 0)
    assert await phones.office.get("/telephones/1-1") == before


@pytest.mark.parametrize(
    "text", ["", "agent\nx\n", "username,username\n", "username,password\n", 'name\n"x', "name\n" + "x\n" * 1001]
)
async def test_a_file_that_cannot_be_used(phones: Phones, text: str) -> None:
    with pytest.raises(Problem) as refused:
        await TelephoneImport(phones.set_up).take(TelephonesBody(csv=text))
    assert (refused.value.status, refused.value.extra["field"]) == (422, "csv")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(alphabet='abz,;"\n\t=@é\x00', max_size=40))
async def test_no_file_breaks_it(phones: Phones, text: str) -> None:
    with suppress(Problem):
        done = await TelephoneImport(phones.set_up).take(TelephonesBody(csv=f"username,name,agent\n{text}"))
        assert done.added + done.changed + done.bad == len(done.items)
    assert await usernames(phones) == []
