"""Who is told what about a ticket: once, whoever did it not, and after a crash too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contactcenter.api.problems import Problem
from contactcenter.identity.models import UserRole
from contactcenter.notifications.privacy import NoticePrivacy
from contactcenter.notifications.settings import NoticeGroup, PreferencesBody, ReadBody
from contactcenter.plugin import Cut, Person
from contactcenter.tickets.acting import SYSTEM
from contactcenter.tickets.automation.settings import RuleBody
from contactcenter.tickets.due import Due
from contactcenter.tickets.models import TicketEntry, TicketWatcher
from tests.tickets.bell import Bell, bell
from tests.tickets.desk import ANNA, BERT, CARA, CUSTOMER
from tests.tickets.test_due import policy


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bell]:
    async with bell(tmp_path) as made:
        yield made


async def watch(house: Bell, ticket: Any, user: str) -> None:
    async with house.desk.database.transaction() as session:
        session.add(TicketWatcher(ticket_id=ticket.id, user_id=user))


def body_of(group: NoticeGroup) -> ReadBody:
    return ReadBody(object_kind=group.object_kind, object_id=group.object_id)


async def test_who_gets_a_ticket_hears_of_it_unless_he_took_it(house: Bell) -> None:
    made = await house.desk.make(BERT, assignee="anna")
    assert await house.kinds("anna") == ["assigned"]
    group = (await house.heard("anna"))[0]
    assert (group.title, group.link, group.unread) == (f"{made.number} Printer broken", f"/tickets/{made.number}", 1)
    assert group.items[0].facts["who"] == "Bert"
    await house.desk.change(made, BERT, assignee="bert")
    assert await house.kinds("bert") == []
    await house.desk.change(made, SYSTEM, assignee="bert")
    await house.desk.change(made, SYSTEM, assignee="anna")
    assert await house.kinds("anna") == ["assigned", "assigned"]


async def test_a_team_hears_of_what_nobody_has_yet(house: Bell) -> None:
    await house.desk.make(BERT, team="north")
    assert await house.kinds("anna") == ["team"]
    await house.desk.make(BERT, team="north", assignee="bert")
    assert await house.kinds("anna") == ["team"]


async def test_mentions_answers_and_states(house: Bell) -> None:
    made = await house.desk.make(ANNA, assignee="anna", requester=CARA)
    await watch(house, made, "bert")
    await house.desk.say(made, "Look, @Bert", ANNA, kind="note", mentions=["bert"])
    assert await house.kinds("bert") == ["mentioned"]
    await house.desk.say(made, "It burns again", CUSTOMER)
    assert (await house.kinds("anna"), await house.kinds("bert")) == (["replied"], ["replied", "mentioned"])
    await house.desk.change(made, ANNA, state="in_progress")
    assert (await house.kinds("bert"))[0] == "state"
    assert await house.kinds("anna") == ["replied"]


async def test_who_does_not_see_it_is_told_nothing(house: Bell) -> None:
    """A planner has no right to see tickets; one whose role counts in another team sees those he watches."""
    made = await house.desk.make(ANNA, team="north")
    async with house.desk.database.transaction() as session:
        row = await session.get_one(UserRole, ("bert", "agent"))
        row.teams = ["south"]
    await house.desk.say(made, "@Plan @Bert", ANNA, kind="note", mentions=["plan", "bert"])
    assert (await house.kinds("plan"), await house.kinds("bert")) == ([], [])
    await watch(house, made, "bert")
    await house.desk.say(made, "@Bert", ANNA, kind="note", mentions=["bert"])
    assert await house.kinds("bert") == ["mentioned"]


async def test_warnings_and_breaches_reach_whom_the_policy_names(house: Bell) -> None:
    step = {"assign_user": None, "assign_team": None, "raise_priority": False}
    chain = [
        {"clock": "first_response", "percent": 80, "notify": ["leader"], **step},
        {"clock": "first_response", "percent": 100, "notify": ["watchers"], **step},
    ]
    await policy(house.desk, chain=chain)
    made = await house.desk.make(CUSTOMER, requester=CARA, priority="urgent", team="north", assignee="anna")
    await house.herald.drain()
    await watch(house, made, "bert")
    house.desk.pass_hours(0.85)
    await Due(house.desk.tickets).sweep()
    assert (await house.kinds("anna"), await house.kinds("bert")) == (["warned", "assigned"], ["warned"])
    house.desk.pass_hours(0.3)
    await Due(house.desk.tickets).sweep()
    assert (await house.kinds("anna"))[0] == "breached"
    assert await house.kinds("bert") == ["breached", "warned"]
    assert (await house.heard("bert"))[0].items[1].facts["percent"] == "80"


async def test_nothing_is_told_twice_and_nothing_lost_by_a_crash(house: Bell) -> None:
    await house.desk.make(BERT, assignee="anna")
    await house.herald.drain()
    await house.herald.remember()
    await house.herald.remember()
    made = await house.desk.make(BERT, assignee="anna")
    await house.desk.say(made, "@Anna", BERT, kind="note", mentions=["anna"])
    again = await house.another_herald()
    assert await again.catch_up() == 2
    assert await house.kinds("anna") == ["mentioned", "assigned", "assigned"]
    assert len(await house.mails(1)) == 1
    again = await house.another_herald()
    assert await again.catch_up() == 2
    assert await house.kinds("anna") == ["mentioned", "assigned", "assigned"]
    assert await house.mails(60) == []


async def test_an_import_of_the_past_is_no_news(house: Bell) -> None:
    made = await house.desk.make(BERT, assignee="anna")
    house.desk.pass_hours(24 * 3)
    assert await house.kinds("anna") == []
    await house.desk.say(made, "@Anna", BERT, kind="note", mentions=["anna"])
    assert await house.kinds("anna") == ["mentioned"]


async def test_mail_gathers_and_leaves_out_what_was_read(house: Bell) -> None:
    first = await house.desk.make(BERT, assignee="anna")
    assert await house.mails() == []
    sent = await house.mails(1)
    assert [(mail.to, mail.subject) for mail in sent] == [
        ("anna@example.com", f"{first.number} Printer broken: assigned to you")
    ]
    assert f"https://cc.example.com/tickets/{first.number}" in sent[0].text
    for _ in range(3):
        await house.desk.make(BERT, assignee="anna")
    [digest] = await house.mails(1)
    assert digest.subject == "3 notices"
    assert digest.text.count("assigned to you") == 3
    await house.desk.make(BERT, assignee="anna")
    group = (await house.heard("anna", unread=True))[0]
    assert await house.notices.read("anna", body_of(group)) == 4
    assert await house.mails(60) == []


async def test_everybody_is_told_as_he_wants_it(house: Bell) -> None:
    quiet = {"begin": "22:00", "end": "07:00"}
    wants = PreferencesBody.model_validate(
        {"kinds": {"ticket-assigned": {"app": False, "mail": True, "push": False}}, "quiet": quiet, "timezone": "UTC"}
    )
    await house.notices.prefer("anna", "Anna", wants)
    house.desk.pass_hours(14)
    await house.desk.make(BERT, assignee="anna")
    assert await house.kinds("anna") == []
    assert await house.mails(60) == []
    assert len(await house.mails(60 * 7)) == 1
    off = PreferencesBody.model_validate({"kinds": {"ticket-assigned": {"app": False, "mail": False, "push": False}}})
    await house.desk.make(BERT, assignee="anna")
    await house.herald.drain()
    await house.notices.prefer("anna", "Anna", off)
    assert await house.mails(60 * 48) == []


async def test_open_pages_hear_of_it_and_of_what_was_read(house: Bell) -> None:
    topic = house.live.topic("notices:anna")
    await house.desk.make(BERT, assignee="anna")
    await house.herald.drain()
    assert (topic.get("unread", "unread") or {})["count"] == 1
    await house.notices.read("anna", body_of((await house.heard("anna"))[0]))
    assert (topic.get("unread", "unread") or {})["count"] == 0


async def test_notices_are_forgotten_with_people_and_with_time(house: Bell) -> None:
    privacy = NoticePrivacy(house.desk.database)
    await house.desk.make(BERT, assignee="anna", requester=CARA)
    await house.desk.make(BERT, assignee="anna")
    await house.herald.drain()
    cara, anna = Person(customers=frozenset({CARA})), Person(users=frozenset({"anna"}))
    assert (await privacy.count(cara), await privacy.count(anna)) == (1, 2)
    assert [each.document["kind"] async for each in privacy.export(cara)] == ["ticket-assigned"]
    assert (await privacy.erase(cara, 10), await privacy.erase(cara, 10), await privacy.count(anna)) == (1, 0, 1)
    cut = Cut(before=house.notices.moment())
    assert (await privacy.count_older(cut)).count == 0
    house.desk.pass_hours(1)
    cut = Cut(before=house.notices.moment())
    assert (await privacy.count_older(cut)).count == 1
    assert (await privacy.delete_older(cut, 10), (await privacy.count_older(cut)).count) == (1, 0)


async def test_a_rule_tells_people_in_its_own_words(house: Bell) -> None:
    automation = house.desk.helpdesk.automation
    action = {"do": "notify", "users": ["leader", "anna", "watchers"], "text": "{requester.name} wrote again"}
    body = RuleBody.model_validate({"name": "Word", "events": ["customer_replied"], "actions": [action]})
    await automation.book.put(None, body)
    made = await house.desk.make(ANNA, requester=CARA, team="north")
    await house.desk.say(made, "Hello?", CUSTOMER)
    await automation.runner.drain()
    assert await house.kinds("bert") == ["rule"]
    [group] = await house.heard("anna")
    assert group.items[0].facts == {"who": "Word", "text": "Cara wrote again"}
    async with house.desk.database.session() as session:
        history = await session.scalars(select(TicketEntry.kind).where(TicketEntry.ticket_id == made.id))
        assert "notified" in set(history)
    [mail] = [mail for mail in await house.mails(1) if mail.to == "bert@example.com"]
    assert mail.subject == f"{made.number} Printer broken: Cara wrote again"


@pytest.mark.parametrize(
    ("wrong", "field"), [({"users": ["x"]}, "actions.0.users.0"), ({"text": "{x}"}, "actions.0.text")]
)
async def test_a_rule_tells_nobody_who_is_not_there(house: Bell, wrong: dict[str, Any], field: str) -> None:
    action = {"do": "notify", "users": ["anna"], "text": "Look", **wrong}
    body = RuleBody.model_validate({"name": "Word", "events": ["made"], "actions": [action]})
    with pytest.raises(Problem) as caught:
        await house.desk.helpdesk.automation.book.put(None, body)
    assert caught.value.extra["field"] == field
