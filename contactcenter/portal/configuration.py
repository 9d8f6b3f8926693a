"""The portal's settings as a file."""

from __future__ import annotations

from contactcenter.portal.set_up import ROW, PortalSetUp
from contactcenter.portal.settings import PortalSettingsBody
from contactcenter.section import Document, Documents, Section


def sections(set_up: PortalSetUp) -> tuple[Section, ...]:
    async def read() -> Documents:
        # Anew: within a plan that is tried out, what is kept in memory is not what the database says.
        await set_up.reload()
        return {ROW: set_up.current.model_dump(mode="json")}

    async def put(name: str, document: Document, there: bool) -> None:
        await set_up.set(PortalSettingsBody.model_validate(dict(document)))

    section = Section(
        name="portal",
        title="Customers' portal",
        model=PortalSettingsBody,
        read=read,
        put=put,
        settle=set_up.reload,
    )
    return (section,)
