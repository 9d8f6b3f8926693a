"""Demo data for an empty database: queues, skills, opening hours, a profile, results, people and their telephones."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, select

from contactcenter.agents.models import AgentProfile, AgentSkill, RoutingProfile
from contactcenter.agents.telephones import sealed_account
from contactcenter.demo.customers import seed_customers
from contactcenter.demo.portal import seed_portal
from contactcenter.identity.service import Identity
from contactcenter.permissions import Role
from contactcenter.queues.models import Calendar, Disposition, PauseReason, Queue, QueueMember, Skill
from contactcenter.storage.base import Base
from contactcenter.storage.database import Database
from contactcenter.telephony import hash_account
from contactcenter.vault.service import Vault

SKILLS = {"sales": "Sales", "technical": "Technical support", "billing": "Billing", "german": "German"}
QUEUES = ("sales", "support", "billing")
OFFICE_HOURS = "office-hours"
CHATS = "calls-and-chats"
DISPOSITIONS: list[tuple[str, str, str | None, str | None]] = [
    ("solved", "Solved", None, None),
    ("solved-first", "Solved in this call", "solved", None),
    ("solved-referred", "Referred to self-service", "solved", None),
    ("follow-up", "Follow-up needed", None, None),
    ("follow-up-call", "We call back", "follow-up", None),
    ("follow-up-ticket", "Passed to another team", "follow-up", None),
    ("sale", "Sale", None, "sales"),
    ("no-sale", "No sale", None, "sales"),
    ("invoice-corrected", "Invoice corrected", None, "billing"),
    ("wrong-number", "Wrong number", None, None),
    ("line-lost", "Line lost", None, None),
]
PAUSE_REASONS = [
    ("break", "Break", True, False),
    ("lunch", "Lunch", False, False),
    ("training", "Training", True, True),
    ("meeting", "Meeting", True, True),
]
"""Id, label, paid, counted in occupancy."""
PEOPLE = [
    ("agent", "Alex Moreno", Role.AGENT),
    ("agent2", "Kim Novak", Role.AGENT),
    ("supervisor", "Sam Okafor", Role.SUPERVISOR),
    ("admin", "Ada Lind", Role.ADMINISTRATOR),
]
SYNTHETIC_NAMES = ["Robin", "Toni", "Jamie", "Charlie", "Jordan", "Casey", "Riley", "Quinn", "Avery", "Morgan"]
DOMAIN = "example.com"


@dataclass(frozen=True, slots=True)
class SignIn:
    email: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class SyntheticAgent:
    """Signs in like everybody else and answers on a SIP telephone."""

    email: str
    name: str
    sip_username: str


@dataclass(frozen=True, slots=True)
class Demo:
    """`password` opens every demo account and telephone of this installation."""

    password: str
    people: list[SignIn]
    synthetic: list[SyntheticAgent]


def demo_password(configured: str, folder: Path) -> str:
    """The configured one, or one made for this installation and kept in `folder` for its owner alone."""
    if configured:
        return configured
    path = folder / "demo.json"
    if path.exists():
        return str(orjson.loads(path.read_bytes())["password"])
    folder.mkdir(parents=True, exist_ok=True)
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    path.touch(mode=0o600)
    path.write_bytes(orjson.dumps({"password": password}))
    return password


async def seed(database: Database, identity: Identity, vault: Vault, password: str, synthetic: int, realm: str) -> Demo:
    """Fill what is missing; what is there stays as it is."""
    people = [SignIn(f"{local}@{DOMAIN}", name, role) for local, name, role in PEOPLE]
    robots = [
        SyntheticAgent(f"robot{number}@{DOMAIN}", f"{SYNTHETIC_NAMES[(number - 1) % 10]} (synthetic)", f"robot{number}")
        for number in range(1, synthetic + 1)
    ]
    if await _is_empty(database):
        await _write(database, _set_up())
    for person in people:
        if await identity.find_user(person.email) is None:
            user = await identity.create_user(person.email, person.name, person.role, password)
            if person.role == Role.AGENT:
                second = person.email.startswith("agent2@")
                await _write(database, _agent(user.id, "browser", second_line=second))
    for robot in robots:
        if await identity.find_user(robot.email) is None:
            user = await identity.create_user(robot.email, robot.name, Role.AGENT, password)
            account = sealed_account(vault, hash_account(robot.sip_username, realm, password), user.id)
            await _write(database, [*_agent(user.id, "sip"), account])
    await seed_customers(database, vault)
    await seed_portal(identity, password)
    return Demo(password, people, robots)


async def _is_empty(database: Database) -> bool:
    async with database.session() as session:
        return not await session.scalar(select(func.count()).select_from(Queue))


async def _write(database: Database, rows: list[Base]) -> None:
    async with database.transaction() as session:
        for row in rows:
            session.add(row)
            await session.flush()


def _queues() -> list[Base]:
    """Support asks for less after a minute and keeps its second line back for 20 s; sales prefers German speakers, and
    with 25 in line the next one goes to support."""
    return [
        Queue(
            id="sales",
            name="Sales",
            required_skills=[_skill("sales", 1)],
            preferred_skills=[_skill("german", 2)],
            overflow=[
                {"cause": "full", "to": {"kind": "queue", "value": "support"}, "limit": 25, "absent": []},
                _leaves_after(300),
            ],
            wrap_up_s=30,
            position=1,
        ),
        Queue(
            id="support",
            name="Support",
            required_skills=[_skill("technical", 2)],
            relax=[{"after_s": 60, "level_down": 1, "drop": [], "reach": None}],
            tier_delay_s=20,
            overflow=[_leaves_after(600)],
            wrap_up_s=45,
            position=2,
        ),
        Queue(
            id="billing",
            name="Billing",
            required_skills=[_skill("billing", 1)],
            overflow=[_leaves_after(300)],
            wrap_up_s=30,
            position=3,
        ),
    ]


def _skill(skill: str, level: int) -> dict[str, Any]:
    return {"type": "skill", "skill": skill, "level": level}


def _leaves_after(seconds: float) -> dict[str, Any]:
    return {"cause": "max-wait", "to": {"kind": "leave", "value": None}, "limit": seconds, "absent": []}


def _office_hours() -> Calendar:
    weekly = [{"day": day, "start": "08:00", "end": "18:00"} for day in range(5)]
    return Calendar(
        id=OFFICE_HOURS,
        name="Office hours",
        zone="Europe/Berlin",
        weekly=[*weekly, {"day": 5, "start": "09:00", "end": "13:00"}],
        exceptions=[
            {"date": "2026-12-24", "name": "Christmas Eve", "spans": [{"start": "08:00", "end": "12:00"}]},
            {"date": "2026-12-31", "name": "New Year's Eve", "spans": [{"start": "08:00", "end": "12:00"}]},
        ],
        holidays={"country": "DE", "subdivision": "BE"},
    )


def _chats() -> RoutingProfile:
    """One call, or up to four chats, and mails that both may interrupt."""
    return RoutingProfile(
        id=CHATS,
        name="Calls and chats",
        units=4,
        channels={
            "voice": {"max": 1, "units": 4, "blocks": ["*"], "interrupted_by": []},
            "chat": {"max": 4, "units": 1, "blocks": [], "interrupted_by": []},
            "email": {"max": 2, "units": 2, "blocks": [], "interrupted_by": ["voice", "chat"]},
        },
    )


def _set_up() -> list[Base]:
    rows: list[Base] = [Skill(id=skill, name=name) for skill, name in SKILLS.items()]
    rows += [_office_hours(), _chats(), *_queues()]
    rows += [
        Disposition(id=key, label=label, parent_id=parent, queue_id=queue, position=position)
        for position, (key, label, parent, queue) in enumerate(DISPOSITIONS)
    ]
    rows += [
        PauseReason(id=key, label=label, paid=paid, occupancy=occupancy, position=position)
        for position, (key, label, paid, occupancy) in enumerate(PAUSE_REASONS)
    ]
    return rows


def _agent(user_id: str, device: str, *, second_line: bool = False) -> list[Base]:
    """The second line takes support after the others, speaks German and takes chats."""
    profile = CHATS if second_line else None
    rows: list[Base] = [
        AgentProfile(user_id=user_id, device=device, misses_before_not_responding=1, profile_id=profile)
    ]
    skills = [skill for skill in SKILLS if skill != "german" or second_line]
    rows += [AgentSkill(user_id=user_id, skill_id=skill, level=3) for skill in skills]
    tiers = {"support": 2} if second_line else {}
    rows += [QueueMember(queue_id=queue, user_id=user_id, tier=tiers.get(queue, 1)) for queue in QUEUES]
    return rows
