"""People of elsewhere as those of this house: agents by their address, customers by what they are reached at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem, invalid
from contactcenter.customers.fields import definitions
from contactcenter.customers.identities import Identity, IdentityError, IdentityKind
from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.customers.service import Customers
from contactcenter.customers.settings import CustomerBody
from contactcenter.customers.words import folded
from contactcenter.identity.access import holders
from contactcenter.identity.models import Team, User
from contactcenter.queues.models import Queue
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.importing.incoming import Person
from contactcenter.tickets.importing.mapping import CHANNELS, Choices, Remark, choice_fields
from contactcenter.tickets.model import Author, Priority
from contactcenter.tickets.permissions import TICKETS_WORK

REACHED: Final[tuple[IdentityKind, ...]] = ("email", "external", "phone")
"""By what somebody is known again, the surest first."""
MOST_REMEMBERED: Final = 20_000


async def choices(session: AsyncSession, catalog: Catalog) -> Choices:
    """What tickets can be mapped to now."""
    workers = await holders(session, TICKETS_WORK)
    users = list(await session.scalars(select(User).where(User.id.in_(workers), User.disabled_at.is_(None))))
    teams = {row.id: row.name for row in await session.execute(select(Team.id, Team.name))}
    queues = {row.id: row.name for row in await session.execute(select(Queue.id, Queue.name))}
    categories = {key: " › ".join(catalog.path(key)) for key, row in catalog.categories.items() if not row.retired}
    return Choices(
        names={
            "state": {key: row.name for key, row in catalog.states.items() if not row.retired},
            "type": {key: row.name for key, row in catalog.types.items() if not row.retired},
            "category": categories,
            "priority": {each.word: each.word for each in Priority},
            "channel": {each: each for each in CHANNELS},
            "assignee": {user.id: user.name for user in users},
            "team": teams,
            "queue": queues,
            **{name: {choice: choice for choice in row.choices} for name, row in choice_fields(catalog)},
        },
        aliases={
            "assignee": {folded(user.email): user.id for user in users},
            "category": {folded(row.name): key for key, row in catalog.categories.items() if not row.retired},
        },
        classes={key: row.state_class for key, row in catalog.states.items()},
    )


class People:
    """`origin`: where they are known by their keys."""

    def __init__(self, customers: Customers, origin: str) -> None:
        self._customers = customers
        self._origin = origin
        self._users: dict[str, tuple[str, str]] = {}
        self._found: dict[str, str] = {}

    def forget(self) -> None:
        """What was found in a transaction that has failed need not be there."""
        self._found.clear()

    async def prepare(self, session: AsyncSession) -> None:
        rows = await session.execute(select(User.id, User.name, User.email))
        self._users = {folded(row.email): (row.id, row.name) for row in rows}

    def user(self, address: str) -> str | None:
        return self._users.get(folded(address), (None, ""))[0]

    async def requester(self, session: AsyncSession, person: Person, remarks: list[Remark]) -> str | None:
        """The customer, made where there is none; None, with a remark, where none can be made."""
        if (found := await self.known(session, person)) is not None:
            return found
        body: Mapping[str, Any] = {"name": person.called[:200], "identities": self._identities(person, remarks)}
        try:
            async with session.begin_nested():
                given = CustomerBody.model_validate(body)
                return (await self._customers.add(session, given, await definitions(session))).id
        except (Problem, ValidationError) as error:
            problem = error if isinstance(error, Problem) else invalid(error, "requester")
            remarks.append(Remark("requester", person.called[:200], f"No customer can be made: {problem.detail}"))
            return None

    async def organisation(self, session: AsyncSession, name: str, remarks: list[Remark]) -> str | None:
        """By its name, made where there is none."""
        word = folded(name)[:200]
        if f"organisation {word}" in self._found:
            return self._found[f"organisation {word}"]
        same = (Customer.kind == "organisation", Customer.sort_name == word)
        query = select(Customer.root_id).where(*same).order_by(Customer.created_at).limit(1)
        if (found := await session.scalar(query)) is not None:
            self._remember(f"organisation {word}", found)
            return found
        try:
            async with session.begin_nested():
                given = CustomerBody(name=name, kind="organisation")
                return (await self._customers.add(session, given, await definitions(session))).id
        except (Problem, ValidationError) as error:
            problem = error if isinstance(error, Problem) else invalid(error, "organisation")
            remarks.append(Remark("organisation", name[:200], f"It cannot be made: {problem.detail}"))
            return None

    async def known(self, session: AsyncSession, person: Person) -> str | None:
        """The customer who has one of these identities."""
        word = f"{person.key} {person.email} {person.phone}"
        if word in self._found:
            return self._found[word]
        keys = {key.kind: key for key in self._keys(person)}
        if not keys:
            return None
        held = tuple_(CustomerIdentity.kind, CustomerIdentity.channel, CustomerIdentity.value)
        query = select(CustomerIdentity.kind, Customer.root_id)
        query = query.join(Customer, CustomerIdentity.customer_id == Customer.id)
        wanted = [(key.kind, key.channel, key.value) for key in keys.values()]
        rows = {row.kind: row.root_id for row in await session.execute(query.where(held.in_(wanted)))}
        found = next((rows[kind] for kind in REACHED if kind in rows), None)
        if found is not None:
            self._remember(word, found)
        return found

    def _remember(self, word: str, customer_id: str) -> None:
        if len(self._found) >= MOST_REMEMBERED:
            self._found.clear()
        self._found[word] = customer_id

    async def author(
        self, session: AsyncSession, by: Author, person: Person | None, requester: tuple[Person | None, str | None]
    ) -> tuple[Author, str, str]:
        """Who it is here, his id and his name; somebody who is not known here has a name only."""
        if person is None or by not in (Author.AGENT, Author.CUSTOMER):
            return by, "", "" if person is None else person.name
        if by is Author.AGENT:
            user_id, name = self._users.get(folded(person.email), ("", person.called)) if person.email else ("", "")
            return by, user_id, name or person.called
        asked, customer_id = requester
        same = asked is not None and (person.key or person.email) == (asked.key or asked.email)
        found = customer_id if same else await self.known(session, person)
        return by, found or "", person.called

    def _keys(self, person: Person) -> list[Identity]:
        return [key for kind in REACHED if (key := self._key(person, kind)) is not None]

    def _key(self, person: Person, kind: IdentityKind) -> Identity | None:
        value = {"email": person.email, "external": person.key, "phone": person.phone}[kind]
        try:
            return self._customers.normalise(kind, value, self._origin) if value else None
        except IdentityError:
            return None

    def _identities(self, person: Person, remarks: list[Remark]) -> list[dict[str, str]]:
        given = []
        for kind in REACHED:
            value = {"email": person.email, "external": person.key, "phone": person.phone}[kind]
            if value and self._key(person, kind) is None:
                remarks.append(Remark(kind, value[:200], f"This is no {kind} of a customer."))
            elif value:
                channel = self._origin if kind == "external" else ""
                given.append({"kind": kind, "value": value, "channel": channel})
        return given
