"""Mail to who is outside in a side conversation."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.mail.outbox import Mail, Outbox
from contactcenter.templates.kinds import TemplateKind, Variable, Words
from contactcenter.templates.service import Templates
from contactcenter.tickets.side_links import SideLinks
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
        # Not required: words from before it was there still count, and get it at the end of the text.
        Variable("link", "Address where it is answered; without it, it follows the text", "https://cc.example.com/s/x"),
        Variable("files", "That there are files behind the link; empty without", "2 files are waiting there."),
    ),
    defaults={
        "en": Words(
            "{subject} [{number}]",
            "{text}\n\n{agent}\n{house}\n\nPlease answer here, with files too if you like; an answer to this mail does "
            "not reach us. {files}\n\n{link}",
        ),
        "de": Words(
            "{subject} [{number}]",
            "{text}\n\n{agent}\n{house}\n\nBitte antworten Sie hier, gern auch mit Dateien; eine Antwort auf diese "
            "E-Mail erreicht uns nicht. {files}\n\n{link}",
        ),
    },
)
_FILES: Final = {
    "en": ("A file is waiting there.", "{count} files are waiting there."),
    "de": ("Dort liegt eine Datei für Sie.", "Dort liegen {count} Dateien für Sie."),
}
_FILES_ELSEWHERE: Final = "\N{PAPERCLIP} {count}"


class SideMail:
    def __init__(self, outbox: Outbox, templates: Templates, links: SideLinks) -> None:
        self._outbox = outbox
        self._templates = templates
        self._links = links

    @property
    def possible(self) -> bool:
        """Whether there is a mail server."""
        return self._outbox.configured

    async def put(
        self, session: AsyncSession, side: TicketSide, *, text: str, agent: str, number: str, files: int
    ) -> None:
        """In the transaction of the message; call `wake` after the commit. `files`: how many wait behind the link."""
        link = self._links.link(side)
        told = {"subject": side.subject, "text": text, "agent": agent, "number": number, "link": link}
        mail = self._templates.render(SIDE.key, "", told)
        waiting = files_in_words(mail.language, files)
        if waiting:
            mail = self._templates.render(SIDE.key, "", told | {"files": waiting})
        left_out = [each for each in (waiting, link) if each not in mail.text]
        if left_out:
            told |= {"text": "\n\n".join([text, *left_out]), "files": waiting}
            mail = self._templates.render(SIDE.key, "", told)
        await self._outbox.put(session, Mail(to=side.email, subject=mail.subject, text=mail.text, html=mail.html))

    def wake(self) -> None:
        self._outbox.wake()


def files_in_words(language: str, count: int) -> str:
    if count == 0:
        return ""
    words = _FILES.get(language.partition("-")[0])
    return (_FILES_ELSEWHERE if words is None else words[min(count, 2) - 1]).format(count=count)
