"""Contacts in line are moved and prioritised by a supervisor, and put back. On a clock that jumps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from acd.commands import ConfigureQueue
from acd.model import QueueConfig
from contactcenter import actor as actors
from contactcenter.actor import Actor
from contactcenter.api.live import Live
from contactcenter.api.problems import Problem
from contactcenter.audit.acts import Act
from contactcenter.calls.commands import problem_of
from contactcenter.calls.phases import NotPossibleError
from contactcenter.flows.model import Flow
from contactcenter.interactions.models import InteractionEvent
from contactcenter.permissions import Principal, Scope
from contactcenter.queues.models import Queue
from contactcenter.queues.permissions import QUEUES_ACT
from contactcenter.queues.reach import Reach
from contactcenter.storage.database import Database
from contactcenter.storage.journal import Insert
from contactcenter.supervision.day import Day
from contactcenter.supervision.line import act_on_lines
from contactcenter.supervision.wallboard import FLUSH_S, Wallboard
from tests.fakes.call_world import MAIN, CallWorld, RosterQueues
from tests.fakes.people import person
from tests.fakes.virtual_time import VirtualLoop


class TwoQueues(RosterQueues):
    async def reload(self) -> None:
        await super().reload()
        self._queues["help"] = Queue(id="help", name="Help", service_level_target_s=20.0, service_level_goal=0.8)
        # Its own rule would give a contact that comes again a new clock.
        self._driver.submit(ConfigureQueue(QueueConfig("help", ring_timeout_s=5.0, keeps_clock=False)))


class Floor(CallWorld):
    """A call world with two queues, a wallboard and a supervisor; nobody serves Help."""

    def __init__(self, flow: Flow = MAIN) -> None:
        super().__init__(flow=flow)
        self.queues.__class__ = TwoQueues
        live = cast(Live, self.live)
        self.day = Day(UTC)
        reach = Reach(cast(Database, None))
        self.wallboard = Wallboard(
            self.driver, self.queues, self.agents, self.calls, live, self.bus, self.day, reach=reach
        )
        self.noted: list[Act] = []
        act_on_lines(self.driver, self.queues, self.agents, self.calls, self.wallboard, live, self.noted.append)
        self.sue = person("supervisor", "sue")

    async def start(self) -> None:
        await super().start()
        self.wallboard.refresh()

    async def stop(self) -> None:
        await super().stop()
        self.wallboard.stop()

    def board(self, collection: str) -> dict[str, dict[str, Any]]:
        return self.live.topic("wallboard").snapshot().get(collection, {})

    def line(self, queue: str) -> list[str]:
        """Who waits there according to the wallboard, in order."""
        rows = [row for row in self.board("contacts").values() if row["queue_id"] == queue and row["position"]]
        return [row["id"] for row in sorted(rows, key=lambda row: int(row["position"]))]

    async def callers(self, count: int) -> list[str]:
        """So many more, one second apart, waiting in Sales; in order."""
        for _ in range(count):
            before = len(self.driver.engine.contact_ids())
            self.dial()
            while len(self.driver.engine.contact_ids()) == before:
                await asyncio.sleep(1)
        await asyncio.sleep(FLUSH_S)
        return self.line("sales")[-count:]

    async def sue_does(self, name: str, **args: Any) -> Any:
        """The data answered, or the Problem; afterwards the wallboard is up to date."""
        model, handler = self.live.commands[name]
        answer: Any
        with actors.acting(Actor(kind="user", id="sue", name="Sue")):
            try:
                answer = await handler(self.sue, model.model_validate(args))
            except (Problem, NotPossibleError) as refused:
                answer = problem_of(refused) or refused
        await asyncio.sleep(FLUSH_S)
        return answer

    def story(self, interaction_id: str, event_type: str) -> list[dict[str, Any]]:
        inserts = [each for each in self.journal.records if isinstance(each, Insert)]
        events = [each.values for each in inserts if each.model is InteractionEvent]
        return [e["data"] for e in events if e["interaction_id"] == interaction_id and e["type"] == event_type]


def play(scene: Callable[[Floor], Coroutine[Any, Any, None]]) -> Floor:
    async def run() -> Floor:
        floor = Floor()
        await floor.start()
        try:
            await scene(floor)
            await floor.finish()
        finally:
            await floor.stop()
        return floor

    loop = VirtualLoop()
    try:
        return loop.run_until_complete(run())
    finally:
        loop.close()


def refused(answer: Any) -> tuple[str, str]:
    assert isinstance(answer, Problem), answer
    return answer.type_slug, answer.detail


def test_a_higher_priority_goes_first_and_taken_back_it_has_its_old_place() -> None:
    async def scene(floor: Floor) -> None:
        first, second, third = await floor.callers(3)
        assert await floor.sue_does("contact.prioritize", interaction_id=third, priority=5) == {
            "queue_id": "sales",
            "priority": 0,
        }
        assert floor.line("sales") == [third, first, second]
        assert floor.board("contacts")[third]["priority"] == 5
        assert await floor.sue_does("contact.prioritize", interaction_id=third, priority=0) == {
            "queue_id": "sales",
            "priority": 5,
        }
        assert floor.line("sales") == [first, second, third]

    play(scene)


def test_a_moved_contact_keeps_its_clock_and_comes_back_to_its_place() -> None:
    async def scene(floor: Floor) -> None:
        first, second, third = await floor.callers(3)
        since = floor.board("contacts")[second]["queued_at"]
        move = {"interaction_id": second, "from_queue_id": "sales", "queue_id": "help", "priority": 7}
        before = await floor.sue_does("contact.move", **move)
        assert before == {"queue_id": "sales", "priority": 0}
        assert (floor.line("sales"), floor.line("help")) == ([first, third], [second])
        assert floor.board("contacts")[second] | {"position": 1} == floor.board("contacts")[second]
        assert [floor.board("queues")[queue]["offered"] for queue in ("sales", "help")] == [2, 1]
        await asyncio.sleep(5)
        await floor.sue_does("contact.move", interaction_id=second, from_queue_id="help", **before)
        assert (floor.line("sales"), floor.line("help")) == ([first, second, third], [])
        row = floor.board("contacts")[second]
        assert (row["queued_at"], row["priority"]) == (since, 0)
        assert [floor.board("queues")[queue]["offered"] for queue in ("sales", "help")] == [3, 0]

    play(scene)


def test_who_moved_it_stands_in_its_story() -> None:
    async def scene(floor: Floor) -> None:
        (contact,) = await floor.callers(1)
        await floor.sue_does("contact.prioritize", interaction_id=contact, priority=3)
        await floor.sue_does("contact.move", interaction_id=contact, queue_id="help")
        by = {"id": "sue", "name": "Sue"}
        assert floor.story(contact, "contact.prioritized") == [{"priority": 3, "by": by}]
        sales, help_ = {"id": "sales", "name": "Sales"}, {"id": "help", "name": "Help"}
        assert floor.story(contact, "contact.moved") == [{"from": sales, "queue": help_, "by": by}]
        assert floor.story(contact, "queue.entered") == [{"queue": sales, "again": False}]
        assert floor.board("contacts")[contact]["priority"] == 3
        acts = [(act.kind.name, act.subject.id, act.before, act.after) for act in floor.noted]
        was, higher = {"queue_id": "sales", "priority": 0}, {"queue_id": "sales", "priority": 3}
        assert acts == [
            ("contact.prioritized", contact, was, higher),
            ("contact.moved", contact, higher, {"queue_id": "help", "priority": 3}),
        ]

    play(scene)


def test_while_it_rings_it_can_be_moved_and_the_agent_is_free_again() -> None:
    async def scene(floor: Floor) -> None:
        await floor.ready("anna")
        floor.dial()
        contact = await floor.offered("anna")
        await floor.sue_does("contact.move", interaction_id=contact, queue_id="help")
        assert floor.line("help") == [contact]
        assert floor.rows("anna", "offers") == {}
        assert floor.board("agents")["anna"]["activity"] == "idle"

    play(scene)


def test_a_contact_that_is_gone_or_taken_is_said_to_be() -> None:
    async def scene(floor: Floor) -> None:
        _, taken = await floor.talking("anna")
        for name, args in (("contact.move", {"queue_id": "help"}), ("contact.prioritize", {"priority": 1})):
            slug, sentence = refused(await floor.sue_does(name, interaction_id=taken, **args))
            assert (slug, sentence) == ("contact-taken", "Anna has taken this contact meanwhile.")
            slug, sentence = refused(await floor.sue_does(name, interaction_id="nobody", **args))
            assert slug == "contact-gone"
            assert "has left the queue" in sentence
        assert floor.driver.engine.contact_view(taken).agent_id == "anna"

    play(scene)


def test_moving_to_where_it_is_or_from_where_it_is_not_is_refused() -> None:
    async def scene(floor: Floor) -> None:
        (contact,) = await floor.callers(1)
        here = refused(await floor.sue_does("contact.move", interaction_id=contact, queue_id="sales"))
        assert here == ("elsewhere", "This contact waits in Sales by now.")
        stale = {"interaction_id": contact, "from_queue_id": "help", "queue_id": "help"}
        assert refused(await floor.sue_does("contact.move", **stale))[0] == "elsewhere"
        unknown = refused(await floor.sue_does("contact.move", interaction_id=contact, queue_id="gone"))
        assert unknown[0] == "unknown-queue"
        assert floor.line("sales") == [contact]

    play(scene)


def test_a_role_held_for_one_queue_counts_there_only() -> None:
    async def scene(floor: Floor) -> None:
        (contact,) = await floor.callers(1)

        def holder(*queues: str) -> Principal:
            scope = Scope(queues=frozenset(queues))
            return Principal("kim", "kim@example.com", "Kim", ("own",), "session", {QUEUES_ACT.name: scope})

        for floor.sue in (holder("sales"), holder("help")):
            answer = await floor.sue_does("contact.move", interaction_id=contact, queue_id="help")
            assert refused(answer)[0] == "forbidden"
        answer = await floor.sue_does("contact.prioritize", interaction_id=contact, priority=1)
        assert refused(answer)[0] == "forbidden"
        floor.sue = holder("sales", "help")
        answer = await floor.sue_does("contact.move", interaction_id=contact, queue_id="help")
        assert not isinstance(answer, Problem)

    play(scene)


ACTS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["sales", "help"]), st.integers(-3, 3)), min_size=1, max_size=12
)


@settings(max_examples=40, deadline=None)
@given(ACTS)
def test_taken_back_in_reverse_everything_is_as_it_was(acts: list[tuple[int, str, int]]) -> None:
    async def scene(floor: Floor) -> None:
        contacts = await floor.callers(4)
        undo: list[tuple[str, dict[str, Any]]] = []
        for index, queue, priority in acts:
            contact = contacts[index]
            where = floor.driver.engine.contact_view(contact).queue_id
            if where == queue:
                before = await floor.sue_does("contact.prioritize", interaction_id=contact, priority=priority)
                undo.append(("contact.prioritize", {"interaction_id": contact, "priority": before["priority"]}))
            else:
                move = {"interaction_id": contact, "queue_id": queue, "priority": priority}
                before = await floor.sue_does("contact.move", from_queue_id=where, **move)
                undo.append(("contact.move", {"interaction_id": contact, "from_queue_id": queue, **before}))
        for name, args in reversed(undo):
            assert not isinstance(await floor.sue_does(name, **args), Problem)
        assert floor.line("sales") == contacts
        assert floor.line("help") == []
        assert {row["priority"] for row in floor.board("contacts").values()} == {0}
        assert floor.board("queues")["sales"]["offered"] == 4

    play(scene)
