"""The house's looks as a file: one document, `house`. The logo, a picture, is not in it."""

from __future__ import annotations

from contactcenter.api.fields import bad
from contactcenter.branding.service import Branding
from contactcenter.branding.settings import BrandingBody
from contactcenter.section import Document, Documents, Section


def sections(branding: Branding) -> tuple[Section, ...]:
    async def read() -> Documents:
        return {"house": branding.settings.model_dump(mode="json")}

    async def put(key: str, document: Document, there: bool) -> None:
        if key != "house":
            raise bad("", "there is one document here, `house`.")
        await branding.change(BrandingBody.model_validate(document))

    section = Section(name="branding", title="Branding", model=BrandingBody, read=read, put=put, settle=branding.reload)
    return (section,)
