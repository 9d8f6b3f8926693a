"""The portal's settings: kept in one row, read once, changed as a whole."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import bad
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.portal.acts import PORTAL_SET
from contactcenter.portal.models import PortalSettings
from contactcenter.portal.settings import PortalSettingsBody
from contactcenter.storage.database import Database

ROW = "portal"


class PortalSetUp:
    """`reload` before use."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.current = PortalSettingsBody()

    async def reload(self) -> None:
        async with self._database.session() as session:
            self.current = await _read(session)

    async def set(self, body: PortalSettingsBody) -> PortalSettingsBody:
        """Raises Problem 422 that names the field."""
        async with self._database.transaction() as session:
            before = await _read(session)
            check(body, before)
            row = await session.get(PortalSettings, ROW)
            if row is None:
                session.add(PortalSettings(id=ROW, document=_plain(body)))
            else:
                row.document = _plain(body)
            subject = Subject("portal", ROW, "Portal")
            await record(session, Act(kind=PORTAL_SET, subject=subject, before=_plain(before), after=_plain(body)))
        self.current = body
        return body


def check(body: PortalSettingsBody, before: PortalSettingsBody) -> None:
    """Raises Problem 422."""
    words = {each.kind: each for each in before.consents}
    seen: set[str] = set()
    for place, each in enumerate(body.consents):
        if each.kind in seen:
            raise bad(f"consents.{place}.kind", "is there already; each kind is asked for once.")
        seen.add(each.kind)
        old = words.get(each.kind)
        if old is not None and old.text != each.text and old.version == each.version:
            raise bad(f"consents.{place}.version", "must change with the words, so that one knows who agreed to what.")


async def _read(session: AsyncSession) -> PortalSettingsBody:
    row = await session.get(PortalSettings, ROW)
    return PortalSettingsBody() if row is None else PortalSettingsBody.model_validate(row.document)


def _plain(body: PortalSettingsBody) -> dict[str, Any]:
    return body.model_dump(mode="json")
