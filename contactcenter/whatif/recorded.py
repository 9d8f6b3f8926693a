"""A day that was: read from the interactions, as a scenario to run again and as the figures that were.

Arrivals, conversations, wrap-ups and the time to answer are as they were. Who gave up is exactly so patient again; who
was answered is at least so patient, and what is beyond is drawn from an exponential patience whose mean is the
maximum-likelihood estimate for such data: all waiting of the day / number of those who gave up. Queues, skills and
memberships are as they are set up now. An agent was there from its first offer to its last wrap-up of the day; when it
was away in between shows in the contacts that waited meanwhile, see absences.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sqlalchemy import select

from acd.eligibility import combine, meets
from acd.model import AgentConfig, Order, QueueConfig, members
from acd.scenario import (
    Answering,
    Arrival,
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Scenario,
    Shift,
    Staff,
    Traits,
)
from acd.simulated import INTERVAL_S
from contactcenter.agents.directory import Agent, load_agents
from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.queues.models import Queue, RoutingSetting
from contactcenter.queues.settings import queue_config
from contactcenter.storage.database import Database
from contactcenter.whatif.absences import SURE_S, Span, pauses_of, united
from contactcenter.whatif.build import required_of, runnable
from contactcenter.whatif.outcome import Question
from contactcenter.whatif.problems import Unusable
from contactcenter.whatif.retold import Contact, retell

_TYPES = (
    "queue.entered",
    "offer.made",
    "offer.accepted",
    "offer.expired",
    "offer.rejected",
    "offer.withdrawn",
    "wrapup.started",
    "wrapup.completed",
    "wrapup.expired",
)
_HOUR_S = 3600.0
_MOST_VALUES = 20_000
_BATCH = 500


@dataclass(slots=True)
class SetUp:
    """What the replay runs on: today's configuration."""

    queues: list[QueueConfig]
    agents: list[Agent]
    order: Order
    names: dict[str, str]


@dataclass(slots=True)
class Day:
    """What the interactions of one day tell. Moments are seconds from its `begin` (unix seconds)."""

    begin: float
    contacts: list[Contact] = field(default_factory=list)
    wrap_ups: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    delays: list[float] = field(default_factory=list)
    offers: int = 0
    missed: int = 0
    present: dict[str, Span] = field(default_factory=dict)
    in_hand: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))

    def saw(self, agent_id: str, at: float) -> None:
        """The agent was there."""
        first, last = self.present.get(agent_id, (at, at))
        self.present[agent_id] = min(first, at), max(last, at)


async def question_of(database: Database, day: date, *, zone: tzinfo | None = None, seed: int = 1) -> Question:
    """The day from its first hour with contacts to its last, in `zone` (None: the server's own).

    Raises Unusable when nothing was queued on that day, StorageUnavailable.
    """
    midnight = datetime.combine(day, time(), zone).astimezone(zone)
    # 36 hours later it is the next day, whatever clocks do in between.
    following = datetime.combine((midnight + timedelta(hours=36)).date(), time(), zone).astimezone(zone)
    set_up = await _set_up(database)
    told = await _day(database, midnight, following)
    if not told.contacts:
        raise Unusable((), f"No contact was queued on {day.isoformat()}.")
    seen = {queue_id for contact in told.contacts for queue_id in (contact.queue_id, contact.last_queue_id)}
    unknown = seen - {queue.queue_id for queue in set_up.queues}
    set_up.queues += [QueueConfig(queue_id) for queue_id in sorted(unknown)]
    opens_s, closes_s = _window(told)
    scenario = _scenario(told, set_up, opens_s, closes_s, seed)
    return Question(
        title=f"{day.isoformat()} again",
        scenario=runnable(scenario),
        recorded=retell(told.contacts, scenario),
        queues=set_up.names,
        agents={agent.id: agent.name for agent in set_up.agents},
    )


async def set_up_of(database: Database) -> Scenario:
    """Queues and agents as they are set up, in a day without a contact worth the name: to try changes on.

    Raises Unusable when there is no queue yet.
    """
    set_up = await _set_up(database)
    if not set_up.queues:
        raise Unusable((), "There is no queue yet.")
    queue_id = set_up.queues[0].queue_id
    return Scenario(
        duration_s=_HOUR_S,
        order=set_up.order,
        queues=tuple(set_up.queues),
        agents=tuple(Staff(agent.config) for agent in set_up.agents),
        arrivals=(Arrival(at=0.0, queue_id=queue_id),),
    )


async def _set_up(database: Database) -> SetUp:
    async with database.session() as session:
        rows = (await session.scalars(select(Queue).order_by(Queue.position, Queue.id))).all()
        order = await session.get(RoutingSetting, "order")
    agents = await load_agents(database)
    return SetUp(
        queues=[queue_config(row) for row in rows],
        agents=list(agents.values()),
        order=Order(order.value) if order else Order.PRIORITY,
        names={row.id: row.name for row in rows},
    )


async def _day(database: Database, midnight: datetime, following: datetime) -> Day:
    told = Day(midnight.timestamp())
    asked = (
        select(Interaction)
        .where(Interaction.queued_at >= midnight.astimezone(UTC), Interaction.queued_at < following.astimezone(UTC))
        .where(Interaction.state == "ended")
        .order_by(Interaction.queued_at, Interaction.id)
    )
    async with database.session() as session:
        rows = (await session.scalars(asked)).all()
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            wanted = select(InteractionEvent).where(
                InteractionEvent.interaction_id.in_([row.id for row in batch]), InteractionEvent.type.in_(_TYPES)
            )
            events: dict[str, list[InteractionEvent]] = defaultdict(list)
            for event in await session.scalars(
                wanted.order_by(InteractionEvent.interaction_id, InteractionEvent.sequence)
            ):
                events[event.interaction_id].append(event)
            for row in batch:
                _learn(told, row, events[row.id])
    return told


def _learn(told: Day, row: Interaction, events: Sequence[InteractionEvent]) -> None:
    if row.queue_id is None or row.queued_at is None or row.ended_at is None:
        return
    contact = Contact(
        at=row.queued_at.timestamp() - told.begin,
        ended_at=row.ended_at.timestamp() - told.begin,
        channel=row.channel,
        queue_id=_first_queue(events) or row.queue_id,
        last_queue_id=row.queue_id,
        agent_id=row.agent_id if row.answered_at is not None else None,
        answered_at=row.answered_at.timestamp() - told.begin if row.answered_at is not None else None,
        abandoned=row.outcome == "abandoned",
    )
    contact.wrapped_up_at = contact.ended_at
    told.contacts.append(contact)
    _learn_events(told, contact, events)
    if contact.agent_id is not None and contact.answered_at is not None:
        told.saw(contact.agent_id, contact.answered_at)
        told.saw(contact.agent_id, contact.wrapped_up_at)
        told.in_hand[contact.agent_id].append((contact.answered_at, contact.wrapped_up_at))


def _learn_events(told: Day, contact: Contact, events: Sequence[InteractionEvent]) -> None:
    ringing: dict[str, float] = {}
    alone_since, started_at = contact.at, None
    for event in events:
        at = event.at.timestamp() - told.begin
        agent_id = (event.data.get("agent") or {}).get("id")
        if agent_id is not None:
            told.saw(agent_id, at)
        match event.type:
            case "offer.made" if agent_id is not None:
                told.offers += 1
                if not ringing:
                    contact.unoffered.append((alone_since, at))
                ringing[agent_id] = at
            case "offer.accepted" | "offer.expired" | "offer.rejected" | "offer.withdrawn" if agent_id in ringing:
                offered_at = ringing.pop(agent_id)
                alone_since = at
                told.in_hand[agent_id].append((offered_at, at))
                if event.type == "offer.expired":
                    told.missed += 1
                    contact.missed += 1
                elif event.type == "offer.accepted":
                    told.delays.append(max(at - offered_at, 0.0))
            case "wrapup.started":
                started_at = at
            case "wrapup.completed" | "wrapup.expired" if started_at is not None:
                told.wrap_ups[contact.last_queue_id].append(max(at - started_at, 0.0))
                contact.wrapped_up_at = max(at, contact.ended_at)
    if contact.answered_at is None and not ringing:
        contact.unoffered.append((alone_since, contact.ended_at))


def _first_queue(events: Iterable[InteractionEvent]) -> str | None:
    for event in events:
        if event.type == "queue.entered":
            found = (event.data.get("queue") or {}).get("id")
            return str(found) if found is not None else None
    return None


def _window(told: Day) -> tuple[float, float]:
    """From a whole hour to the end of a quarter, so that it holds every contact; in seconds after midnight."""
    first = min(contact.at for contact in told.contacts)
    last = max(contact.wrapped_up_at for contact in told.contacts)
    return first // _HOUR_S * _HOUR_S, -(-last // INTERVAL_S) * INTERVAL_S


def _scenario(told: Day, set_up: SetUp, opens_s: float, closes_s: float, seed: int) -> Scenario:
    for contact in told.contacts:
        contact.shift(-opens_s)
    answering = Answering(
        delay=Empirical(tuple(told.delays[:_MOST_VALUES])) if told.delays else Constant(0.0),
        miss=min(told.missed / told.offers, 0.95) if told.offers else 0.0,
    )
    return Scenario(
        duration_s=closes_s - opens_s,
        start=opens_s,
        seed=seed,
        order=set_up.order,
        queues=tuple(set_up.queues),
        agents=tuple(_staff(told, set_up, opens_s, closes_s - opens_s)),
        arrivals=tuple(_arrival(contact) for contact in told.contacts),
        traits={queue.queue_id: _traits(told, queue) for queue in set_up.queues},
        answering=answering,
    )


def _staff(told: Day, set_up: SetUp, opens_s: float, duration_s: float) -> Iterable[Staff]:
    """Those who worked on that day. Who is no agent any more served the queues in which it answered."""
    known = {agent.id: agent.config for agent in set_up.agents}
    unoffered = _unoffered(told.contacts, set_up.queues)
    for agent_id, (first, last) in sorted(told.present.items()):
        config = known.get(agent_id) or _former(agent_id, told.contacts, set_up.queues)
        if config is None:
            continue
        from_s = min(max(first - opens_s, 0.0), duration_s - 1.0)
        to_s = max(last - opens_s, from_s + 1.0)
        in_hand = [(start - opens_s, end - opens_s) for start, end in told.in_hand[agent_id]]
        served = [unoffered[queue.queue_id] for queue in set_up.queues if _at_once(queue, config)]
        yield Staff(config, (Shift(from_s=from_s, to_s=to_s, pauses=pauses_of((from_s, to_s), in_hand, served)),))


def _unoffered(contacts: Iterable[Contact], queues: Iterable[QueueConfig]) -> dict[str, list[Span]]:
    """By queue, when somebody waited who rang nowhere. Of a contact that changed queues it is not known where."""
    spans: dict[str, list[Span]] = {queue.queue_id: [] for queue in queues}
    for contact in contacts:
        if contact.queue_id == contact.last_queue_id:
            spans[contact.queue_id] += [span for span in contact.unoffered if span[1] - span[0] >= SURE_S]
    return {queue_id: united(found) for queue_id, found in spans.items()}


def _at_once(queue: QueueConfig, config: AgentConfig) -> bool:
    """Whether a contact of the queue is offered to the agent without waiting for a tier or a relaxed skill."""
    place = config.queues.get(queue.queue_id)
    if place is None or (queue.tier_delay_s is not None and place.tier > 1):
        return False
    return meets(config.skills, combine(queue.required_skills))


def _former(agent_id: str, contacts: Iterable[Contact], queues: Sequence[QueueConfig]) -> AgentConfig | None:
    served = {contact.last_queue_id for contact in contacts if contact.agent_id == agent_id}
    if not served:
        return None
    return AgentConfig(agent_id, required_of(queues, served), members(*sorted(served)))


def _arrival(contact: Contact) -> Arrival:
    waited_s = contact.waited_s
    return Arrival(
        at=contact.at,
        queue_id=contact.queue_id,
        channel=contact.channel,
        handling_s=None if contact.answered_at is None else contact.ended_at - contact.answered_at,
        patience_s=waited_s if contact.abandoned else None,
        waited_s=None if contact.abandoned else waited_s,
    )


def _traits(told: Day, queue: QueueConfig) -> Traits:
    of_queue = [contact for contact in told.contacts if contact.queue_id == queue.queue_id]
    talks = tuple(contact.ended_at - contact.answered_at for contact in of_queue if contact.answered_at is not None)
    handling: Distribution = Empirical(talks[:_MOST_VALUES]) if talks else Traits().handling
    given_up = sum(contact.abandoned for contact in of_queue)
    waited_s = sum(contact.waited_s for contact in of_queue)
    wrap_ups = tuple(told.wrap_ups[queue.queue_id][:_MOST_VALUES])
    return Traits(
        handling=handling,
        patience=Exponential(max(waited_s / given_up, 1.0)) if given_up else None,
        wrap_up=Empirical(wrap_ups) if wrap_ups else None,
    )
