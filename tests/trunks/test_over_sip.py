"""Trunks over real sockets: registered, called, calling, refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from contactcenter.metrics import Metrics
from contactcenter.telephony import CallEnded, CallRejected, Credentials, RegistrationError
from contactcenter.telephony.sip.message import Request
from contactcenter.trunks.dialplan import Refusal
from tests.fakes.sip_network import ANSWER, OFFER
from tests.fakes.trunk_house import Provider, TrunkHouse, open_provider, open_trunk_house, scripted
from tests.fakes.waiting import until


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with open_provider() as provider:
        yield provider


@pytest.fixture
async def house(tmp_path: Path, provider: Provider) -> AsyncIterator[TrunkHouse]:
    """After the provider, so that its trunks can be unregistered."""
    async with open_trunk_house(tmp_path) as house:
        yield house


async def is_up(house: TrunkHouse, trunk: str = "main") -> None:
    await until(lambda: house.shown(trunk).state == "up", f"{trunk} up")


async def test_registered_with_digest_and_called_at_its_contact(house: TrunkHouse, provider: Provider) -> None:
    await house.registering(provider)
    await is_up(house)
    (contact,) = provider.contacts()
    assert ";line=" in contact.uri
    call = provider.agent.invite_account(
        "u1",
        from_uri="sip:03012345@provider.test",
        offer=OFFER,
        headers=[("p-called-party-id", "<sip:030555@provider.test>")],
    )
    assert call is not None
    await until(lambda: house.calls, "the call")
    (seen,) = house.calls
    assert (seen.trunk, seen.called, seen.remote_number) == ("main", "+4930555", "+493012345")
    assert house.agent.calls_on("main") == 1
    call.hangup()
    await until(lambda: house.agent.calls_on("main") == 0, "the end")


async def test_figures_of_trunks(house: TrunkHouse, provider: Provider) -> None:
    metrics = Metrics()
    house.trunks.count_on(metrics)
    await house.by_address(provider, name="Good")
    await house.by_address(provider, name="Off", enabled=False)
    line, _ = house.line()
    await house.trunks.place(line, "+4930123456")
    text = metrics.render().decode()
    assert 'trunk_up{trunk="good"} 1' in text
    assert 'trunk_up{trunk="off"} 0' in text
    assert 'trunk_calls{trunk="good"} 1' in text
    await line.close()


async def test_a_changed_trunk_registers_anew_and_a_removed_one_is_unregistered(
    house: TrunkHouse, provider: Provider
) -> None:
    made = await house.registering(provider)
    await is_up(house)
    before = provider.contacts()
    status, _ = await house.ask("PUT", "/trunks/main", made | {"allowed": ["+49"]})
    assert status == 200
    assert provider.contacts() == before  # nothing about the registration has changed
    status, _ = await house.ask("PUT", "/trunks/main", made | {"expires_s": 600})
    assert status == 200
    await is_up(house)
    assert provider.contacts() != before
    status, _ = await house.ask("DELETE", "/trunks/main")
    assert status == 204
    assert provider.contacts() == []


async def test_registered_again_after_a_restart(tmp_path: Path, provider: Provider) -> None:
    async with open_trunk_house(tmp_path) as house:
        await house.registering(provider)
        await is_up(house)
        token = provider.contacts()[0].uri
        # As when it is killed: nobody says goodbye.
        for line in house.trunks._lines.values():
            for task in line._tasks:
                task.cancel()
        house.trunks._lines.clear()
    assert provider.contacts()[0].uri == token
    async with open_trunk_house(tmp_path) as house:
        await is_up(house)
        assert any(contact.uri != token for contact in provider.contacts())


@pytest.mark.parametrize(
    ("code", "state", "sentence"),
    [
        (403, "refused", "The registrar refused: 403 Forbidden. Check user name and password."),
        (404, "refused", "The registrar refused: 404 Not Found. It does not know this user at this domain."),
        (503, "down", "The registrar refused: 503 Service Unavailable."),
    ],
)
async def test_a_refused_registration_is_shown_with_its_code(
    house: TrunkHouse, code: int, state: str, sentence: str
) -> None:
    async with scripted(lambda request: code) as peer:
        await house.registering(peer)  # type: ignore[arg-type]  # only its port counts
        await until(lambda: house.shown("main").state == state, state)
        shown = house.shown("main")
        assert (shown.code, shown.sentence) == (code, sentence)
        assert house.told["trunk:main"] == f"Trunk Main: {sentence}"
        status, trunk = await house.ask("GET", "/trunks/main")
        assert (status, trunk["state"]["state"], trunk["state"]["code"]) == (200, state, code)
        refusal = house.trunks.route("+4930123456")
        assert isinstance(refusal, Refusal)


async def test_a_challenge_of_a_proxy_is_answered(house: TrunkHouse) -> None:
    def challenge(request: Request) -> Any:
        if "proxy-authorization" in request.headers:
            return 200, [("contact", f"{request.first('contact')};expires=120")]
        return 407, [("proxy-authenticate", 'Digest realm="p", nonce="n", algorithm=MD5, qop="auth"')]

    async with scripted(challenge) as peer:
        await house.registering(peer)  # type: ignore[arg-type]  # only its port counts
        await is_up(house)
        assert [request.method for request in peer.requests] == ["REGISTER", "REGISTER"]


async def test_called_by_address_with_numbers_in_one_form(house: TrunkHouse, provider: Provider) -> None:
    await house.by_address(provider, number_format="national", addresses=["127.0.0.1"])
    target = f"sip:030555@127.0.0.1:{house.agent.port}"
    provider.agent.invite(
        target,
        from_uri="sip:anonymous@anonymous.invalid",
        offer=OFFER,
        headers=[("p-asserted-identity", '"Cara" <sip:0891234567@provider.test>')],
    )
    await until(lambda: house.calls, "the call")
    (call,) = house.calls
    assert (call.trunk, call.called, call.remote_number, call.remote_name) == (
        "main",
        "+4930555",
        "+49891234567",
        "Cara",
    )


async def test_strangers_are_refused_when_only_trunks_and_telephones_may_call(tmp_path: Path) -> None:
    async with (
        open_trunk_house(tmp_path, unknown_callers="refuse") as house,
        open_provider() as provider,
        open_provider(host="127.0.0.2") as stranger,
    ):
        await house.by_address(provider, addresses=["127.0.0.1"])
        target = f"sip:1000@127.0.0.1:{house.agent.port}"
        refused: list[object] = []
        call = stranger.agent.invite(target, from_uri="sip:anyone@example.com", offer=OFFER)
        call.on_event = refused.append
        await until(lambda: refused, "the refusal")
        assert refused == [CallRejected(403, "Forbidden")]
        assert house.agent.counters["unknown_caller"] == 1
        # A telephone proves who it is, wherever it calls from.
        heard: list[object] = []
        phone = stranger.agent.invite(
            target, from_uri="sip:desk@elsewhere.example", offer=OFFER, credentials=Credentials("desk", "secret")
        )
        phone.on_event = heard.append
        provider.agent.invite(target, from_uri="sip:anyone@example.com", offer=OFFER)
        await until(lambda: len(house.calls) == 2, "both calls")
        assert {each.trunk for each in house.calls} == {None, "main"}
        wrong = stranger.agent.invite(
            target, from_uri="sip:desk@elsewhere.example", offer=OFFER, credentials=Credentials("desk", "wrong")
        )
        outcome: list[object] = []
        wrong.on_event = outcome.append
        await until(lambda: outcome, "the refusal")
        assert isinstance(outcome[0], CallRejected)


async def test_a_trunk_is_full(house: TrunkHouse, provider: Provider) -> None:
    await house.by_address(provider, addresses=["127.0.0.1"], max_calls=1)
    target = f"sip:1000@127.0.0.1:{house.agent.port}"
    first = provider.agent.invite(target, from_uri="sip:0891@x.test", offer=OFFER)
    await until(lambda: house.calls, "the first call")
    refused: list[object] = []
    provider.agent.invite(target, from_uri="sip:0892@x.test", offer=OFFER).on_event = refused.append
    await until(lambda: refused, "the refusal")
    assert refused == [CallRejected(486, "Busy Here")]
    line, heard = house.line()
    full = await house.trunks.place(line, "+4930123456")
    assert isinstance(full, Refusal)
    assert full.sentence == "As many calls are on as allowed at once: Main (1)."
    assert house.plane.legs == {}
    first.hangup()
    await until(lambda: house.agent.calls_on("main") == 0, "the end")
    assert not isinstance(await house.trunks.place(line, "+4930123456"), Refusal)
    assert heard == []


async def test_an_outside_call_with_digest(house: TrunkHouse, provider: Provider) -> None:
    await house.registering(provider, allowed=["+49"], caller_id="+4930555", caller_id_in="p-preferred-identity")
    await is_up(house)
    line, heard = house.line()
    placed = await house.trunks.place(line, "030 123456", display_name="Contact Center")
    assert not isinstance(placed, Refusal)
    await until(lambda: provider.calls, "the call")
    (call,) = provider.calls
    assert call.request_uri_user == "+4930123456"
    assert call.remote_number == "u1"
    assert call.header("P-Preferred-Identity") == "<sip:+4930555@provider.test>"
    assert call.offer is not None
    assert "RTP/AVP 8 0 101" in call.offer
    assert house.agent.calls_on("main") == 1
    call.answer(ANSWER)
    await until(lambda: heard, "the answer")
    assert heard == ["answered"]
    assert house.plane.answers == {"line-1": ANSWER}
    call.hangup()
    await until(lambda: heard == ["answered", "bye"], "the end")
    assert house.agent.calls_on("main") == 0


async def test_the_next_trunk_takes_over(house: TrunkHouse, provider: Provider) -> None:
    async with scripted(lambda request: 503) as broken, open_provider() as second:
        await house.by_address(broken, name="First", position=1)
        await house.by_address(second, name="Second", position=2, username="u1", password="right")
        line, heard = house.line()
        placed = await house.trunks.place(line, "+4930123456")
        assert not isinstance(placed, Refusal)
        await until(lambda: second.calls, "the call at the second")
        assert [route.trunk for route in placed.tried] == ["first", "second"]
        second.calls[0].answer(ANSWER)
        await until(lambda: heard == ["answered"], "the answer")
        assert house.agent.calls_on("first") == 0
        await line.close()


async def test_a_trunk_that_is_known_to_be_down_is_not_tried(house: TrunkHouse, provider: Provider) -> None:
    async with scripted(lambda request: 503) as broken:
        await house.by_address(broken, name="First", position=1, options_s=1)
        await house.by_address(provider, name="Second", position=2)
        await until(lambda: house.shown("first").state == "down", "the first is down")
        route = house.trunks.route("+4930123456")
        assert not isinstance(route, Refusal)
        assert route.trunk == "second"
        assert house.told["trunk:first"] == "Trunk First: The other side answers 503: it takes no calls now."


async def test_who_is_busy_is_busy_by_every_trunk(house: TrunkHouse, provider: Provider) -> None:
    provider.refuse_with = 486
    async with open_provider() as second:
        await house.by_address(provider, name="First", position=1)
        await house.by_address(second, name="Second", position=2)
        line, heard = house.line()
        await house.trunks.place(line, "+4930123456")
        await until(lambda: heard, "the refusal")
        assert heard == ["rejected 486"]
        assert second.calls == []


async def test_nobody_answers_in_time(house: TrunkHouse, provider: Provider) -> None:
    await house.by_address(provider)
    line, heard = house.line()
    placed = await house.trunks.place(line, "+4930123456", ring_s=0.1)
    assert not isinstance(placed, Refusal)
    await until(lambda: heard, "the end")
    assert heard == ["timeout"]
    await until(lambda: provider.calls[0].ended, "the cancel")
    assert house.agent.calls_on("main") == 0


async def test_hung_up_while_it_rings(house: TrunkHouse, provider: Provider) -> None:
    await house.by_address(provider)
    line, heard = house.line()
    ended: list[object] = []
    await house.trunks.place(line, "+4930123456")
    await until(lambda: provider.calls, "the call")
    provider.calls[0].on_event = ended.append
    await line.close()
    await until(lambda: ended, "the cancel")
    assert isinstance(ended[0], CallEnded)
    assert heard == []


async def test_too_many_calls_in_a_second(house: TrunkHouse, provider: Provider) -> None:
    await house.by_address(provider, calls_per_second=1)
    line, _ = house.line()
    assert not isinstance(await house.trunks.place(line, "+4930123456"), Refusal)
    again = await house.trunks.place(house.line()[0], "+4930123456")
    assert isinstance(again, Refusal)
    assert again.code == "too-fast"
    await line.close()


async def test_a_registration_can_be_refused_to_whoever_asks_once(provider: Provider, house: TrunkHouse) -> None:
    credentials = Credentials("u1", "wrong")
    target = f"sip:u1@127.0.0.1:{provider.port}"
    with pytest.raises(RegistrationError) as refused:
        await house.agent.register(target, f"sip:127.0.0.1:{provider.port}", credentials)
    assert refused.value.code == 401
    await asyncio.sleep(0)
