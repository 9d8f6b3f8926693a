"""How suggestions are set, as a file."""

from __future__ import annotations

from contactcenter.section import Document, Documents, Section
from contactcenter.tickets.settings import plain
from contactcenter.tickets.suggesting.models import ROW
from contactcenter.tickets.suggesting.settings import SuggesterBody
from contactcenter.tickets.suggesting.suggester import Suggester


def section(suggester: Suggester) -> Section:
    async def read() -> Documents:
        return {ROW: plain(await suggester.settings())}

    async def put(key: str, document: Document, there: bool) -> None:
        await suggester.set(SuggesterBody.model_validate(dict(document)))

    return Section(name="ticket-suggestions", title="Suggestions for tickets", model=SuggesterBody, read=read, put=put)
