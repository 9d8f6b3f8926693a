"""A push reaches the browser as it should, and no browser that is no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contactcenter.api.problems import Problem
from contactcenter.identity.models import Session
from contactcenter.notifications.settings import PreferencesBody, PushBody
from contactcenter.permissions import Principal
from tests.fakes.push_service import PushService, push_service
from tests.tickets.bell import Bell, bell
from tests.tickets.desk import BERT

ANNA = Principal(user_id="anna", email="anna@example.com", name="Anna", roles=(), session_id="s" * 32)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bell]:
    async with bell(tmp_path) as made:
        at = datetime.fromtimestamp(made.desk.now, UTC)
        row = Session(id=ANNA.session_id, token_hash="h", user_id="anna", created_at=at, last_seen_at=at,
                      authenticated_at=at, method="password", device="Firefox", address="192.0.2.1")  # fmt: skip
        async with made.desk.database.transaction() as session:
            session.add(row)
        yield made


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    async with push_service() as made:
        yield made


async def subscribed(house: Bell, service: PushService) -> None:
    await house.parts.pushing.add(ANNA, PushBody.model_validate(service.subscription()), "Firefox on Linux")


async def pushed(house: Bell, minutes: float = 0) -> int:
    await house.herald.drain()
    house.desk.pass_hours(minutes / 60)
    return await house.parts.pushing.sweep()


async def browsers(house: Bell) -> list[str]:
    return [each.device for each in (await house.parts.pushing.browsers(ANNA)).items]


async def test_the_browser_shows_what_has_happened(house: Bell, service: PushService) -> None:
    key = (await house.parts.pushing.browsers(ANNA)).key
    await subscribed(house, service)
    ticket = await house.desk.make(BERT, assignee="anna", subject="Zähler “kaputt”")
    assert await pushed(house) == 1
    assert service.got == [
        {
            "title": f"{ticket.number} Zähler “kaputt”",
            "text": "assigned to you",
            "link": f"/tickets/{ticket.number}",
            "tag": f"ticket:{ticket.id}",
        }
    ]
    assert service.headers["Content-Encoding"] == "aes128gcm"
    assert service.headers["Authorization"].endswith(f"k={key}")
    assert await pushed(house, 60) == 0
    assert (await house.parts.pushing.browsers(ANNA)).key == key


async def test_who_is_no_more_is_forgotten(house: Bell, service: PushService) -> None:
    await subscribed(house, service)
    service.status = 410
    await house.desk.make(BERT, assignee="anna")
    await pushed(house)
    assert await browsers(house) == []


async def test_a_service_that_is_away_is_tried_again_a_few_times(house: Bell, service: PushService) -> None:
    await subscribed(house, service)
    service.status = 503
    await house.desk.make(BERT, assignee="anna")
    assert [await pushed(house, 1.1) for _ in range(2)] == [1, 1]
    service.status = 201
    assert (await pushed(house, 1.1), len(service.got)) == (1, 1)
    service.status = 503
    await house.desk.make(BERT, assignee="anna")
    assert sum([await pushed(house, 1.1) for _ in range(9)]) == 5
    assert await browsers(house) == ["Firefox on Linux"]


async def test_it_ends_with_the_session(house: Bell, service: PushService) -> None:
    await subscribed(house, service)
    await house.desk.make(BERT, assignee="anna")
    await house.herald.drain()
    async with house.desk.database.transaction() as session:
        await session.delete(await session.get_one(Session, ANNA.session_id))
    assert (await pushed(house), service.got, await browsers(house)) == (0, [], [])


async def test_quiet_hours_hold_it_and_a_digest_does_not(house: Bell, service: PushService) -> None:
    await subscribed(house, service)
    quiet: Any = {"quiet": {"begin": "08:00", "end": "10:30"}, "timezone": "UTC", "digest": "daily"}
    await house.notices.prefer("anna", "Anna", PreferencesBody.model_validate(quiet))
    await house.desk.make(BERT, assignee="anna")
    assert await pushed(house, 80) == 0
    assert await pushed(house, 20) == 1


async def test_one_browser_is_one_persons_and_can_be_taken_away(house: Bell, service: PushService) -> None:
    await subscribed(house, service)
    await subscribed(house, service)
    [one] = (await house.parts.pushing.browsers(ANNA)).items
    assert (one.device, one.current) == ("Firefox on Linux", True)
    with pytest.raises(Problem) as caught:
        await house.parts.pushing.remove(Principal("bert", "", "", (), ""), one.id)
    assert caught.value.status == 404
    await house.parts.pushing.remove(ANNA, one.id)
    assert await browsers(house) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"p256dh": "A" * 87}, "p256dh"),
        ({"auth": "!" * 22}, "p256dh"),
        ({"endpoint": "http://push.example.com/1"}, "endpoint"),
        ({"endpoint": "https://push.\x84"}, "endpoint"),
    ],
)
async def test_what_is_no_browser_is_refused(
    house: Bell, service: PushService, change: dict[str, str], field: str
) -> None:
    house.parts.pushing._anywhere = False
    given = service.subscription() | {"endpoint": "https://push.example.com/1"} | change
    with pytest.raises(Problem) as caught:
        await house.parts.pushing.add(ANNA, PushBody.model_validate(given), "")
    assert caught.value.extra["field"] == field


async def test_nothing_inside_the_house_is_called(house: Bell, service: PushService) -> None:
    await subscribed(house, service)
    house.parts.pushing._anywhere = False
    await house.desk.make(BERT, assignee="anna")
    assert await pushed(house) == 1
    assert service.got == []
