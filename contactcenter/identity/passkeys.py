"""Passkeys (WebAuthn level 3): registered, named, removed; to sign in without a password, or as the second factor."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from contactcenter.api.problems import not_found
from contactcenter.audit.recorder import record
from contactcenter.identity.acts import user_act
from contactcenter.identity.gate import SignInRefused
from contactcenter.identity.models import User
from contactcenter.identity.service import Identity, IdentityError
from contactcenter.identity.session_acts import PASSKEY_ADDED, PASSKEY_CHANGED, PASSKEY_REMOVED
from contactcenter.identity.sign_in_models import Passkey
from contactcenter.identity.waiting import Waiting

CHALLENGE_S: Final = 300.0
_RP_NAME = "Contact center"
_PURPOSE = "passkey"
_MOST = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page is: `origin` as the browser says it, `rp_id` the host without the port."""

    origin: str
    rp_id: str


class Passkeys:
    """User verification (PIN, finger, face) is required: with it a passkey is two factors in one."""

    def __init__(self, identity: Identity, waiting: Waiting) -> None:
        self._identity = identity
        self._database = identity.database
        self._waiting = waiting

    async def of(self, user_id: str) -> Sequence[Passkey]:
        async with self._database.session() as session:
            mine = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.made_at)
            return (await session.scalars(mine)).all()

    async def begin(self, user: User, place: Place) -> dict[str, Any]:
        """Options for navigator.credentials.create, with the name of this attempt in `attempt`."""
        held = [
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id)) for row in await self.of(user.id)
        ]
        options = generate_registration_options(
            rp_id=place.rp_id,
            rp_name=_RP_NAME,
            user_id=user.id.encode(),
            user_name=user.email,
            user_display_name=user.name,
            exclude_credentials=held,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
        return {
            "attempt": await self._keep(options.challenge, user.id),
            "options": json.loads(options_to_json(options)),
        }

    async def add(self, user: User, attempt: str, name: str, credential: dict[str, Any], place: Place) -> Passkey:
        """Raises IdentityError for what no authenticator has made for this attempt."""
        challenge = await self._taken(attempt, user.id)
        if challenge is None:
            raise IdentityError("attempt", "This took too long; begin again.")
        if len(await self.of(user.id)) >= _MOST:
            raise IdentityError("", f"{_MOST} passkeys are enough; remove one first.")
        try:
            verified = verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=place.rp_id,
                expected_origin=place.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError) as error:
            raise IdentityError("credential", "This passkey cannot be used here.") from error
        transports = credential.get("response", {}).get("transports")
        row = Passkey(
            id=uuid.uuid4().hex,
            credential_id=bytes_to_base64url(verified.credential_id),
            user_id=user.id,
            name=name,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            transports=[str(each)[:20] for each in transports[:8]] if isinstance(transports, list) else [],
            made_at=self._identity.moment(),
        )
        async with self._database.transaction() as session:
            session.add(row)
            await record(session, user_act(PASSKEY_ADDED, user, None, {"passkey": row.id, "name": name}))
        return row

    async def rename(self, user: User, passkey_id: str, name: str) -> None:
        """Raises Problem 404."""
        async with self._database.transaction() as session:
            row = await session.get(Passkey, passkey_id)
            if row is None or row.user_id != user.id:
                raise not_found("passkey")
            await record(session, user_act(PASSKEY_CHANGED, user, {"name": row.name}, {"name": name}))
            row.name = name

    async def remove(self, user: User, passkey_id: str) -> None:
        """Raises Problem 404."""
        async with self._database.transaction() as session:
            row = await session.get(Passkey, passkey_id)
            if row is None or row.user_id != user.id:
                raise not_found("passkey")
            await session.execute(delete(Passkey).where(Passkey.id == passkey_id))
            await record(session, user_act(PASSKEY_REMOVED, user, {"passkey": row.id, "name": row.name}, None))

    async def ask(self, place: Place) -> dict[str, Any]:
        """Options for navigator.credentials.get: any passkey of this place."""
        options = generate_authentication_options(
            rp_id=place.rp_id, user_verification=UserVerificationRequirement.REQUIRED
        )
        return {"attempt": await self._keep(options.challenge, None), "options": json.loads(options_to_json(options))}

    async def check(self, attempt: str, credential: dict[str, Any], place: Place) -> User:
        """Whose passkey has answered. Raises SignInRefused."""
        challenge = await self._taken(attempt, None)
        row = await self._row(credential.get("id"))
        if challenge is None or row is None:
            raise SignInRefused
        try:
            verified = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=place.rp_id,
                expected_origin=place.origin,
                credential_public_key=row.public_key,
                credential_current_sign_count=row.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError) as error:
            raise SignInRefused from error
        user = await self._identity.user(row.user_id)
        if user is None:
            raise SignInRefused
        async with self._database.transaction() as session:
            used = update(Passkey).where(Passkey.id == row.id)
            await session.execute(used.values(sign_count=verified.new_sign_count, used_at=self._identity.moment()))
        return user

    async def _row(self, credential_id: object) -> Passkey | None:
        if not isinstance(credential_id, str):
            return None
        async with self._database.session() as session:
            row: Passkey | None = await session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))
            return row

    async def _keep(self, challenge: bytes, user_id: str | None) -> str:
        kept = {"challenge": bytes_to_base64url(challenge), "user": user_id}
        return await self._waiting.put(_PURPOSE, kept, CHALLENGE_S)

    async def _taken(self, attempt: str, user_id: str | None) -> bytes | None:
        """The challenge of this attempt, once; None when it is not known, too old or somebody else's."""
        kept = await self._waiting.take(_PURPOSE, attempt)
        return base64url_to_bytes(kept["challenge"]) if kept is not None and kept["user"] == user_id else None
