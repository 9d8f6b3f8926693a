"""How much one address may send: the buckets by themselves, and what an endpoint does with what is too much."""

from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.telephony import Origin, SipConfig, UserAgent
from contactcenter.telephony.sip.buckets import SourceBuckets
from contactcenter.telephony.sip.endpoint import Endpoint
from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.sip.message import Request
from tests.fakes.sip_network import OFFER

ONE, OTHER = Peer("udp", "192.0.2.1", 5060), Peer("udp", "192.0.2.2", 5060)
_numbers = count(1)


def test_a_bucket_fills_and_empties() -> None:
    buckets = SourceBuckets(3, 0.1)
    assert [buckets.take("a", 0) for _ in range(5)] == [True, True, True, False, False]
    assert buckets.take("b", 0)
    assert [buckets.take("a", 9), buckets.take("a", 10), buckets.take("a", 10)] == [False, True, False]
    buckets.empty("a")
    assert buckets.take("a", 10)
    for _ in range(5):
        buckets.fill("c", 0)
    assert buckets.is_full("c", 19)
    assert not buckets.is_full("c", 31)


def test_who_sends_from_ever_new_addresses_fills_no_memory() -> None:
    buckets = SourceBuckets(3, 0.1, max_sources=2)
    for number in range(5):
        buckets.fill(str(number), 0)
    assert len(buckets) == 2


_STEPS = st.lists(st.tuples(st.floats(0, 30), st.sampled_from("ab")), max_size=80)


@given(_STEPS, st.integers(1, 20), st.floats(0.01, 10))
def test_no_more_passes_than_the_bucket_holds_and_leaks(
    steps: list[tuple[float, str]], size: int, per_s: float
) -> None:
    """In every stretch of time, from any source; and who stays below the rate is never refused."""
    buckets, now = SourceBuckets(size, per_s), 0.0
    passed: dict[str, list[float]] = {"a": [], "b": []}
    last_tried: dict[str, float] = {}
    for wait, source in steps:
        now += wait
        taken = buckets.take(source, now)
        if taken:
            passed[source].append(now)
        if now - last_tried.get(source, -1e9) >= size / per_s:
            assert taken, "an empty bucket takes one"
        last_tried[source] = now
    for times in passed.values():
        for first in range(len(times)):
            for last in range(first, len(times)):
                assert last - first + 1 <= size + (times[last] - times[first]) * per_s + 1e-6


def request(method: str, *, to_tag: str = "", call_id: str = "", branch: str = "", content: str = "") -> bytes:
    number = next(_numbers)
    head = [
        f"{method} sip:1000@192.0.2.9 SIP/2.0",
        f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{branch or number}",
        "From: <sip:a@example.com>;tag=f",
        f"To: <sip:1000@192.0.2.9>{f';tag={to_tag}' if to_tag else ''}",
        f"Call-ID: {call_id or number}",
        f"CSeq: {1 if method in ('INVITE', 'CANCEL') else 2} {method}",
        "Contact: <sip:a@192.0.2.1>",
        *(["Content-Type: application/sdp"] if content else []),
        f"Content-Length: {len(content)}",
    ]
    return ("\r\n".join(head) + "\r\n\r\n" + content).encode()


class Far:
    """An endpoint that takes two requests at once from an address, and one more a second."""

    def __init__(self) -> None:
        buckets = SourceBuckets(2, 1)
        self.endpoint = Endpoint(lambda peer: ("192.0.2.9", 5060), flood=buckets.take)

    def send(self, data: bytes, peer: Peer = ONE, now: float = 0.0) -> list[str]:
        """The status lines of what is answered at once."""
        self.endpoint.receive(data, peer, now)
        return [text.split(b"\r\n")[0].decode() for text, _ in self.endpoint.take_output()]


def test_what_is_too_much_gets_no_answer_and_is_counted() -> None:
    far = Far()
    assert [far.send(request("OPTIONS")) for _ in range(2)] == [["SIP/2.0 200 OK"]] * 2
    held = len(far.endpoint.layer.server)
    for method in ("OPTIONS", "INVITE", "REGISTER", "BYE", "CANCEL"):
        assert far.send(request(method)) == []
    assert far.send(request("BYE", to_tag="made-up")) == [], "a tag that is none of ours is no way around"
    assert (far.endpoint.counters["flood"], len(far.endpoint.layer.server)) == (6, held)
    assert far.send(request("OPTIONS"), OTHER) == ["SIP/2.0 200 OK"]
    assert far.send(request("OPTIONS"), now=1.0) == ["SIP/2.0 200 OK"]


def test_a_connection_is_told_and_nonsense_is_not_answered_either() -> None:
    far = Far()
    for _ in range(2):
        far.send(request("OPTIONS"))
    assert far.send(request("OPTIONS"), ONE._replace(transport="tcp")) == ["SIP/2.0 503 Service Unavailable"]
    broken = request("OPTIONS").replace(b"CSeq: 2 OPTIONS", b"CSeq: x")
    assert far.send(broken) == []
    assert far.send(broken, OTHER)[0].startswith("SIP/2.0 400")


def test_calls_that_are_on_go_on() -> None:
    far = Far()
    invite = request("INVITE", call_id="c", branch="i", content=OFFER)
    far.send(invite)
    ((session, _),) = far.endpoint.take_events()
    assert session.dialog is not None
    for _ in range(9):
        far.send(request("OPTIONS"))
    assert far.send(invite) == ["SIP/2.0 100 Trying"], "the same once more is nothing new"
    in_dialog = request("INFO", call_id="c", to_tag=session.dialog.local_tag)
    assert far.send(in_dialog)[0].startswith("SIP/2.0")
    assert "SIP/2.0 200 OK" in far.send(request("CANCEL", call_id="c", branch="i"))


class OneTrunk:
    def origin(self, invite: Request, source: Peer) -> Origin | None:
        return None

    def knows(self, host: str) -> bool:
        return host == "198.51.100.1"

    def names_of(self, host: str) -> frozenset[str]:
        return frozenset()

    def has_room(self, trunk: str) -> bool:
        return True


async def test_trunks_and_this_machine_are_not_counted() -> None:
    config = SipConfig(advertised_host="192.0.2.9", requests_per_s=0.1)
    agent = UserAgent(config, trunks=OneTrunk())
    for host, answered in (("198.51.100.1", 5), ("127.0.0.1", 5), ("198.51.100.2", 1)):
        for _ in range(5):
            agent.endpoint.receive(request("OPTIONS"), Peer("udp", host, 5060), 0.0)
        assert len(agent.endpoint.take_output()) == answered
    assert agent.counters["flood"] == 4
