"""A helpdesk that has tickets to learn from, with an invented clock."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from contactcenter.storage.database import Database
from contactcenter.tickets.model import Priority
from contactcenter.tickets.models import Ticket, TicketEntry, TicketMessage
from contactcenter.tickets.settings import CategoryBody
from contactcenter.tickets.suggesting.examples import examples
from contactcenter.tickets.suggesting.fitting import learn
from contactcenter.tickets.suggesting.model import packed
from contactcenter.tickets.suggesting.settings import FIELDS, SuggesterBody, SuggestionOut
from contactcenter.tickets.suggesting.suggester import Suggester
from contactcenter.tickets.suggesting.worker import Answer, Question
from contactcenter.vault.service import Vault
from tests.fakes.keys import open_vault
from tests.tickets.desk import BEGIN, Desk, desk
from tests.tickets.suggesting.samples import TOPICS, URGENCY, request

INVOICE = (
    "Charged twice",
    "There is one invoice too many. Refund the payment immediately please, everything stands still.",
)
FEW = SuggesterBody(least_tickets=50, least_confidence=0)


class Learner:
    """Learns within this process, when `gate` is open. `asked`: how often it was."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = 0

    async def __call__(self, question: Question, told: Callable[[float], None]) -> Answer:
        self.asked += 1
        found = await examples(self._database, question.chosen, told)
        await self.gate.wait()
        learned = learn(found, FIELDS, told)
        model = None if learned.model is None else packed(learned.model)
        return Answer(report=learned.report.model_dump(mode="json"), model=model)


@dataclass(slots=True)
class House:
    desk: Desk
    suggester: Suggester
    learner: Learner
    vault: Vault
    drawn: random.Random = field(default_factory=lambda: random.Random(3))

    @property
    def database(self) -> Database:
        return self.desk.database

    async def stock(self, count: int, **values: Any) -> None:
        await stock(self.database, count, self.drawn, **values)

    async def learned(self, body: SuggesterBody = FEW) -> None:
        await self.suggester.set(body)
        await asyncio.gather(self.suggester.trainer.begin())
        assert self.suggester.trainer.state == "idle", self.suggester.trainer.problem

    async def suggested(self, subject: str = INVOICE[0], text: str = INVOICE[1]) -> dict[str, SuggestionOut]:
        return {str(each.field): each for each in (await self.suggester.of_text(subject, text)).items}


@asynccontextmanager
async def house(folder: Path, url: str | None = None) -> AsyncIterator[House]:
    async with desk(folder, url) as made:
        for category in TOPICS:
            await made.set_up.put("categories", None, CategoryBody(name=category.title()), category)
        learner, vault = Learner(made.database), await open_vault(made.database, folder)
        suggester = Suggester(made.tickets, vault, learner)
        try:
            yield House(made, suggester, learner, vault)
        finally:
            await suggester.trainer.stop()


async def stock(database: Database, count: int, draw: random.Random, *, first: int = 1000, **values: Any) -> None:
    """Done tickets of forty customers, each answered by an agent."""
    at = datetime.fromtimestamp(BEGIN - 86_400, UTC)
    tickets, entries, messages = [], [], []
    for serial in range(first, first + count):
        category = draw.choices(list(TOPICS), (4, 3, 2, 1))[0]
        priority = draw.choices(list(URGENCY), (3, 5, 2))[0]
        subject, text = request(draw, category, priority, noise=0.05)
        row = {
            "id": f"{serial:032d}", "serial": serial, "number": f"S-{serial}", "type_id": "question",
            "category_id": category, "subject": subject, "state": "resolved", "state_class": "resolved", "done": True,
            "priority": Priority.of(priority).value, "channel": "portal", "requester_id": f"{draw.randrange(40):032d}",
            "made_at": at, "changed_at": at, "resolved_at": at, "sequence": 2,
        }  # fmt: skip
        tickets.append(row | values)
        common = {"ticket_id": row["id"], "at": at}
        entries.append(common | {"sequence": 1, "kind": "made", "author": "customer", "data": {"values": {}}})
        entries.append(common | {"sequence": 2, "kind": "changed", "author": "agent", "data": {"changes": {}}})
        messages.append(common | {"kind": "public", "author": "customer", "channel": "portal", "text": text})
    async with database.transaction() as session:
        for model, rows in ((Ticket, tickets), (TicketEntry, entries), (TicketMessage, messages)):
            await session.execute(insert(model), rows)
