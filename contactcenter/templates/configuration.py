"""Texts of mails as a file: those that differ from what the product comes with."""

from __future__ import annotations

from pydantic import Field

from contactcenter.api.fields import Settings
from contactcenter.section import Document, Documents, Section
from contactcenter.templates.service import Language, Templates, WordsBody


class TemplateDocument(Settings):
    languages: dict[Language, WordsBody] = Field(max_length=100)


def sections(templates: Templates) -> tuple[Section, ...]:
    async def read() -> Documents:
        found: dict[str, Document] = {}
        for kind in templates.kinds():
            if own := templates.own(kind.key):
                words = {key: {"subject": own[key].subject, "text": own[key].text} for key in sorted(own)}
                found[kind.key] = {"languages": words}
        return found

    async def put(key: str, document: Document, there: bool) -> None:
        await templates.replace(key, TemplateDocument.model_validate(document).languages)

    async def remove(key: str) -> None:
        await templates.replace(key, {})

    section = Section(
        name="templates",
        title="Texts of mails",
        model=TemplateDocument,
        read=read,
        put=put,
        remove=remove,
        settle=templates.reload,
    )
    return (section,)
