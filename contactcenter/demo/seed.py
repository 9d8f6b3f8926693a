"""Demo data for an empty database: three queues, skills, results, people and their telephones."""

import secrets
from dataclasses import dataclass
from pathlib import Path

import orjson
from sqlalchemy import func, select

from contactcenter.agents.models import AgentProfile, AgentSkill, SipAccount
from contactcenter.identity.permissions import Role
from contactcenter.identity.service import Identity
from contactcenter.queues.models import Disposition, PauseReason, Queue, QueueMember, QueueSkill, Skill
from contactcenter.storage.base import Base
from contactcenter.storage.database import Database
from contactcenter.telephony import hash_account

SKILLS = {"sales": "Sales", "technical": "Technical support", "billing": "Billing"}
QUEUE_SKILLS = {"sales": "sales", "support": "technical", "billing": "billing"}
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
    ("break", "Break", True),
    ("lunch", "Lunch", False),
    ("training", "Training", True),
    ("meeting", "Meeting", True),
]
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


async def seed(database: Database, identity: Identity, password: str, synthetic: int, realm: str) -> Demo:
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
                await _write(database, _agent(user.id, "browser"))
    for robot in robots:
        if await identity.find_user(robot.email) is None:
            user = await identity.create_user(robot.email, robot.name, Role.AGENT, password)
            ha1 = hash_account(robot.sip_username, realm, password)
            account = SipAccount(
                username=ha1.username,
                user_id=user.id,
                realm=ha1.realm,
                ha1_md5=ha1.ha1_md5,
                ha1_sha256=ha1.ha1_sha256,
            )
            await _write(database, [*_agent(user.id, "sip"), account])
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
    return [
        Queue(id="sales", name="Sales", wrap_up_s=30, max_wait_s=300, position=1),
        Queue(id="support", name="Support", wrap_up_s=45, max_wait_s=600, position=2),
        Queue(id="billing", name="Billing", wrap_up_s=30, max_wait_s=300, position=3),
    ]


def _set_up() -> list[Base]:
    rows = _queues()
    rows += [Skill(id=skill, name=name) for skill, name in SKILLS.items()]
    rows += [QueueSkill(queue_id=queue, skill_id=skill, level=1) for queue, skill in QUEUE_SKILLS.items()]
    rows += [
        Disposition(id=key, label=label, parent_id=parent, queue_id=queue, position=position)
        for position, (key, label, parent, queue) in enumerate(DISPOSITIONS)
    ]
    rows += [
        PauseReason(id=key, label=label, paid=paid, position=position)
        for position, (key, label, paid) in enumerate(PAUSE_REASONS)
    ]
    return rows


def _agent(user_id: str, device: str) -> list[Base]:
    rows: list[Base] = [AgentProfile(user_id=user_id, device=device, misses_before_not_responding=1)]
    rows += [AgentSkill(user_id=user_id, skill_id=skill, level=3) for skill in SKILLS]
    rows += [QueueMember(queue_id=queue, user_id=user_id) for queue in QUEUE_SKILLS]
    return rows
