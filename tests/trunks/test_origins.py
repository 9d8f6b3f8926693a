from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.telephony.sip.message import Request, parse
from contactcenter.trunks.origins import Entrance, entrance_of, origin_of
from contactcenter.trunks.settings import Trunk, TrunkSettings


def invite(uri: str = "sip:030555@192.0.2.1", *, to: str = "sip:030555@192.0.2.1", **headers: str) -> Request:
    fields = {"from": '"Cara" <sip:0891234567@provider.example>;tag=1'} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    message = parse(
        f"INVITE {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.7;branch=z9hG4bK1\r\nTo: <{to}>\r\nCall-ID: 1\r\n"
        f"CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:203.0.113.7>\r\n{lines}Content-Length: 0\r\n\r\n".encode()
    )
    assert isinstance(message, Request)
    return message


def entrance(trunk_id: str = "main", *, token: str = "", resolved: tuple[str, ...] = (), **changes: Any) -> Entrance:
    settings = {"name": trunk_id, "kind": "by-address", "number_format": "national"} | changes
    return Entrance(
        trunk=Trunk(id=trunk_id, settings=TrunkSettings.model_validate(settings)),
        token=token,
        resolved=frozenset(resolved),
    )


def found(message: Request, host: str, *entrances: Entrance) -> str | None:
    entrance = entrance_of(message, host, entrances)
    return None if entrance is None else entrance.trunk.id


def test_the_most_exact_network_names_the_trunk() -> None:
    wide = entrance("wide", addresses=["203.0.113.0/24"])
    narrow = entrance("narrow", addresses=["203.0.113.7"])
    assert found(invite(), "203.0.113.7", wide, narrow) == "narrow"
    assert found(invite(), "203.0.113.8", wide, narrow) == "wide"
    assert found(invite(), "198.51.100.1", wide, narrow) is None
    assert found(invite(), "::ffff:203.0.113.7", wide, narrow) == "narrow"
    assert found(invite(), "no address", wide) is None
    assert found(invite(), "203.0.113.7", entrance(addresses=["203.0.113.7"], enabled=False)) is None


def test_what_we_registered_is_known_wherever_it_comes_from() -> None:
    first = entrance("first", kind="registering", username="u1", token="aaaa", resolved=("203.0.113.7",))
    second = entrance("second", kind="registering", username="u2", token="bbbb", resolved=("203.0.113.7",))
    assert found(invite("sip:u1@192.0.2.1;line=bbbb"), "198.51.100.9", first, second) == "second"
    assert found(invite("sip:u2@192.0.2.1"), "203.0.113.7", first, second) == "second"
    assert found(invite("sip:u1@192.0.2.1;line=wrong"), "198.51.100.9", first, second) is None
    assert found(invite("sip:u1@192.0.2.1;line"), "198.51.100.9", entrance(token="")) is None


@pytest.mark.parametrize(
    ("message", "called"),
    [
        (invite(), "+4930555"),
        (invite("sip:u1@192.0.2.1", to="sip:030777@192.0.2.1"), "+4930777"),
        (invite("sip:u1@192.0.2.1", p_called_party_id="<sip:030888@192.0.2.1>"), "+4930888"),
        (invite("sip:u1@192.0.2.1", to="sip:u1@192.0.2.1", p_called_party_id="<<broken"), "u1"),
        (invite("tel:+4930999"), "+4930999"),
    ],
)
def test_the_number_called_is_where_the_provider_puts_it(message: Request, called: str) -> None:
    trunk = entrance(kind="registering", username="u1")
    assert origin_of(message, trunk, "DE").called == called


def test_who_calls() -> None:
    trunk = entrance()
    assert origin_of(invite(), trunk, "DE").caller == "+49891234567"
    asserted = invite(p_asserted_identity='"Dora" <sip:030777@provider.example>')
    told = origin_of(asserted, trunk, "DE")
    assert (told.caller, told.caller_name) == ("+4930777", "Dora")
    assert origin_of(asserted, entrance(trust_identity=False), "DE").caller == "+49891234567"
    hidden = invite(p_asserted_identity="<sip:030777@provider.example>", privacy="header; id")
    assert (origin_of(hidden, trunk, "DE").caller, origin_of(hidden, trunk, "DE").caller_name) == ("anonymous", "")


@given(st.text(st.characters(blacklist_categories=["Cc", "Cs"]), max_size=60))
def test_no_asserted_identity_breaks_a_call(text: str) -> None:
    message = invite()
    message.headers["p-asserted-identity"] = [text]
    message.headers["privacy"] = [text]
    assert origin_of(message, entrance(), "DE").trunk == "main"
