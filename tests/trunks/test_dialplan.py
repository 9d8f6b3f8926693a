from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.telephony import Route
from contactcenter.trunks.dialplan import Refusal, Standing, decide, may_call
from contactcenter.trunks.settings import Trunk, TrunkSettings


def trunk(trunk_id: str = "main", **changes: Any) -> Trunk:
    settings = {"name": trunk_id.title(), "kind": "by-address", "host": "sip.example.com", "allowed": ("+49",)}
    return Trunk(id=trunk_id, settings=TrunkSettings.model_validate(settings | changes), password="secret")


def ways(number: str, *standings: Standing, **options: Any) -> tuple[Route, ...]:
    found = decide(number, standings, country="DE", **options)
    assert not isinstance(found, Refusal), found
    return found


def why_not(number: str, *standings: Standing) -> Refusal:
    found = decide(number, standings, country="DE")
    assert isinstance(found, Refusal), found
    return found


def test_a_number_finds_its_way() -> None:
    one = trunk(number_format="national", dial_prefix="9", port=5080, transport="tcp", caller_id="+4930555")
    (way,) = ways("+49 30 12345", Standing(trunk=one))
    assert way.target_uri == "sip:903012345@sip.example.com:5080"
    assert way.from_uri == "sip:030555@sip.example.com"
    assert (way.host, way.port, way.transport, way.number) == ("sip.example.com", 5080, "tcp", "903012345")
    assert way.credentials is None


def test_the_account_and_the_number_shown_are_two_things() -> None:
    one = trunk(username="u1", caller_id="+4930555", caller_id_in="p-asserted-identity", domain="provider.example")
    (way,) = ways("03012345", Standing(trunk=one))
    assert way.from_uri == "sip:u1@provider.example"
    assert way.headers == (("p-asserted-identity", "<sip:+4930555@provider.example>"),)
    assert way.credentials is not None
    assert (way.credentials.username, way.credentials.password) == ("u1", "secret")
    assert "secret" not in repr(way)


def test_the_number_that_was_dialled_is_shown_when_it_is_ours() -> None:
    one = trunk(caller_id="+4930555")
    own = frozenset({("main", "+4930777")})
    assert ways("03012345", Standing(trunk=one), shown="+4930777", own=own)[0].from_uri.startswith("sip:+4930777@")
    assert ways("03012345", Standing(trunk=one), shown="+4930888", own=own)[0].from_uri.startswith("sip:+4930555@")
    fixed = trunk(caller_id="+4930555", own_numbers=False)
    assert ways("03012345", Standing(trunk=fixed), shown="+4930777", own=own)[0].from_uri.startswith("sip:+4930555@")


def test_trunks_stand_in_for_each_other_by_position() -> None:
    second, first = trunk("b", position=2), trunk("a", position=1)
    assert [way.trunk for way in ways("+4930123", Standing(trunk=second), Standing(trunk=first))] == ["a", "b"]
    down = Standing(trunk=first, down="The other side does not answer.")
    assert [way.trunk for way in ways("+4930123456", Standing(trunk=second), down)] == ["b"]


def test_each_refusal_is_a_sentence_with_what_to_do() -> None:
    one = trunk(max_calls=2)
    assert why_not("anna").sentence == '"anna" is no telephone number.'
    assert why_not("+4930123456").code == "no-trunk"
    assert why_not("+4930123456", Standing(trunk=trunk(enabled=False))).code == "no-trunk"
    foreign = why_not("+33123456789", Standing(trunk=one))
    assert (foreign.code, foreign.sentence) == (
        "not-allowed",
        "No trunk may call +33123456789: add its beginning to what Main may call.",
    )
    down = why_not("+4930123456", Standing(trunk=one, down="The other side does not answer."))
    assert (down.code, down.sentence) == (
        "trunks-down",
        "No trunk that may call +4930123456 is up. Main: The other side does not answer.",
    )
    full = why_not("+4930123456", Standing(trunk=one, calls=2))
    assert (full.code, full.sentence) == ("trunks-full", "As many calls are on as allowed at once: Main (2).")
    assert why_not("+4930123456", Standing(trunk=one, calls=1, ready=False)).code == "too-fast"


def test_nobody_may_be_called_until_somebody_says_so() -> None:
    assert why_not("+4930123456", Standing(trunk=trunk(allowed=()))).code == "not-allowed"


def test_the_longest_beginning_decides() -> None:
    settings = trunk(allowed=("+49", "+491377"), denied=("+49900", "+49137")).settings
    assert may_call(settings, "+4930123456")
    assert not may_call(settings, "+49900123456")
    assert not may_call(settings, "+49137123456")
    assert may_call(settings, "+491377123456")
    everybody = trunk(allowed=("*",), denied=("+882",)).settings
    assert may_call(everybody, "+33123456789")
    assert may_call(everybody, "1000")
    assert not may_call(everybody, "+882123456")


PREFIXES = st.lists(st.sampled_from(("*", "+4", "+49", "+4930", "+4989", "+33", "1")), max_size=4).map(tuple)
NUMBERS = st.sampled_from(("+4930123456", "+49891234567", "+33123456789", "+4412345678", "1000", "110"))


@st.composite
def standings(draw: st.DrawFn) -> list[Standing]:
    return [
        Standing(
            trunk=trunk(
                trunk_id,
                allowed=draw(PREFIXES),
                denied=draw(PREFIXES),
                position=draw(st.integers(0, 3)),
                enabled=draw(st.booleans()),
                max_calls=draw(st.sampled_from((None, 1, 5))),
            ),
            down=draw(st.sampled_from((None, "It is down."))),
            calls=draw(st.integers(0, 5)),
            ready=draw(st.booleans()),
        )
        for trunk_id in draw(st.sets(st.sampled_from("abcd")))
    ]


@given(NUMBERS, standings())
def test_a_way_is_never_one_that_may_not_be_taken(number: str, trunks: list[Standing]) -> None:
    found = decide(number, trunks, country="DE")
    by_id = {each.trunk.id: each for each in trunks}
    usable = {
        key
        for key, each in by_id.items()
        if each.trunk.settings.enabled
        and each.down is None
        and each.ready
        and may_call(each.trunk.settings, number)
        and (each.trunk.settings.max_calls is None or each.calls < each.trunk.settings.max_calls)
    }
    if isinstance(found, Refusal):
        assert not usable
        assert found.sentence.endswith(".")
        return
    assert {way.trunk for way in found} == usable
    positions = [by_id[way.trunk].trunk.settings.position for way in found]
    assert positions == sorted(positions)


@given(NUMBERS, PREFIXES, PREFIXES)
def test_taking_a_denial_away_never_closes_a_number(number: str, allowed: Any, denied: Any) -> None:
    if may_call(trunk(allowed=allowed, denied=denied).settings, number):
        assert may_call(trunk(allowed=allowed, denied=denied[1:]).settings, number)
