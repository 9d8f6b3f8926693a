"""What the demo's customers wanted: words for tickets, and what became of them. Hours count from the opening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Who = Literal["agent", "customer", "note", "take", "state", "solve", "tags"]
Step = tuple[float, Who, str]
"""After so many hours: a public reply, the customer's answer, an internal note, the number of the agent who takes it, a
state, a reply that resolves it, tags with commas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`age_h`: opened so many hours ago. `fields` as "name=value"."""

    age_h: float
    type: str
    subject: str
    words: str
    category: str
    priority: str | None = None
    channel: str = "portal"
    fields: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


_LOOK = "Thank you for writing. I am looking into it and will come back to you today."

OPEN: Final = (
    Story(
        age_h=1.93,
        type="incident",
        subject="Scanner in hall 3 shows no network",
        words="Since this morning the hand scanner says “no network”. Forty parcels are waiting.",
        category="scanners",
        channel="voice",
        fields=("product=Hand scanner", "serial-number=HS-20417"),
    ),
    Story(
        age_h=0.85,
        type="incident",
        priority="urgent",
        subject="Nobody can print shipping labels",
        words="All four label printers are offline. The lorry leaves at noon!",
        category="printers",
        channel="voice",
        fields=("product=Label printer",),
        steps=((0.1, "take", "1"), (0.15, "tags", "outage,harbour")),
    ),
    Story(
        age_h=7.6,
        type="question",
        subject="Can I change the delivery address?",
        words="My order is on its way, but I have moved. Can it still go to the new address?",
        category="delivery",
        channel="email",
        fields=("order-number=A-77120",),
    ),
    Story(
        age_h=23.0,
        type="incident",
        subject="Printer prints every second label blank",
        words="Every second label comes out empty. A new roll did not help.",
        category="printers",
        fields=("product=Label printer", "serial-number=LP-99120"),
        steps=(
            (0.5, "take", "0"),
            (0.6, "agent", _LOOK),
            (0.7, "state", "in_progress"),
            (2.0, "note", "Same firmware as the three printers of last week. Asked the second line."),
            (20.0, "customer", "Any news? We are doing it by hand now."),
        ),
    ),
    Story(
        age_h=30.0,
        type="incident",
        subject="App closes when I take a photo",
        words="As soon as I photograph a parcel, the app is gone. Android 15.",
        category="app",
        channel="chat",
        fields=("product=App",),
        steps=(
            (0.4, "take", "1"),
            (0.5, "agent", "Sorry for that. Which version does the app show under “About”?"),
            (0.51, "state", "pending"),
        ),
    ),
    Story(
        age_h=52.0,
        type="request",
        subject="Second user for our account",
        words="Please give my colleague an account too, with the right to see invoices.",
        category="account",
        steps=(
            (3.0, "take", "0"),
            (3.1, "agent", "Gladly. What is your colleague's mail address?"),
            (3.2, "state", "pending"),
            (49.0, "customer", "It is office@example.com, sorry for the delay."),
        ),
    ),
    Story(
        age_h=9.0,
        type="complaint",
        subject="Charged twice for the same parcel",
        words="Invoice 2291 has the same parcel twice. This is the second time!",
        category="invoices",
        channel="email",
        fields=("order-number=A-76004",),
        steps=((0.8, "take", "1"), (1.0, "agent", _LOOK), (1.1, "state", "in_progress"), (1.2, "tags", "refund")),
    ),
    Story(
        age_h=4.2,
        type="complaint",
        priority="urgent",
        subject="Driver left a fragile parcel in the rain",
        words="The box is soaked and the glass inside is broken. I have photos.",
        category="delivery",
        channel="voice",
    ),
    Story(
        age_h=70.0,
        type="question",
        subject="How long are proofs of delivery kept?",
        words="For our auditors: how long can we download proofs of delivery?",
        category="account",
        channel="email",
        steps=((2.0, "take", "0"), (2.5, "solve", "For ten years, under “Documents” in the portal.")),
    ),
    Story(
        age_h=44.0,
        type="incident",
        subject="Tracking page shows yesterday's status",
        words="The tracking page has not changed since yesterday noon.",
        category="app",
        fields=("product=App",),
        steps=(
            (1.0, "take", "1"),
            (1.2, "solve", "A feed had stopped, it runs again."),
            (20.0, "customer", "Today it is stuck again."),
        ),
    ),
    Story(
        age_h=15.0,
        type="request",
        subject="Pick-up on Saturdays",
        words="Could you pick up on Saturdays between now and the holidays?",
        category="delivery",
        priority="low",
    ),
    Story(
        age_h=0.3,
        type="question",
        subject="Which tariff for 40 parcels a month?",
        words="We send about forty parcels a month within the country. Which tariff fits?",
        category="tariffs",
        channel="chat",
    ),
    Story(
        age_h=0.1,
        type="compliment",
        subject="Great help on the phone",
        words="Alex solved our problem in two minutes. Please pass it on.",
        category="account",
    ),
    Story(
        age_h=26.0,
        type="request",
        subject="Copy of the invoices of the last quarter",
        words="Our accountant needs all invoices of the last quarter as PDF.",
        category="invoices",
        channel="email",
        steps=((5.0, "take", "0"), (6.0, "agent", _LOOK), (6.1, "state", "in_progress")),
    ),
)

_CLOSED: Final = (
    ("question", "tariffs", "What does a pallet to Austria cost?", "With the tariff M it is 84.00 up to 300 kg."),
    ("incident", "printers", "Label printer does not start", "The power supply is replaced under warranty."),
    ("request", "account", "New password for the portal", "You have a mail with a link that sets it anew."),
    ("incident", "scanners", "Battery lasts one hour only", "A new battery is on its way to you."),
    ("complaint", "delivery", "Parcel three days late", "We are sorry. The postage is refunded."),
    ("question", "delivery", "Do you deliver to islands?", "Yes, with one more day."),
    ("request", "invoices", "Other address on the invoice", "It is changed from the next invoice on."),
    ("incident", "app", "Cannot sign in on the new phone", "The old phone had to be signed out first. Done."),
    ("compliment", "delivery", "Friendly driver", "Thank you! We have told him."),
    ("question", "invoices", "When is the invoice due?", "Fourteen days after its date."),
    ("incident", "scanners", "Scanner reads some codes only", "The new software reads them."),
    ("request", "tariffs", "Change to tariff L", "It holds from the first of next month."),
)
_PRODUCTS: Final = {"printers": "Label printer", "scanners": "Hand scanner", "app": "App"}


def closed() -> list[Story]:
    """Two of each, between three days and a month old; one of each was confirmed by its customer."""
    stories = []
    for place, (kind, category, subject, answer) in enumerate(_CLOSED * 2):
        answered = 0.5 + (place % 5) * 1.5
        steps: list[Step] = [(answered, "take", str(place % 2)), (answered + 0.2, "solve", answer)]
        if place < len(_CLOSED):
            steps += [(answered + 3, "note", "Told the customer by phone too."), (answered + 5, "state", "closed")]
        stories.append(
            Story(
                age_h=72.0 + place * 29.0,
                type=kind,
                category=category,
                subject=subject,
                words=subject if subject.endswith("?") else f"{subject}. Can you help, please?",
                channel=("email", "portal", "voice", "chat")[place % 4],
                fields=(f"product={_PRODUCTS[category]}",) if kind == "incident" else (),
                steps=tuple(steps),
            )
        )
    return stories
