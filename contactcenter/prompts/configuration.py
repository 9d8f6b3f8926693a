"""Prompts as a file: their names and notes. The recordings, sound, are not in it."""

from __future__ import annotations

from contactcenter.prompts.library import PromptLibrary
from contactcenter.prompts.set_up import PromptSetUp
from contactcenter.prompts.settings import NewPrompt, PromptBody
from contactcenter.section import Document, Documents, Section


def sections(prompts: PromptSetUp, library: PromptLibrary) -> tuple[Section, ...]:
    async def read() -> Documents:
        return {known.id: {"name": known.name, "note": known.note} for known in library.all()}

    async def put(key: str, document: Document, there: bool) -> None:
        if there:
            await prompts.change(key, PromptBody.model_validate(document))
        else:
            await prompts.make(NewPrompt.model_validate({**document, "id": key}))

    section = Section(
        name="prompts",
        title="Prompts",
        model=PromptBody,
        read=read,
        put=put,
        remove=prompts.remove,
        settle=prompts.reload,
    )
    return (section,)
