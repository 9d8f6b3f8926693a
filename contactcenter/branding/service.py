"""The house's looks, kept in memory and changed in one place."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.uploads import Picture, redrawn
from contactcenter.audit.acts import Act, ActKind, Subject
from contactcenter.audit.recorder import record
from contactcenter.branding.acts import BRANDING_CHANGED, LOGO_CHANGED
from contactcenter.branding.colours import text_on
from contactcenter.branding.models import Branding as BrandingRow
from contactcenter.branding.settings import DEFAULT_ACCENT, BrandingBody
from contactcenter.storage.database import Database
from contactcenter.templates.layout import Look

LOGO_BOX: Final = (800, 240)
"""Pixels; shown at most 60 high, so this is enough for screens of four times the density."""
_ID: Final = "house"


@dataclass(frozen=True, slots=True)
class Logo:
    """A PNG."""

    data: bytes = field(repr=False)
    digest: str
    width: int
    height: int


class Branding:
    """`reload` before use; `now` gives unix seconds."""

    def __init__(self, database: Database, *, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now
        self.settings = BrandingBody()
        self.logo: Logo | None = None

    async def reload(self) -> None:
        async with self._database.session() as session:
            row = await session.get(BrandingRow, _ID)
        self.settings = BrandingBody() if row is None else BrandingBody.model_validate(row.settings)
        self.logo = None
        if row is not None and row.logo is not None:
            self.logo = Logo(row.logo, row.logo_digest, row.logo_width, row.logo_height)

    def look(self, page_url: str) -> Look:
        """Of mails; `page_url` is the address of the pages."""
        accent = self.settings.accent or DEFAULT_ACCENT
        logo = f"{page_url.rstrip('/')}/api/v1/branding/logo?v={self.logo.digest[:16]}" if self.logo else ""
        return Look(
            house=self.settings.name,
            accent=accent,
            on_accent=text_on(accent),
            logo_url=logo,
            footer=self.settings.mail_footer,
            language=self.settings.language,
        )

    async def change(self, body: BrandingBody) -> None:
        async with self._database.transaction() as session:
            row = await self._row(session)
            before, row.settings = dict(row.settings), body.model_dump()
            await self._note(session, BRANDING_CHANGED, before, row.settings)
        await self.reload()

    async def put_logo(self, data: bytes) -> None:
        """An image as it came. Raises Problem 422 for one that cannot be used."""
        await self._keep(await redrawn(data, box=LOGO_BOX, media_type="image/png"))

    async def remove_logo(self) -> None:
        await self._keep(None)

    async def _keep(self, picture: Picture | None) -> None:
        async with self._database.transaction() as session:
            row = await self._row(session)
            before = row.logo_digest
            row.logo = None if picture is None else picture.data
            row.logo_digest = "" if picture is None else hashlib.sha256(picture.data).hexdigest()
            row.logo_width, row.logo_height = (0, 0) if picture is None else (picture.width, picture.height)
            await self._note(session, LOGO_CHANGED, {"sha256": before}, {"sha256": row.logo_digest})
        await self.reload()

    async def _row(self, session: AsyncSession) -> BrandingRow:
        row = await session.get(BrandingRow, _ID)
        if row is None:
            row = BrandingRow(id=_ID, settings=BrandingBody().model_dump(), logo_digest="", logo_width=0, logo_height=0)
            session.add(row)
        row.changed_at = datetime.fromtimestamp(self._now(), UTC)
        return row

    async def _note(self, session: AsyncSession, kind: ActKind, before: dict[str, Any], after: dict[str, Any]) -> None:
        await record(session, Act(kind=kind, subject=Subject("branding", _ID), before=before, after=after))
