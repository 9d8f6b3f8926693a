"""Which words a mail has in a language, and changing them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Settings, _lines, _printable, bad
from contactcenter.api.problems import not_found
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.hints import did_you_mean
from contactcenter.slots import Slot, TemplateError, parse
from contactcenter.storage.database import Database
from contactcenter.templates.acts import TEMPLATE_CHANGED, TEMPLATE_RESET
from contactcenter.templates.kinds import ENGLISH, HOUSE, SUBJECT_LENGTH, TEXT_LENGTH, TemplateKind, Words
from contactcenter.templates.layout import Look, Rendered, laid_out
from contactcenter.templates.models import TemplateWords

Subject_ = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=SUBJECT_LENGTH),
    AfterValidator(_printable),
]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", max_length=35)]


class WordsBody(Settings):
    """With `{name}` where something is filled in."""

    subject: Subject_
    text: Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LENGTH), AfterValidator(_lines)]

    @property
    def words(self) -> Words:
        return Words(self.subject, self.text)


class Templates:
    """The words in use are kept in memory: `render` waits for nothing. `reload` before use; `add` the kinds there are.
    `look` gives what the house looks like at the moment; `now` unix seconds."""

    def __init__(
        self, database: Database, *, look: Callable[[], Look] = Look, now: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._look = look
        self._now = now
        self._kinds: dict[str, TemplateKind] = {}
        self._own: dict[tuple[str, str], Words] = {}

    def add(self, *kinds: TemplateKind) -> None:
        for kind in kinds:
            if kind.key in self._kinds:
                raise ValueError(f"two templates are called {kind.key}")
            self._kinds[kind.key] = kind

    async def reload(self) -> None:
        async with self._database.session() as session:
            rows = await session.scalars(select(TemplateWords))
            self._own = {(row.key, row.language): Words(row.subject, row.text) for row in rows}

    def render(self, key: str, language: str, variables: Mapping[str, str]) -> Rendered:
        """The mail in this language (BCP 47; "" when not known), or the nearest there is: "de-AT" finds "de", then the
        house's language, then English. Raises KeyError for a key nobody has registered."""
        kind, look = self._kinds[key], self._look()
        for wanted in self._ways(language, look.language):
            words = self._own.get((key, wanted)) or kind.defaults.get(wanted)
            if words is not None:
                return laid_out(words, variables, look, wanted)
        raise AssertionError(f"{key} has no English words")

    def preview(self, kind: TemplateKind, words: Words, language: str) -> Rendered:
        """With the examples in place of what is filled in. Raises Problem 422 as `change` does."""
        check(kind, words)
        examples = {variable.name: variable.example for variable in kind.variables}
        look = self._look()
        if not look.house:
            examples["house"] = HOUSE.example
        return laid_out(words, examples, look, language)

    def kinds(self) -> list[TemplateKind]:
        return sorted(self._kinds.values(), key=lambda kind: kind.key)

    def kind(self, key: str) -> TemplateKind:
        """Raises Problem 404."""
        if key not in self._kinds:
            raise not_found("template")
        return self._kinds[key]

    def own(self, key: str) -> dict[str, Words]:
        """Words that differ from the defaults, by language."""
        return {language: words for (of, language), words in self._own.items() if of == key}

    async def change(self, key: str, language: str, body: WordsBody) -> None:
        """Raises Problem 404, 422 for what cannot be filled in."""
        kind = self.kind(key)
        check(kind, body.words)
        async with self._database.transaction() as session:
            await self._put(session, kind, language, body.words)
        await self.reload()

    async def reset(self, key: str, language: str) -> None:
        """To the words it came with; in a language it came without it is gone. Raises Problem 404."""
        kind = self.kind(key)
        async with self._database.transaction() as session:
            if not await self._take_away(session, kind, language):
                raise not_found("text of its own in this language")
        await self.reload()

    async def replace(self, key: str, wanted: Mapping[str, WordsBody]) -> None:
        """All of its own words there are from now on, by language. Raises Problem 404, 422."""
        kind = self.kind(key)
        for language, body in wanted.items():
            check(kind, body.words, f"languages.{language}.")
        async with self._database.transaction() as session:
            for language in self.own(key).keys() - wanted.keys():
                await self._take_away(session, kind, language)
            for language, body in wanted.items():
                await self._put(session, kind, language, body.words)
        await self.reload()

    async def _put(self, session: AsyncSession, kind: TemplateKind, language: str, words: Words) -> None:
        row = await session.get(TemplateWords, (kind.key, language))
        before = _document(kind, language, None if row is None else Words(row.subject, row.text))
        if row is None:
            row = TemplateWords(key=kind.key, language=language)
            session.add(row)
        row.subject, row.text = words.subject, words.text
        row.changed_at = datetime.fromtimestamp(self._now(), UTC)
        after = {"subject": words.subject, "text": words.text}
        await record(session, Act(kind=TEMPLATE_CHANGED, subject=_subject(kind, language), before=before, after=after))

    async def _take_away(self, session: AsyncSession, kind: TemplateKind, language: str) -> bool:
        row = await session.get(TemplateWords, (kind.key, language))
        if row is None:
            return False
        before = _document(kind, language, Words(row.subject, row.text))
        await session.delete(row)
        after = _document(kind, language, None)
        await record(session, Act(kind=TEMPLATE_RESET, subject=_subject(kind, language), before=before, after=after))
        return True

    @staticmethod
    def _ways(language: str, of_house: str) -> list[str]:
        wanted: list[str] = []
        for tag in (language, of_house, ENGLISH):
            parts = tag.split("-")
            wanted += ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
        return [tag for tag in wanted if tag]


def check(kind: TemplateKind, words: Words, place: str = "") -> None:
    """Raises Problem 422 for a text that cannot be filled in, or lacks what the mail is for."""
    named: set[str] = set()
    for field, text in (("subject", words.subject), ("text", words.text)):
        try:
            slots = [part for part in parse(text) if isinstance(part, Slot)]
        except TemplateError as error:
            hint = f" ({error.hint})" if error.hint else ""
            raise bad(place + field, f"{error.message}{hint}.") from None
        for slot in slots:
            if slot.name not in kind.names:
                hint = did_you_mean(slot.name, kind.names)
                raise bad(place + field, f"nothing is called `{{{slot.name}}}` here; {hint or 'see what there is'}")
        named.update(slot.name for slot in slots)
    for variable in kind.variables:
        if variable.required and variable.name not in named:
            raise bad(f"{place}text", f"must hold `{{{variable.name}}}`: {variable.summary}.")


def _document(kind: TemplateKind, language: str, words: Words | None) -> dict[str, str] | None:
    words = words or kind.defaults.get(language)
    return None if words is None else {"subject": words.subject, "text": words.text}


def _subject(kind: TemplateKind, language: str) -> Subject:
    return Subject("template", f"{kind.key}/{language}", f"{kind.title} ({language})")
