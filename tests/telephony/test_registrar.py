"""The registrar's bindings (RFC 3261 §10.3)."""

from __future__ import annotations

from collections import Counter

from contactcenter.telephony import Account, Credentials, SipConfig, hash_account
from contactcenter.telephony.registrar import Gatekeeper, Registrar
from contactcenter.telephony.sip.auth import DigestClient
from contactcenter.telephony.sip.headers import parse_name_addr
from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.sip.message import Request, Response

PEER = Peer("udp", "198.51.100.7", 40_001)


class Accounts:
    def lookup(self, username: str) -> Account | None:
        return hash_account(username, "cc.test", "secret") if username in ("alice", "bob") else None


class Phone:
    """Registers with the registrar directly; ``now`` is the clock of both."""

    def __init__(self, username: str = "alice", **config: object) -> None:
        self.now = 1_000.0
        self.counters: Counter[str] = Counter()
        settings = SipConfig(realm="cc.test", **config)  # type: ignore[arg-type]
        gatekeeper = Gatekeeper(settings, Accounts(), lambda name: self.counters.update([name]))
        self.registrar = Registrar(settings, gatekeeper, lambda: self.now)
        self.digest = DigestClient(Credentials(username, "secret"))
        self.username = username
        self.cseq = 0

    def send(
        self, *contacts: str, aor: str = "", expires: str = "", call_id: str = "one", cseq: int = 0, peer: Peer = PEER
    ) -> Response:
        response = self.try_once(*contacts, aor=aor, expires=expires, call_id=call_id, cseq=cseq, peer=peer)
        if response.status == 401 and self.digest.challenged(response):
            response = self.try_once(*contacts, aor=aor, expires=expires, call_id=call_id, cseq=cseq, peer=peer)
        return response

    def try_once(self, *contacts: str, aor: str, expires: str, call_id: str, cseq: int, peer: Peer) -> Response:
        self.cseq += 1
        aor = aor or f"sip:{self.username}@cc.test"
        headers = {
            "via": ["SIP/2.0/UDP 10.0.0.5;branch=z9hG4bKa"],
            "from": [f"<{aor}>;tag=1"],
            "to": [f"<{aor}>"],
            "call-id": [call_id],
            "cseq": [f"{cseq or self.cseq} REGISTER"],
        }
        if contacts:
            headers["contact"] = list(contacts)
        if expires:
            headers["expires"] = [expires]
        request = Request(
            headers=headers,
            to=parse_name_addr(f"<{aor}>", "To"),
            call_id=call_id,
            cseq=cseq or self.cseq,
            method="REGISTER",
            uri="sip:cc.test",
        )
        self.digest.authorize(request)
        return self.registrar.handle(request, peer, self.now)

    def uris(self) -> list[str]:
        return [contact.uri for contact in self.registrar.contacts(self.username)]


def test_a_binding_keeps_where_it_came_from_and_expires() -> None:
    phone = Phone()
    response = phone.send("<sip:alice@10.0.0.5:5062>", expires="60")
    assert response.status == 200
    assert response.headers["contact"] == ["<sip:alice@10.0.0.5:5062>;expires=60"]
    [contact] = phone.registrar.contacts("alice")
    assert contact.peer == PEER
    phone.now += 59
    assert phone.uris() == ["sip:alice@10.0.0.5:5062"]
    phone.now += 1
    assert phone.uris() == []


def test_several_contacts_the_latest_first() -> None:
    phone = Phone()
    phone.send("<sip:alice@10.0.0.5>;expires=100, <sip:alice@10.0.0.6>;expires=200")
    assert phone.uris() == ["sip:alice@10.0.0.6", "sip:alice@10.0.0.5"]
    phone.send("<sip:alice@10.0.0.6>;expires=0")
    assert phone.uris() == ["sip:alice@10.0.0.5"]


def test_no_contact_asks_what_is_bound() -> None:
    phone = Phone()
    phone.send("<sip:alice@10.0.0.5>;expires=100")
    assert phone.send().headers["contact"] == ["<sip:alice@10.0.0.5>;expires=100"]


def test_a_star_removes_all_but_only_alone_and_with_expires_0() -> None:
    phone = Phone()
    phone.send("<sip:alice@10.0.0.5>", "<sip:alice@10.0.0.6>")
    assert phone.send("*").status == 400
    assert phone.send("*", "<sip:alice@10.0.0.7>", expires="0").status == 400
    assert len(phone.uris()) == 2
    assert phone.send("*", expires="0").status == 200
    assert phone.uris() == []


def test_too_brief_is_refused_with_the_minimum_and_changes_nothing() -> None:
    phone = Phone()
    response = phone.send("<sip:alice@10.0.0.5>;expires=300, <sip:alice@10.0.0.6>;expires=5")
    assert response.status == 423
    assert response.headers["min-expires"] == ["30"]
    assert phone.uris() == []


def test_an_old_sequence_number_changes_nothing() -> None:
    phone = Phone()
    phone.send("<sip:alice@10.0.0.5>", cseq=50)
    assert phone.send("<sip:alice@10.0.0.5>;expires=0", cseq=49).status == 500
    assert len(phone.uris()) == 1
    assert phone.send("<sip:alice@10.0.0.5>;expires=0", cseq=1, call_id="restarted").status == 200
    assert phone.uris() == []


def test_the_number_of_contacts_is_bounded() -> None:
    phone = Phone(max_contacts=3)
    for number in range(6):
        phone.now += 1
        phone.send(f"<sip:alice@10.0.0.{number}>", call_id=str(number))
    assert phone.uris() == ["sip:alice@10.0.0.5", "sip:alice@10.0.0.4", "sip:alice@10.0.0.3"]


def test_nobody_registers_for_another() -> None:
    phone = Phone()
    assert phone.send("<sip:alice@10.0.0.5>", aor="sip:bob@cc.test").status == 403
    assert phone.send("<sip:alice@10.0.0.5>", aor="sip:mallory@cc.test").status == 403
    assert phone.send("<sip:alice@10.0.0.5>", aor="sip:cc.test").status == 404
    assert Phone("mallory").send("<sip:m@10.0.0.5>").status == 401


def test_malformed_contacts_and_endless_lifetimes() -> None:
    phone = Phone()
    assert phone.send("<sip:alice@10.0.0.5").status == 400
    assert phone.send("<tel:+1>").status == 400
    response = phone.send("<sip:alice@10.0.0.5>;expires=999999999")
    assert response.headers["contact"] == ["<sip:alice@10.0.0.5>;expires=3600"]


def test_a_phone_that_comes_back_empty_handed_is_offered_md5_alone() -> None:
    phone = Phone()
    bare = {"aor": "", "expires": "", "call_id": "one", "cseq": 0, "peer": PEER}
    first = phone.try_once("<sip:alice@10.0.0.5>", **bare)  # type: ignore[arg-type]
    assert ["algorithm=MD5" in value for value in first.headers["www-authenticate"]] == [True, False]
    second = phone.try_once("<sip:alice@10.0.0.5>", **bare)  # type: ignore[arg-type]
    assert ["algorithm=MD5" in value for value in second.headers["www-authenticate"]] == [True]


def test_guessing_shuts_the_source_out() -> None:
    phone = Phone()
    phone.digest = DigestClient(Credentials("alice", "guess"))
    statuses = [phone.send("<sip:alice@10.0.0.5>").status for _ in range(12)]
    assert statuses[0] == 401
    assert statuses[-1] == 503
    phone.digest = DigestClient(Credentials("alice", "secret"))
    assert phone.send("<sip:alice@10.0.0.5>", peer=Peer("udp", "203.0.113.1", 1)).status == 200
    phone.now += 60
    assert phone.send("<sip:alice@10.0.0.5>").status == 200
