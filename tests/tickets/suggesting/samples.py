"""Invented requests with something to learn in them, and some noise."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from contactcenter.tickets.suggesting.examples import Example

TOPICS: Final[dict[str, Sequence[str]]] = {
    "invoices": ("invoice", "charged twice", "refund", "payment", "bank statement", "amount is wrong"),
    "printers": ("printer", "paper jam", "toner", "labels are blurred", "print head", "tray"),
    "delivery": ("parcel", "never arrived", "tracking number", "courier", "shipping address", "delivered broken"),
    "account": ("password", "cannot sign in", "locked out", "reset link", "email address", "two devices"),
}
URGENCY: Final[dict[str, Sequence[str]]] = {
    "low": ("whenever you have time", "just a question", "no hurry"),
    "medium": ("please have a look", "could you help", "let me know"),
    "urgent": ("everything stands still", "immediately please", "our whole shop is down"),
}
FILLER: Final = (
    "hello", "thank you", "since Monday", "we ordered 3 of them", "in the shop", "as discussed", "my colleague said",
    "kind regards", "the second time", "on the third floor", "our customer number is 4711", "please call back",
)  # fmt: skip


def request(draw: random.Random, category: str, priority: str, noise: float = 0.1) -> tuple[str, str]:
    """Subject and message; with a chance of `noise` a phrase is of another category."""

    def phrase() -> str:
        topic = draw.choice(list(TOPICS)) if draw.random() < noise else category
        return draw.choice(TOPICS[topic])

    body = [phrase(), phrase(), draw.choice(URGENCY[priority]), *draw.sample(FILLER, 4)]
    draw.shuffle(body)
    return phrase().capitalize(), ". ".join(body)


def corpus(count: int, *, customers: int = 40, noise: float = 0.1, seed: int = 1) -> list[Example]:
    draw, found = random.Random(seed), []
    for _ in range(count):
        category = draw.choices(list(TOPICS), (4, 3, 2, 1))[0]
        priority = draw.choices(list(URGENCY), (3, 5, 2))[0]
        subject, message = request(draw, category, priority, noise)
        labels = {"category": category, "priority": priority}
        found.append(Example(text=f"{subject}\n{message}", customer=f"c{draw.randrange(customers)}", labels=labels))
    return found
