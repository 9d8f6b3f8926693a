"""An engine brought back from its bytes is the engine: the same events from then on, and the same bytes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acd import commands as ask
from acd import floor, state
from acd.engine import Engine
from acd.memory import VERSION
from acd.model import AgentConfig, QueueConfig, members
from acd.snapshot import SnapshotError
from acd.strategies import STRATEGIES
from tests.fakes.any_day import Day, acts

STORED = Path(__file__).parent / "snapshots"


def follow(twin: Engine) -> Callable[..., None]:
    """Tell the twin everything, and hold its answers against those of the first."""

    def listen(at: float, command: ask.Command | None, events: list[object]) -> None:
        again = twin.tick(at) if command is None else twin.handle(command, at)
        assert again == events

    return listen


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(acts, max_size=60), st.lists(acts, max_size=60))
def test_a_restored_engine_goes_on_as_the_first_would_have(
    before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    day = Day()
    for kind, seed in before:
        day.act(kind, seed)
    twin = Engine.restore(day.engine.snapshot())
    assert twin.snapshot() == day.engine.snapshot()
    day.listen = follow(twin)
    for kind, seed in after:
        day.act(kind, seed)
        assert twin.next_deadline() == day.engine.next_deadline()
    assert twin.snapshot() == day.engine.snapshot()
    assert views(twin, day.now) == views(day.engine, day.now)


def views(engine: Engine, now: float) -> list[object]:
    return [
        [(engine.queue_view(each, now), engine.waiting(each)) for each in engine.queue_ids()],
        [engine.agent_view(each, now) for each in engine.agent_ids()],
        [(engine.contact_view(each), engine.estimate(each, now)) for each in engine.contact_ids()],
    ]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_long_day_is_brought_back_at_any_moment(strategy: str) -> None:
    random, day = Random(strategy), Day(strategy)
    kinds = ["enqueue"] * 5 + ["accept"] * 8 + ["end"] * 5 + ["wrap_up"] * 5 + ["presence"] * 4 + ["wait"] * 2
    kinds += ["reject", "requeue", "general"]
    for number in range(1500):
        rare = number % 100 == 50
        day.act("configure_agent" if rare else random.choice(kinds), random.getrandbits(30))
        if number % 50 == 0:
            twin = Engine.restore(day.engine.snapshot())
            assert twin.snapshot() == day.engine.snapshot()
            day.listen = follow(twin)
    assert twin.snapshot() == day.engine.snapshot()
    assert twin.holdings()["timers"] == day.engine.holdings()["timers"]


PROGRAM = """
import hashlib, msgspec, sys
from random import Random
from tests.fakes.any_day import WEIGHTS, Day
random, day = Random(5), Day()
said = hashlib.sha256()
day.listen = lambda at, command, events: said.update(msgspec.json.encode(events))
kinds = list(WEIGHTS)
for _ in range(400):
    day.act(random.choice(kinds), random.getrandbits(30))
said.update(day.engine.snapshot())
sys.stdout.write(said.hexdigest())
"""
SOURCES = str(Path(__file__).resolve().parents[2])


def test_every_process_says_and_writes_the_same_bytes() -> None:
    """The last one from the sources, whether or not this one runs compiled."""
    digests = set()
    here = ":".join(path for path in sys.path if path)
    for hash_seed, path in (("0", here), ("1", here), ("77", SOURCES)):
        environment = {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": path}
        run = subprocess.run(
            [sys.executable, "-P", "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
        )
        digests.add(run.stdout)
    assert len(digests) == 1
    assert all(len(digest) == 64 for digest in digests)


def test_whole_numbers_given_for_fractions_change_nothing() -> None:
    """A journal gives them back as fractions."""
    whole, fractions = Engine(), Engine()
    for engine, number in ((whole, int), (fractions, float)):
        engine.handle(ask.ConfigureQueue(QueueConfig("q", ring_timeout_s=number(9))), number(1000))
        engine.handle(ask.ConfigureAgent(AgentConfig("a", {}, members("q"))), number(1001))
        engine.handle(ask.EnqueueContact("c", "q", max_wait_s=number(60)), number(1002))
    assert whole.snapshot() == fractions.snapshot()


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"nonsense", msgspec.msgpack.encode({"version": 1}), msgspec.msgpack.encode([1, 2])]
)
def test_what_is_no_snapshot_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(SnapshotError):
        Engine.restore(data)


@pytest.mark.parametrize("version", [999, 0, -1])
def test_a_version_that_nobody_knows_is_refused(version: int) -> None:
    memory = msgspec.msgpack.decode(Engine().snapshot())
    with pytest.raises(SnapshotError, match=f"version {version}"):
        Engine.restore(msgspec.msgpack.encode(memory | {"version": version}))


def test_there_is_a_stored_snapshot_of_every_version() -> None:
    assert {path.name for path in STORED.iterdir()} == {f"version-{each}.msgpack" for each in range(1, VERSION + 1)}


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_snapshot_of_an_earlier_version_is_read_and_the_engine_goes_on(version: int) -> None:
    data = (STORED / f"version-{version}.msgpack").read_bytes()
    before = msgspec.msgpack.decode(data)
    engine = Engine.restore(data)
    assert before["version"] == version
    assert engine.contact_ids() == [each["contact_id"] for each in before["contacts"]]
    assert {name: str(engine.agent_view(name).presence) for name in engine.agent_ids()} == {
        each["config"]["agent_id"]: each["presence"] for each in before["agents"]
    }
    for each in before["contacts"]:
        view = engine.contact_view(each["contact_id"])
        assert (view.queued_at, view.priority, view.phase) == (each["clock"], each["priority"], each["phase"])
    again = Engine.restore(engine.snapshot())
    assert again.snapshot() == engine.snapshot()
    while (due := engine.next_deadline()) is not None:
        assert again.tick(due) == engine.tick(due)
    for contact_id in engine.contact_ids():
        for one in (engine, again):
            one.handle(ask.AbandonContact(contact_id), due or before["now"] + 1e6)
    assert again.snapshot() == engine.snapshot()


def test_of_forecasts_of_version_1_those_that_teach_something_are_kept() -> None:
    before = msgspec.msgpack.decode((STORED / "version-1.msgpack").read_bytes())
    groups = {each["contact_id"]: each["forecast"]["group"] for each in before["contacts"] if each["forecast"]}
    contacts = Engine.restore(msgspec.msgpack.encode(before)).floor.contacts
    kept = {name: contact.forecast.group for name, contact in contacts.items() if contact.forecast is not None}
    assert None in groups.values()
    assert kept == {name: group for name, group in groups.items() if group is not None} != {}


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damaged_bytes_give_an_engine_or_a_sentence(data: st.DataObject) -> None:
    day = Day()
    for kind, seed in data.draw(st.lists(acts, max_size=15)):
        day.act(kind, seed)
    snapshot = bytearray(day.engine.snapshot())
    for _ in range(data.draw(st.integers(1, 4))):
        snapshot[data.draw(st.integers(0, len(snapshot) - 1))] = data.draw(st.integers(0, 255))
    with suppress(SnapshotError):
        Engine.restore(bytes(snapshot))


WRITTEN_OR_BUILT = {
    "Floor": "agents contacts counted_reasons dynamic emptied guarded members now order out queues reasons sequence"
    " tables timers",
    "Queue": "ageing at_entry bits by_level by_tier config counters estimator lanes largest_weight leave_empty line"
    " max_wait members queue_id ringing seats staffed stages strategy target_wait_s vacant",
    "Lane": "by_ask cells channel heads members pools queue ready spare tiers turns",
    "Member": "agent bit calls last_ended place queue_id recent ring talk_s tier weight",
    "Agent": "activity activity_since agent_id config contact_id counted_pause_s handled idle_since in_pool lanes"
    " members misses offer pending pending_reason pooled presence presence_since queues ready_seq reason refused skills"
    " status status_since table times work wrap_ups",
    "Contact": "agent answered_at cell channel clock contact_id draws entered_at entry forecast indexed max_wait offers"
    " own_agent own_max_wait_s own_until phase preferred priority queue refused_by resting ring_next seed seq skills"
    " stage tried waited_s widen",
    "WrapUp": "agent contact_id deadline forced queue started_at timer work_started_at",
    "Offer": "agent contact expires_at timer",
    "Refusal": "agent contact lapse since",
}


@pytest.mark.parametrize("name", WRITTEN_OR_BUILT)
def test_no_field_of_the_engine_is_forgotten(name: str) -> None:
    """Whoever adds one has to write it in remember.py and recall.py, or to build it anew there."""
    kind = getattr(floor if name == "Floor" else state, name)
    fields = {
        *getattr(kind, "__slots__", ()),
        *getattr(kind, "__annotations__", ()),
        *getattr(kind, "__struct_fields__", ()),
        *getattr(kind, "__mypyc_attrs__", ()),
    } - {"__dict__"}
    if name == "Contact" and not hasattr(kind, "__mypyc_attrs__"):
        fields |= vars(kind(ask.EnqueueContact("c", "q"), 0.0, 1)).keys()
        fields |= {each for each, value in vars(kind).items() if not each.startswith("_") and not callable(value)}
    assert fields == set(WRITTEN_OR_BUILT[name].split())
