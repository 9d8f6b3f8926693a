"""What ends with a provider: the sessions it opened, and the devices remembered in them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from contactcenter.audit.acts import Act
from contactcenter.audit.recorder import record
from contactcenter.identity.models import Session, User
from contactcenter.identity.session_acts import DEVICE_FORGOTTEN, SESSION_REVOKED, known_user
from contactcenter.identity.sign_in_models import RememberedDevice
from contactcenter.identity.sso.settings import METHOD


async def end_what_it_opened(session: AsyncSession, provider_id: str) -> set[str]:
    """Ids of the users concerned, whose access is to be asked anew after the commit."""
    sessions = list(await session.scalars(select(Session).where(_by(Session.method, provider_id))))
    devices = list(await session.scalars(select(RememberedDevice).where(_by(RememberedDevice.method, provider_id))))
    ids = {row.user_id for row in sessions} | {row.user_id for row in devices}
    users = {user.id: known_user(user) for user in await session.scalars(select(User).where(User.id.in_(ids)))}
    for one in sessions:
        act = Act(kind=SESSION_REVOKED, subject=users[one.user_id], after={"session": one.id, "provider": provider_id})
        await record(session, act)
    for device in devices:
        before = {"device": device.id, "provider": provider_id}
        await record(session, Act(kind=DEVICE_FORGOTTEN, subject=users[device.user_id], before=before))
    await session.execute(delete(Session).where(Session.id.in_([row.id for row in sessions])))
    await session.execute(delete(RememberedDevice).where(RememberedDevice.id.in_([row.id for row in devices])))
    return ids


def _by(method: InstrumentedAttribute[str], provider_id: str) -> ColumnElement[bool]:
    """That it was by this provider, with or without a second factor of ours behind it."""
    return or_(method == f"{METHOD}{provider_id}", method.startswith(f"{METHOD}{provider_id}+", autoescape=True))
