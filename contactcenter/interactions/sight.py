"""Which interactions somebody sees, as a condition for the database: what he may not see is never read."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, true

from contactcenter.identity.access import members
from contactcenter.interactions.models import Interaction
from contactcenter.interactions.permissions import INTERACTIONS_VIEW, INTERACTIONS_VIEW_OWN
from contactcenter.permissions import Permission, Principal

Sight = ColumnElement[bool]
EVERYTHING: Sight = true()


def sight_of(principal: Principal, *also: Permission) -> Sight:
    """Those within the queues and teams for which he may see interactions, and those he has handled. Each permission
    in `also` (to listen, say) narrows it to where that counts."""
    seen = _within(principal, INTERACTIONS_VIEW)
    if principal.may(INTERACTIONS_VIEW_OWN):
        seen = or_(seen, Interaction.agent_id == principal.user_id)
    return and_(seen, *(_within(principal, permission) for permission in also))


def _within(principal: Principal, permission: Permission) -> Sight:
    scope = principal.scope(permission)
    if scope is None:
        return false()
    if scope.everywhere:
        return true()
    of_team = Interaction.agent_id.in_(members(scope.teams or frozenset()))
    return or_(Interaction.queue_id.in_(scope.queues or frozenset()), of_team)
