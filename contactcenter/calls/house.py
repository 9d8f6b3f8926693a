"""What the house has for callers beside its agents: mail to its people, customers' records, numbers it can call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import select

from contactcenter.calls.desks import Note
from contactcenter.customers.service import Customers
from contactcenter.customers.settings import ConsentBody
from contactcenter.flows.interpreter import Dialable
from contactcenter.identity.models import TeamMember, User
from contactcenter.mail.outbox import Mail, Outbox
from contactcenter.queues.targets import Unreachable
from contactcenter.storage.database import Database
from contactcenter.templates.kinds import TemplateKind, Variable, Words
from contactcenter.templates.service import Templates
from contactcenter.trunks.dialplan import Refusal
from contactcenter.trunks.formats import canonical
from contactcenter.trunks.placing import OutsideLines

MESSAGE: Final = TemplateKind(
    key="calls.message",
    title="Message from a caller",
    summary="To the team, the person or the address that a flow or a queue leaves a caller's message for.",
    variables=(
        Variable("subject", "what it is about", "Message from +4930123456"),
        Variable("text", "what was written; empty for a spoken message", "Please call Ms Kern about her meter."),
        Variable("link", "where it is told, and heard when it was spoken", "https://example.com/", required=True),
    ),
    defaults={
        "en": Words("{subject}", "{text}\n\nYou find it here:\n\n{link}"),
        "de": Words("{subject}", "{text}\n\nSie finden es hier:\n\n{link}"),
    },
)
NOT_PROMISED: Final = frozenset({"no-number", "no-trunk", "not-allowed"})
"""Why a number cannot be called at all; other refusals of the dial plan pass."""


class MailMessenger:
    """A team's people, a person, or an address: each gets a mail. `page_url`: where people sign in."""

    def __init__(self, database: Database, outbox: Outbox, templates: Templates, page_url: Callable[[], str]) -> None:
        self._database = database
        self._outbox = outbox
        self._templates = templates
        self._page_url = page_url

    async def send(self, note: Note) -> bool:
        if not self._outbox.configured:
            return False
        async with self._database.transaction() as session:
            addresses = [note.to]
            if note.kind != "mail":
                wanted = select(User.email).where(User.disabled_at.is_(None)).order_by(User.email)
                if note.kind == "agent":
                    wanted = wanted.where(User.id == note.to)
                else:
                    wanted = wanted.join(TeamMember, TeamMember.user_id == User.id).where(TeamMember.team_id == note.to)
                addresses = list(await session.scalars(wanted))
            mail = self._templates.render(MESSAGE.key, "", self._variables(note))
            for address in addresses:
                await self._outbox.put(session, Mail(to=address, subject=mail.subject, text=mail.text, html=mail.html))
        self._outbox.wake()
        return bool(addresses)

    def _variables(self, note: Note) -> dict[str, str]:
        link = f"{self._page_url().rstrip('/')}/interactions/{note.interaction_id}"
        return {"subject": " ".join(note.subject.split()), "text": note.text, "link": link}


class CustomerConsents:
    def __init__(self, customers: Customers) -> None:
        self._customers = customers

    async def keep(self, *, customer_id: str, kind: str, given: bool, version: str) -> None:
        body = ConsentBody(kind=kind, given=given, channel="voice", text_version=version)
        await self._customers.consent(customer_id, body)


def unreachable(is_telephone: Callable[[str], bool], country: str) -> Unreachable:
    """Telephones of the house and whatever is a number; whether a trunk may call it, changes."""

    def why(number: str) -> str | None:
        if is_telephone(number) or canonical(number, country) is not None:
            return None
        return "is neither a telephone number nor one of the house's telephones."

    return why


def dialable(is_telephone: Callable[[str], bool], outside: OutsideLines, country: str) -> Dialable:
    """Telephones of the house, and numbers that some trunk may call."""

    def written(number: str) -> str | None:
        if is_telephone(number):
            return number
        found = canonical(number, country)
        if found is None:
            return None
        way = outside.route(found)
        return None if isinstance(way, Refusal) and way.code in NOT_PROMISED else found

    return written
