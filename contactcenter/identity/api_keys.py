"""API keys, and short access tokens got with them (OAuth 2.0 client credentials, RFC 6749 §4.4; JWT, RFC 7519)."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import Field
from sqlalchemy import delete, select, update

from contactcenter.api.fields import Name, Ref, Settings, bad
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.identity import rights
from contactcenter.identity.service import Identity
from contactcenter.identity.session_acts import KEY_MADE, KEY_REVOKED
from contactcenter.identity.sessions import digest
from contactcenter.identity.sign_in_models import ApiKey
from contactcenter.permissions import Principal
from contactcenter.vault.service import Vault

PREFIX: Final = "cck_"
TOKEN_S: Final = 600
_SHOWN = len(PREFIX) + 6
_ISSUER = "contactcenter"
_CACHE_S = 10.0
_TOUCH_S = 60.0
_PER_MINUTE = 600
_BURST = 100
_CAPACITY = 10_000


class NewKey(Settings):
    """`permissions` are names of what the maker may; `days` null: until it is revoked."""

    name: Name
    permissions: list[Ref] = Field(min_length=1, max_length=500)
    days: Annotated[int, Field(ge=1, le=3650)] | None = 365


@dataclass(slots=True)
class _Known:
    principal: Principal | None
    checked: float
    touched: float
    tokens: float = _BURST
    filled: float = 0.0


class ApiKeys:
    """A key gives what it names and its maker may at this moment, nothing more, and nothing when he may not enter."""

    def __init__(self, identity: Identity, vault: Vault) -> None:
        self._identity = identity
        self._database = identity.database
        self._vault = vault
        self._catalogue = identity.catalogue
        self._known: dict[str, _Known] = {}

    async def make(self, body: NewKey, by: Principal) -> tuple[ApiKey, str]:
        """The key and its secret, told this once. Raises Problem 422 for what the maker may not do himself."""
        for place, name in enumerate(body.permissions):
            if name not in by.grants:
                raise bad(f"permissions.{place}", f"you may not do this yourself ({name}).")
        secret, moment = PREFIX + secrets.token_urlsafe(32), self._identity.moment()
        row = ApiKey(
            id=uuid.uuid4().hex,
            secret_hash=digest(secret),
            prefix=secret[:_SHOWN],
            user_id=by.user_id,
            name=body.name,
            permissions=sorted(set(body.permissions)),
            made_at=moment,
            expires_at=None if body.days is None else moment + timedelta(days=body.days),
        )
        async with self._database.transaction() as session:
            session.add(row)
            after = {"name": row.name, "permissions": row.permissions, "user_id": row.user_id}
            await record(session, Act(kind=KEY_MADE, subject=Subject("api_key", row.id, row.name), after=after))
        return row, secret

    async def of_user(self, user_id: str) -> Sequence[ApiKey]:
        async with self._database.session() as session:
            mine = select(ApiKey).where(ApiKey.user_id == user_id).order_by(ApiKey.made_at.desc())
            return (await session.scalars(mine)).all()

    async def revoke(self, key_id: str, user_id: str) -> None:
        """At once, with the access tokens got with it. Raises Problem 404."""
        async with self._database.transaction() as session:
            row = await session.get(ApiKey, key_id)
            if row is None or row.user_id != user_id:
                raise not_found("API key")
            await session.execute(delete(ApiKey).where(ApiKey.id == key_id))
            await record(session, Act(kind=KEY_REVOKED, subject=Subject("api_key", row.id, row.name)))
        self._known.pop(key_id, None)

    async def principal(self, bearer: str) -> Principal | None:
        """Of an API key or an access token. Raises Problem 429 when it is used too often."""
        key_id = await self._key_of_secret(bearer) if bearer.startswith(PREFIX) else self._key_of_token(bearer)
        if key_id is None:
            return None
        known = await self._recognise(key_id)
        if known.principal is not None:
            self._take(known)
        return known.principal

    async def access_token(self, client_id: str, client_secret: str) -> str | None:
        """For TOKEN_S seconds; None when these two do not belong together."""
        if await self._key_of_secret(client_secret) != client_id:
            return None
        now = int(self._identity.now())
        claims = {"iss": _ISSUER, "sub": client_id, "iat": now, "exp": now + TOKEN_S, "jti": uuid.uuid4().hex}
        return jwt.encode({"alg": "HS256"}, claims, self._signing_key())

    async def _key_of_secret(self, secret: str) -> str | None:
        async with self._database.session() as session:
            found: str | None = await session.scalar(select(ApiKey.id).where(ApiKey.secret_hash == digest(secret)))
            return found

    def _key_of_token(self, token: str) -> str | None:
        try:
            claims = jwt.decode(token, self._signing_key(), algorithms=["HS256"]).claims
        except (JoseError, ValueError):
            return None
        if claims.get("iss") != _ISSUER or not isinstance(claims.get("exp"), int):
            return None
        return str(claims.get("sub")) if claims["exp"] > self._identity.now() else None

    async def _recognise(self, key_id: str) -> _Known:
        now = self._identity.now()
        known = self._known.get(key_id)
        if known is None or now - known.checked > _CACHE_S:
            principal = await self._load(key_id)
            if known is None:
                if len(self._known) >= _CAPACITY:
                    self._known.clear()
                known = self._known[key_id] = _Known(principal, now, 0.0, filled=now)
            known.principal, known.checked = principal, now
        if known.principal is not None and now - known.touched > _TOUCH_S:
            known.touched = now
            async with self._database.transaction() as session:
                used = update(ApiKey).where(ApiKey.id == key_id).values(used_at=self._identity.moment())
                await session.execute(used)
        return known

    async def _load(self, key_id: str) -> Principal | None:
        async with self._database.session() as session:
            return await rights.of_key(session, self._catalogue, key_id, self._identity.moment())

    def _take(self, known: _Known) -> None:
        """A bucket of _BURST that fills with _PER_MINUTE."""
        now = self._identity.now()
        known.tokens = min(_BURST, known.tokens + (now - known.filled) * _PER_MINUTE / 60)
        known.filled = now
        if known.tokens < 1:
            wait_s = round((1 - known.tokens) * 60 / _PER_MINUTE + 0.5)
            detail = f"An API key may be used {_PER_MINUTE} times a minute."
            headers = {"Retry-After": str(wait_s)}
            raise Problem(429, "too-many-requests", "Too many requests", detail, headers=headers, retry_after_s=wait_s)
        known.tokens -= 1

    def _signing_key(self) -> OctKey:
        """From the vault: who reads the database cannot make a token."""
        parts = [self._vault.blind_index("access tokens", part) for part in ("first half", "second half")]
        return OctKey.import_key("".join(parts))
