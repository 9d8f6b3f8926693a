"""Tickets of the demo: a few dozen with threads and histories, promises kept and missed, and some about to break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select

from contactcenter.bus import Bus
from contactcenter.customers.models import Customer
from contactcenter.identity.models import User
from contactcenter.permissions import Role
from contactcenter.queues.calendars import Calendars
from contactcenter.storage.database import Database
from contactcenter.tickets.acting import By, customer
from contactcenter.tickets.demo_stories import OPEN, Step, Story, closed
from contactcenter.tickets.documents import NewMessage, NewTicket, TicketPatch
from contactcenter.tickets.helpdesk import Helpdesk
from contactcenter.tickets.model import Author
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.settings import CategoryBody, FieldBody, PolicyBody, TypeBody, plain
from contactcenter.tickets.setup import SetUp

AGENTS: Final = ("agent@example.com", "agent2@example.com")
QUEUES: Final = {"incident": "support", "complaint": "billing", "question": "sales"}
CATEGORIES: Final = (
    ("devices", "Devices", None),
    ("printers", "Printers", "devices"),
    ("scanners", "Scanners", "devices"),
    ("app", "App and portal", None),
    ("contract", "Contract", None),
    ("tariffs", "Tariffs", "contract"),
    ("invoices", "Invoices", "contract"),
    ("account", "Account", "contract"),
    ("delivery", "Delivery", None),
)
FIELDS: Final[tuple[tuple[str, str, str, list[str], str], ...]] = (
    ("product", "Product", "choice", ["Label printer", "Hand scanner", "App"], "What it is about."),
    ("serial-number", "Serial number", "text", [], "On the back of the device."),
    ("order-number", "Order number", "text", [], "A letter, a dash and five digits."),
)
FORMS: Final = {
    "incident": (("product", "required"), ("serial-number", "shown")),
    "complaint": (("order-number", "shown"),),
    "request": (("order-number", "shown"),),
    "question": (("order-number", "hidden"),),
}
HOUR: Final = 3600.0


@dataclass(slots=True, kw_only=True)
class _Stage:
    """`clock`: the invented moment; `tickets`: ids by the number of their story."""

    helpdesk: Helpdesk
    clock: list[float]
    agents: Sequence[By]
    people: Sequence[tuple[str, str, str | None]]
    tickets: dict[int, str] = field(default_factory=dict)


async def seed_tickets(database: Database, bus: Bus, *, number: str, now: float) -> int:
    """Where there are none; what is there stays as it is. How many were made; none without the demo's customers.
    `number`: the pattern of ticket numbers, `now` in unix seconds."""
    async with database.session() as session:
        if await session.scalar(select(Ticket.id).limit(1)):
            return 0
        query = select(User.id, User.name).where(User.email.in_(AGENTS)).order_by(User.email)
        agents = [
            By(author=Author.AGENT, id=r.id, name=r.name, roles=frozenset({Role.AGENT}))
            for r in await session.execute(query)
        ]
        columns = (Customer.id, Customer.name, Customer.organisation_id)
        persons = (Customer.kind == "person", Customer.id == Customer.root_id)
        people = [
            (row.id, row.name, row.organisation_id)
            for row in await session.execute(select(*columns).where(*persons).order_by(Customer.sort_name))
        ]
    if len(agents) < len(AGENTS) or not people:
        return 0
    clock = [now]
    calendars = Calendars(database, lambda: clock[0])
    await calendars.reload()
    helpdesk = Helpdesk(database, bus, calendars, number=number, now=lambda: clock[0])
    await helpdesk.prepare()
    await _set_up(helpdesk.set_up, calendars, now)
    stage = _Stage(helpdesk=helpdesk, clock=clock, agents=agents, people=people)
    await _play(stage, [*OPEN, *closed()], now)
    return len(stage.tickets)


async def _set_up(set_up: SetUp, calendars: Calendars, now: float) -> None:
    catalog = set_up.catalog
    for place, (key, name, parent) in enumerate(CATEGORIES):
        if key not in catalog.categories:
            await set_up.put("categories", None, CategoryBody(name=name, parent_id=parent, position=place), key)
    for place, (key, name, kind, choices, help_text) in enumerate(FIELDS):
        if key not in catalog.fields:
            body = FieldBody.model_validate(
                {"name": name, "type": kind, "choices": choices, "help": help_text, "position": place}
            )
            await set_up.put("fields", None, body, key)
    for shown in set_up.shown().types:
        document = plain(shown)
        document.pop("id")
        document["queue_id"] = document["queue_id"] or QUEUES.get(shown.id)
        document["form"] = document["form"] or [
            {"field": name, "customer": how} for name, how in FORMS.get(shown.id, ())
        ]
        await set_up.put("types", shown.id, TypeBody.model_validate(document))
    if not any(row.id == "complaints" for row in set_up.catalog.promises.values()):
        calendar = "office-hours" if "office-hours" in calendars.ids() else None
        await set_up.put_policy(None, PolicyBody.model_validate(_complaints(calendar)), "complaints")


def _complaints(calendar: str | None) -> dict[str, Any]:
    """In office hours, with the leader told of what is late."""
    step = {"assign_user": None, "assign_team": None}
    return {
        "name": "Complaints",
        "position": 10,
        "conditions": {"all": [{"field": "type", "op": "is", "value": "complaint"}], "any": []},
        "targets": {
            "urgent": {"first_response": 1 * HOUR, "next_response": 2 * HOUR, "resolution": 8 * HOUR},
            "high": {"first_response": 4 * HOUR, "next_response": 4 * HOUR, "resolution": 16 * HOUR},
        },
        "pauses": ["pending"],
        "calendar_id": calendar,
        "chain": [
            {"clock": "first_response", "percent": 80, "notify": ["assignee", "team"], "raise_priority": False, **step},
            {"clock": "resolution", "percent": 100, "notify": ["assignee", "leader"], "raise_priority": True, **step},
        ],
    }


async def _play(stage: _Stage, stories: Sequence[Story], now: float) -> None:
    """Everything in the order in which it happened, so that clocks and histories are as they would have been."""
    acts: list[tuple[float, int, int, Step | None]] = []
    for place, story in enumerate(stories):
        opened = now - story.age_h * HOUR
        acts.append((opened, place, 0, None))
        acts += [(opened + step[0] * HOUR, place, number, step) for number, step in enumerate(story.steps, 1)]
    for at, place, _, step in sorted(acts, key=lambda act: act[:3]):
        stage.clock[0] = at
        await stage.helpdesk.due.sweep()
        if step is None:
            await _open(stage, place, stories[place])
        else:
            await _step(stage, place, step)


def _requester(stage: _Stage, place: int) -> tuple[str, str, str | None]:
    return stage.people[place % len(stage.people)]


async def _open(stage: _Stage, place: int, story: Story) -> None:
    who, name, organisation = _requester(stage, place)
    body = NewTicket.model_validate(
        {
            "type": story.type,
            "subject": story.subject,
            "description": story.words,
            "category": story.category,
            "priority": story.priority,
            "requester": who,
            "organisation": organisation,
            "channel": story.channel,
            "fields": dict(pair.split("=", 1) for pair in story.fields),
        }
    )
    by = stage.agents[place % len(stage.agents)] if story.channel == "voice" else customer(who, name)
    stage.tickets[place] = (await stage.helpdesk.tickets.make(body, by)).ticket.id


async def _step(stage: _Stage, place: int, step: Step) -> None:
    _, what, words = step
    tickets, ticket = stage.helpdesk.tickets, stage.tickets[place]
    who, name, _ = _requester(stage, place)
    agent = stage.agents[place % len(stage.agents)]
    if what == "take":
        await tickets.change(ticket, TicketPatch(assignee=stage.agents[int(words)].id), agent)
    elif what == "tags":
        await tickets.change(ticket, TicketPatch(tags=words.split(",")), agent)
    elif what == "state":
        await tickets.change(ticket, TicketPatch(state=words), agent)
    elif what == "customer":
        await tickets.say(ticket, NewMessage(text=words), customer(who, name), channel="portal")
    else:
        change = TicketPatch(state="resolved") if what == "solve" else None
        kind = "note" if what == "note" else "public"
        await tickets.say(ticket, NewMessage.model_validate({"text": words, "kind": kind, "change": change}), agent)
