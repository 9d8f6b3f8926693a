from __future__ import annotations

from tests.fakes.open_id import FakeOpenId
from tests.identity.sso.conftest import Place


async def test_a_linked_person_signs_in(place: Place, fake: FakeOpenId) -> None:
    await place.provider(fake, link_by_email=True)
    async with place.browser() as browser:
        answer = await browser.sign_in_by()
        assert answer.status == 200, await answer.text()
        assert (await answer.json())["email"] == "ann@example.com"
        assert (await browser.get("session"))["roles"] == ["agent"]
        sessions = await browser.get("account/sessions")
        assert sessions["items"][0]["method"] == "sso:corp"
