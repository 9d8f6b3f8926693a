"""Trunks and called numbers as files. Passwords are in none of them: a trunk that a file makes gets its own on the
screen, or stays refused by its provider."""

from __future__ import annotations

from collections.abc import Iterator

from contactcenter.section import Document, Documents, Reference, Section
from contactcenter.trunks.number_set_up import ChangedNumber, NewNumber, NumberBody, NumberSetUp
from contactcenter.trunks.set_up import ChangedTrunk, NewTrunk, TrunkSetUp
from contactcenter.trunks.settings import TrunkSettings


def trunks_section(trunks: TrunkSetUp) -> Section:
    async def read() -> Documents:
        items = (await trunks.all()).items
        return {each.id: each.model_dump(mode="json", include=set(TrunkSettings.model_fields)) for each in items}

    async def put(trunk_id: str, document: Document, there: bool) -> None:
        if there:
            await trunks.change(trunk_id, ChangedTrunk.model_validate(document), from_file=True)
        else:
            await trunks.make(NewTrunk.model_validate({**document, "id": trunk_id}), from_file=True)

    return Section(
        name="trunks",
        title="Trunks",
        model=TrunkSettings,
        read=read,
        put=put,
        remove=trunks.remove,
        settle=trunks.settle,
    )


def numbers_section(numbers: NumberSetUp) -> Section:
    async def read() -> Documents:
        items = (await numbers.all()).items
        return {each.id: each.model_dump(mode="json", include=set(NumberBody.model_fields)) for each in items}

    async def put(number_id: str, document: Document, there: bool) -> None:
        if there:
            await numbers.change(number_id, ChangedNumber.model_validate(document))
        else:
            await numbers.make(NewNumber.model_validate({**document, "id": number_id}))

    return Section(
        name="called-numbers",
        title="Numbers",
        after=("trunks",),
        model=NumberBody,
        read=read,
        put=put,
        remove=numbers.remove,
        references=_of_number,
        settle=numbers.settle,
    )


def _of_number(document: Document) -> Iterator[Reference]:
    if document["trunk_id"] is not None:
        yield Reference(("trunk_id",), "trunks", document["trunk_id"])
