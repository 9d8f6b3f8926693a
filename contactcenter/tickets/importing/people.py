"""People of elsewhere as those of this house: agents by their address, customers by what they are reached at."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem, invalid
from contactcenter.customers.fields import definitions
from contactcenter.customers.identities import Identity, IdentityError, IdentityKind
from contactcenter.customers.many import Many
from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.customers.service import Customers
from contactcenter.customers.settings import CustomerBody, IdentityBody
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
_READ_AT_ONCE: Final = 500


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
    """`origin`: where they are known by their keys. Those whom some tickets name are looked up together (`meet`); what
    is made then is there once it is written (`write`)."""

    def __init__(self, customers: Customers, origin: str) -> None:
        self._customers = customers
        self._origin = origin
        self._users: dict[str, tuple[str, str]] = {}
        self._found: dict[Identity, str] = {}
        self._organisations: dict[str, str] = {}
        self._keys_of: dict[Person, list[Identity]] = {}

    def forget(self) -> None:
        """What was found in a transaction that has failed need not be there."""
        self._found.clear()
        self._organisations.clear()

    async def prepare(self, session: AsyncSession) -> None:
        rows = await session.execute(select(User.id, User.name, User.email))
        self._users = {folded(row.email): (row.id, row.name) for row in rows}

    def user(self, address: str) -> str | None:
        return self._users.get(folded(address), (None, ""))[0]

    async def meet(self, session: AsyncSession, persons: Collection[Person], organisations: Collection[str]) -> Many:
        """Whoever of these is known already; who is not can be made."""
        if len(self._found) + len(self._organisations) >= MOST_REMEMBERED:
            self.forget()
        self._keys_of = {person: self._keys(person) for person in persons}
        await self._look_up(session)
        await self._look_up_organisations(session, organisations)
        return Many(self._customers, session, await definitions(session))

    async def _look_up(self, session: AsyncSession) -> None:
        wanted: dict[str, set[str]] = {}
        for key in {key for keys in self._keys_of.values() for key in keys if key not in self._found}:
            wanted.setdefault(key.kind, set()).add(key.value)
        held = select(CustomerIdentity.kind, CustomerIdentity.channel, CustomerIdentity.value, Customer.root_id)
        held = held.join(Customer, CustomerIdentity.customer_id == Customer.id).order_by(Customer.created_at)
        for kind, values in wanted.items():
            for some in _parts(sorted(values)):
                query = held.where(CustomerIdentity.kind == kind, CustomerIdentity.value.in_(some))
                for row in await session.execute(query):
                    self._found.setdefault(Identity(row.kind, row.channel, row.value), row.root_id)

    async def _look_up_organisations(self, session: AsyncSession, names: Collection[str]) -> None:
        wanted = {_word(name) for name in names} - self._organisations.keys()
        held = select(Customer.sort_name, Customer.root_id).where(Customer.kind == "organisation")
        for some in _parts(sorted(wanted)):
            query = held.where(Customer.sort_name.in_(some)).order_by(Customer.created_at)
            for row in await session.execute(query):
                self._organisations.setdefault(row.sort_name, row.root_id)

    async def requester(self, new: Many, person: Person, remarks: list[Remark]) -> str | None:
        """The customer, made where there is none; None, with a remark, where none can be made."""
        if (found := self.known(person)) is not None:
            return found
        try:
            identities = [IdentityBody.model_validate(each) for each in self._identities(person, remarks)]
            made = await new.add(CustomerBody(name=person.called[:200], identities=identities))
        except (Problem, ValidationError) as error:
            problem = error if isinstance(error, Problem) else invalid(error, "requester")
            remarks.append(Remark("requester", person.called[:200], f"No customer can be made: {problem.detail}"))
            return None
        self._found |= dict.fromkeys(self._keys_of[person], made)
        return made

    async def organisation(self, new: Many, name: str, remarks: list[Remark]) -> str | None:
        """By its name, made where there is none."""
        if (found := self._organisations.get(_word(name))) is not None:
            return found
        try:
            made = await new.add(CustomerBody(name=name, kind="organisation"))
        except (Problem, ValidationError) as error:
            problem = error if isinstance(error, Problem) else invalid(error, "organisation")
            remarks.append(Remark("organisation", name[:200], f"It cannot be made: {problem.detail}"))
            return None
        self._organisations[_word(name)] = made
        return made

    def known(self, person: Person) -> str | None:
        """The customer who has one of these identities."""
        return next((self._found[key] for key in self._keys_of[person] if key in self._found), None)

    def author(
        self, by: Author, person: Person | None, requester: tuple[Person | None, str | None]
    ) -> tuple[Author, str, str]:
        """Who it is here, his id and his name; somebody who is not known here has a name only."""
        if person is None or by not in (Author.AGENT, Author.CUSTOMER):
            return by, "", "" if person is None else person.name
        if by is Author.AGENT:
            user_id, name = self._users.get(folded(person.email), ("", person.called)) if person.email else ("", "")
            return by, user_id, name or person.called
        asked, customer_id = requester
        same = asked is not None and (person.key or person.email) == (asked.key or asked.email)
        found = customer_id if same else self.known(person)
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
        fitting = {key.kind for key in self._keys_of[person]}
        for kind in REACHED:
            value = {"email": person.email, "external": person.key, "phone": person.phone}[kind]
            if value and kind not in fitting:
                remarks.append(Remark(kind, value[:200], f"This is no {kind} of a customer."))
            elif value:
                channel = self._origin if kind == "external" else ""
                given.append({"kind": kind, "value": value, "channel": channel})
        return given


def _word(name: str) -> str:
    return folded(name)[:200]


def _parts(values: list[str]) -> Iterator[list[str]]:
    return (values[at : at + _READ_AT_ONCE] for at in range(0, len(values), _READ_AT_ONCE))
