"""What somebody may at this moment, whatever way he came in: from rows to a principal."""

from __future__ import annotations

import math
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.identity.access import holdings
from contactcenter.identity.models import User
from contactcenter.identity.sign_in_models import ApiKey
from contactcenter.permissions import Catalogue, Principal


async def of_user(
    session: AsyncSession, catalogue: Catalogue, user: User, session_id: str = "", authenticated_at: float = math.inf
) -> Principal:
    held = await holdings(session, user.id, catalogue)
    roles = tuple(holding.role for holding in held)
    return Principal(
        user.id, user.email, user.name, roles, session_id, catalogue.grants(held), authenticated_at=authenticated_at
    )


async def of_key(session: AsyncSession, catalogue: Catalogue, key_id: str, at: datetime) -> Principal | None:
    """None for one that is not there, has expired, or whose user may no longer come in."""
    wanted = select(ApiKey, User).join(User, User.id == ApiKey.user_id).where(ApiKey.id == key_id)
    found = (await session.execute(wanted)).one_or_none()
    if found is None or found[1].disabled_at is not None or found[1].removed_at is not None:
        return None
    row = found[0]
    if row.expires_at is not None and row.expires_at <= at:
        return None
    grants = catalogue.grants(await holdings(session, row.user_id, catalogue))
    given = {name: scope for name, scope in grants.items() if name in row.permissions}
    return Principal(row.id, "", row.name, (), "", given, kind="key")


async def at_present(session: AsyncSession, catalogue: Catalogue, who: str, at: datetime) -> Principal | None:
    """The user or the API key with this id; None for one who may no longer come in."""
    user = await session.get(User, who)
    if user is None:
        return await of_key(session, catalogue, who, at)
    return await of_user(session, catalogue, user) if user.disabled_at is None and user.removed_at is None else None
