"""Identity providers as files, without what is secret: of a client's secret the file names where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from contactcenter.identity.sso.providers import Providers
from contactcenter.identity.sso.settings import ChangedProvider, NewProvider, ProviderBody
from contactcenter.permissions import Role
from contactcenter.section import Document, Documents, Reference, Section, applied_by


def sections(providers: Providers) -> tuple[Section, ...]:
    async def read() -> Documents:
        fields = set(ProviderBody.model_fields)
        return {each.id: each.model_dump(mode="json", include=fields) for each in (await providers.all()).items}

    async def put(provider_id: str, document: Document, there: bool) -> None:
        if there:
            await providers.change(provider_id, ChangedProvider.model_validate(document), applied_by())
        else:
            await providers.make(NewProvider.model_validate({**document, "id": provider_id}), applied_by())

    async def remove(provider_id: str) -> None:
        await providers.remove(provider_id, applied_by())

    return (
        Section(
            name="identity-providers",
            title="Identity providers",
            after=("roles", "teams", "queues"),
            model=ProviderBody,
            read=read,
            put=put,
            remove=remove,
            references=_references,
        ),
    )


def _references(document: Document) -> Iterator[Reference]:
    for place, role in enumerate(document["default_roles"]):
        yield from _of_role(("default_roles", place), role)
    for place, rule in enumerate(document["rules"]):
        for position, role in enumerate(rule["roles"]):
            yield from _of_role(("rules", place, "roles", position), role)
        for position, team in enumerate(rule["teams"]):
            yield Reference(("rules", place, "teams", position), "teams", team)


def _of_role(path: tuple[str | int, ...], role: Document) -> Iterator[Reference]:
    if role["role"] not in set(Role):
        yield Reference((*path, "role"), "roles", role["role"])
    where = role["where"] or {}
    for section in ("teams", "queues"):
        for place, each in enumerate(where.get(section, ())):
            yield Reference((*path, "where", section, place), section, each)
