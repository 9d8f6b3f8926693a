"""Telephones as files, without passwords: one that a file makes has a password nobody knows, until it is given a new
one on the screen or by the API."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from contactcenter.agents.telephone_set_up import ChangedTelephone, Label, NewTelephone, TelephoneSetUp
from contactcenter.api.fields import Ref, Settings
from contactcenter.api.problems import not_found
from contactcenter.identity.models import User
from contactcenter.section import Document, Documents, Reference, Section
from contactcenter.storage.database import Database


class TelephoneDocument(Settings):
    """`agent` is the email its owner signs in with: ids of users differ from house to house."""

    name: Label = ""
    agent: Ref | None = None
    disabled: bool = False


def section(telephones: TelephoneSetUp, database: Database) -> Section:
    async def emails() -> dict[str, str]:
        async with database.session() as session:
            return {row.id: row.email for row in await session.execute(select(User.id, User.email))}

    async def read() -> Documents:
        known = await emails()
        return {
            each.username: {"name": each.name, "agent": known.get(each.user_id or ""), "disabled": each.disabled}
            for each in (await telephones.all()).items
        }

    async def put(username: str, document: Document, there: bool) -> None:
        ids = {email: user_id for user_id, email in (await emails()).items()}
        owner = document["agent"]
        if owner is not None and owner not in ids:
            raise not_found("person who takes contacts; add the user first")
        body = {"name": document["name"], "user_id": ids.get(owner or ""), "disabled": document["disabled"]}
        if there:
            await telephones.change(username, ChangedTelephone.model_validate(body))
        else:
            await telephones.make(NewTelephone.model_validate({**body, "username": username}))

    async def settle() -> None:
        await telephones.settle("all")

    return Section(
        name="telephones",
        title="Telephones",
        after=("users",),
        model=TelephoneDocument,
        read=read,
        put=put,
        remove=telephones.remove,
        references=_of_telephone,
        settle=settle,
    )


def _of_telephone(document: Document) -> Iterator[Reference]:
    if document["agent"] is not None:
        yield Reference(("agent",), "users", document["agent"])
