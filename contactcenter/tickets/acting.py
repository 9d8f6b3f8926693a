"""Who acts on a ticket: staff, its customer, somebody outside who was asked, a rule or the product itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from contactcenter.permissions import Principal
from contactcenter.tickets.model import Author
from contactcenter.tickets.workflow import CUSTOMER, RULE, Mover


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """`cause`: the rules that led here, the last one first, so that they do not call each other for ever."""

    author: Author
    id: str = ""
    name: str = ""
    roles: frozenset[str] = frozenset()
    cause: tuple[str, ...] = ()

    def mover(self, assignee_id: str | None) -> Mover:
        if self.author is Author.CUSTOMER:
            return Mover(kind=CUSTOMER)
        if self.author in (Author.RULE, Author.SYSTEM):
            return Mover(kind=RULE)
        return Mover(roles=self.roles, assignee=bool(self.id) and assignee_id == self.id)

    def because(self, rule: str) -> By:
        """A rule acting upon what this one did."""
        return replace(self, author=Author.RULE, id=rule, name="", roles=frozenset(), cause=(rule, *self.cause))


SYSTEM = By(author=Author.SYSTEM)


def staff(principal: Principal) -> By:
    """A signed-in agent, or a program with a key of its own."""
    return By(author=Author.AGENT, id=principal.user_id, name=principal.name, roles=frozenset(principal.roles))


def customer(customer_id: str, name: str) -> By:
    return By(author=Author.CUSTOMER, id=customer_id, name=name)


def partner(side_id: str, email: str) -> By:
    """Whoever is asked from outside in this side conversation."""
    return By(author=Author.PARTNER, id=side_id, name=email)
