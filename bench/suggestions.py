"""Suggestions for tickets: how long learning from 20,000 takes and how much memory, how long one suggestion takes, and
how often it is right where the truth itself is not always.

Invented words: each of so many categories has some of its own among those that all use, and a share of the tickets is
in another category, or of another priority, than its words say. The floor beside asking is reading the text alone.

`python -m bench.suggestions [--tickets 20000] [--categories 20] [--noise 0.15] [--json]`
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import string
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from contactcenter.tickets.model import Priority
from contactcenter.tickets.models import Ticket, TicketEntry, TicketMessage
from contactcenter.tickets.settings import CategoryBody
from contactcenter.tickets.suggesting import words
from contactcenter.tickets.suggesting.model import guesses, packed, unpacked
from contactcenter.tickets.suggesting.process import learn
from contactcenter.tickets.suggesting.settings import FIELDS, Report
from contactcenter.tickets.suggesting.worker import Question
from tests.tickets.desk import BEGIN, Desk, desk

COMMON, OWN, CUSTOMERS, AT_ONCE = 4000, 40, 5000, 1000
PRIORITIES = ("low", "medium", "high", "urgent")
ASKED = 400


class Invented:
    """Texts of 30 to 120 words, of which a sixth are their category's and a twelfth their priority's."""

    def __init__(self, categories: int, noise: float) -> None:
        self.draw, self.noise = random.Random(7), noise
        self.categories = [f"category-{number}" for number in range(categories)]
        self._common = [self._word() for _ in range(COMMON)]
        # Few words come often, most seldom (Zipf).
        self._often = [1 / (place + 3) for place in range(COMMON)]
        self._own = {name: [self._word() for _ in range(OWN)] for name in (*self.categories, *PRIORITIES)}

    def _word(self) -> str:
        return "".join(self.draw.choices(string.ascii_lowercase, k=self.draw.randint(3, 11)))

    def ticket(self) -> tuple[str, str, str, str]:
        """Subject, message, category and priority as they were given."""
        shares = [1 / (place + 2) for place in range(len(self.categories))]
        category = self.draw.choices(self.categories, shares)[0]
        priority = self.draw.choices(PRIORITIES, (3, 6, 2, 1))[0]
        text = self.draw.choices(self._common, self._often, k=self.draw.randint(30, 120))
        text += self.draw.choices(self._own[category], k=len(text) // 6)
        text += self.draw.choices(self._own[priority], k=len(text) // 12)
        self.draw.shuffle(text)
        if self.draw.random() < self.noise:
            category = self.draw.choice(self.categories)
        if self.draw.random() < self.noise:
            priority = self.draw.choice(PRIORITIES)
        return " ".join(text[:6]), " ".join(text[6:]), category, priority


async def fill(made: Desk, invented: Invented, count: int) -> None:
    for name in invented.categories:
        await made.set_up.put("categories", None, CategoryBody(name=name), name)
    for first in range(0, count, AT_ONCE):
        rows = [
            rows_of(serial, *invented.ticket(), invented.draw) for serial in range(first, min(count, first + AT_ONCE))
        ]
        async with made.database.transaction() as session:
            for model, place in ((Ticket, 0), (TicketEntry, 1), (TicketMessage, 2)):
                await session.execute(insert(model), [row for each in rows for row in each[place]])


def rows_of(
    serial: int, subject: str, text: str, category: str, priority: str, draw: random.Random
) -> tuple[list[dict[str, Any]], ...]:
    at, customer = datetime.fromtimestamp(BEGIN, UTC), f"{draw.randrange(CUSTOMERS):032d}"
    ticket = {
        "id": f"{serial:032d}", "serial": serial, "number": f"B-{serial}", "type_id": "question",
        "category_id": category, "subject": subject[:300], "state": "closed", "state_class": "closed", "done": True,
        "priority": Priority.of(priority).value, "channel": "email", "requester_id": customer,
        "made_at": at, "changed_at": at, "resolved_at": at, "closed_at": at, "sequence": 2,
    }  # fmt: skip
    of = {"ticket_id": ticket["id"], "at": at}
    entries = [
        of | {"sequence": 1, "kind": "made", "author": "customer", "data": {"values": {}}},
        of | {"sequence": 2, "kind": "changed", "author": "agent", "data": {"changes": {"state": ["open", "closed"]}}},
    ]
    return [ticket], entries, [of | {"kind": "public", "author": "customer", "channel": "email", "text": text}]


def asked(model: bytes, texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds of one suggestion for all fields, and of reading its text alone."""
    began = time.perf_counter()
    read = unpacked(model)
    loaded = time.perf_counter() - began
    taken = []
    for text in texts:
        began = time.perf_counter()
        guesses(read, text, FIELDS)
        taken.append((time.perf_counter() - began) * 1000)
    began = time.perf_counter()
    for text in texts:
        for word, _ in words.spelled(text):
            words.terms_of(word)
    floor = (time.perf_counter() - began) * 1000 / len(texts)
    taken.sort()
    assert packed(read) == model
    return {
        "predict_p50_ms": taken[len(taken) // 2],
        "predict_p95_ms": taken[int(len(taken) * 0.95)],
        "predict_floor_ms": floor,
        "load_ms": loaded * 1000,
    }


async def measured(count: int, categories: int, noise: float) -> dict[str, Any]:
    invented = Invented(categories, noise)
    with tempfile.TemporaryDirectory() as folder:
        async with desk(Path(folder)) as made:
            await fill(made, invented, count)
            chosen = {"category": invented.categories, "priority": list(PRIORITIES), "type": ["question"]}
            began = time.perf_counter()
            url = made.database.url.render_as_string(hide_password=False)
            answer = await learn(Question(url=url, chosen=chosen), lambda share: None)
            taken = time.perf_counter() - began
    report = Report.model_validate(answer.report)
    assert answer.model is not None
    found: dict[str, Any] = {
        "tickets": count,
        "learn_s": taken,
        "learn_memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "terms": report.terms,
        "model_mb": len(answer.model) / 1e6,
    }
    for name in ("category", "priority"):
        trial = report.trials[name]
        sure = trial.cuts[5]
        found |= {
            f"{name}_accuracy": trial.accuracy,
            f"{name}_baseline": trial.baseline,
            f"{name}_shown_at_50": sure.shown / trial.held_out,
            f"{name}_right_at_50": sure.right / max(1, sure.shown),
        }
    texts = ["\n".join(invented.ticket()[:2]) for _ in range(ASKED)]
    return found | asked(answer.model, texts)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--categories", type=int, default=20)
    parser.add_argument("--noise", type=float, default=0.15)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = asyncio.run(measured(given.tickets, given.categories, given.noise))
    if given.json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    for name, value in found.items():
        sys.stdout.write(f"{name:24} {value:12.3f}\n" if isinstance(value, float) else f"{name:24} {value:12}\n")


if __name__ == "__main__":
    main()
