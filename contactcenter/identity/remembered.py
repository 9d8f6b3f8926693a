"""Remembered devices: browsers that are not asked for the second factor again."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update

from contactcenter.audit.recorder import record
from contactcenter.identity.acts import user_act
from contactcenter.identity.models import User
from contactcenter.identity.service import Identity
from contactcenter.identity.session_acts import DEVICE_FORGOTTEN, DEVICE_REMEMBERED
from contactcenter.identity.sessions import Client, digest
from contactcenter.identity.sign_in_models import RememberedDevice

LASTS: Final = timedelta(days=30)


class RememberedDevices:
    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._database = identity.database

    async def remember(self, user: User, client: Client, method: str) -> str:
        """The token for the browser to keep. `method` is the session's, by which somebody came in."""
        token, moment = secrets.token_urlsafe(32), self._identity.moment()
        row = RememberedDevice(
            id=uuid.uuid4().hex,
            token_hash=digest(token),
            user_id=user.id,
            device=client.device[:100],
            address=client.address[:64],
            made_at=moment,
            used_at=moment,
            expires_at=moment + LASTS,
            method=method,
        )
        async with self._database.transaction() as session:
            await session.execute(delete(RememberedDevice).where(RememberedDevice.expires_at <= moment))
            session.add(row)
            await record(session, user_act(DEVICE_REMEMBERED, user, None, {"device": row.id}))
        return token

    async def knows(self, user_id: str, token: str | None) -> bool:
        """Whether this browser was remembered for this person; counts as use."""
        if not token:
            return False
        moment = self._identity.moment()
        mine = (RememberedDevice.user_id == user_id, RememberedDevice.token_hash == digest(token))
        seen = update(RememberedDevice).where(*mine, RememberedDevice.expires_at > moment).values(used_at=moment)
        async with self._database.transaction() as session:
            return bool(list(await session.scalars(seen.returning(RememberedDevice.id))))

    async def of(self, user_id: str) -> Sequence[RememberedDevice]:
        mine = (RememberedDevice.user_id == user_id, RememberedDevice.expires_at > self._identity.moment())
        async with self._database.session() as session:
            found = select(RememberedDevice).where(*mine).order_by(RememberedDevice.used_at.desc())
            return (await session.scalars(found)).all()

    async def forget(self, user: User, device_id: str) -> bool:
        """Whether there was one."""
        mine = (RememberedDevice.user_id == user.id, RememberedDevice.id == device_id)
        async with self._database.transaction() as session:
            gone = delete(RememberedDevice).where(*mine).returning(RememberedDevice.id)
            found = bool(list(await session.scalars(gone)))
            if found:
                await record(session, user_act(DEVICE_FORGOTTEN, user, {"device": device_id}, None))
        return found
