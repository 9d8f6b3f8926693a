"""Mail to who is outside in a side conversation."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.mail.outbox import Mail, Outbox
from contactcenter.templates.kinds import TemplateKind, Variable, Words
from contactcenter.templates.service import Templates
from contactcenter.tickets.side_models import TicketSide

SIDE: Final = TemplateKind(
    key="tickets.side",
    title="Side conversation",
    summary="To somebody outside whom an agent asks about a ticket; not to its customer.",
    variables=(
        Variable("subject", "What it is about, as the agent has written it", "Delivery of 12 March"),
        Variable("text", "What the agent has written", "Can you say when the van comes?", required=True),
        Variable("agent", "Who writes", "Anna Berg"),
        Variable("number", "Number of the ticket", "T-000123"),
    ),
    defaults={
        "en": Words("{subject} [{number}]", "{text}\n\n{agent}\n\n{house}"),
        "de": Words("{subject} [{number}]", "{text}\n\n{agent}\n\n{house}"),
    },
)


class SideMail:
    def __init__(self, outbox: Outbox, templates: Templates) -> None:
        self._outbox = outbox
        self._templates = templates

    @property
    def possible(self) -> bool:
        """Whether there is a mail server."""
        return self._outbox.configured

    async def put(self, session: AsyncSession, side: TicketSide, *, text: str, agent: str, number: str) -> None:
        """In the transaction of the message; call `wake` after the commit."""
        told = {"subject": side.subject, "text": text, "agent": agent, "number": number}
        mail = self._templates.render(SIDE.key, "", told)
        await self._outbox.put(session, Mail(to=side.email, subject=mail.subject, text=mail.text, html=mail.html))

    def wake(self) -> None:
        self._outbox.wake()
