"""What a person is shown of the own account."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from contactcenter.identity.second_factor import Enrolment
from contactcenter.permissions import Principal


class Me(BaseModel):
    id: str
    email: str
    name: str
    roles: list[str]
    permissions: list[str]


def me(principal: Principal) -> Me:
    return Me(
        id=principal.user_id,
        email=principal.email,
        name=principal.name,
        roles=list(principal.roles),
        permissions=sorted(principal.grants),
    )


class SignedInOut(BaseModel):
    """`recovery_codes` only when a second factor was set up just now; they are told this once."""

    me: Me
    recovery_codes: list[str]


class EnrolmentOut(BaseModel):
    """For the authenticator app; `qr` is the picture of `uri`, rows of 0 and 1."""

    secret: str
    uri: str
    qr: list[str]

    @classmethod
    def of(cls, enrolment: Enrolment) -> EnrolmentOut:
        return cls(secret=enrolment.secret, uri=enrolment.uri, qr=enrolment.qr)


class SessionOut(BaseModel):
    id: str
    device: str
    address: str
    method: str
    created_at: datetime
    last_seen_at: datetime
    current: bool


class SessionList(BaseModel):
    items: list[SessionOut]


class DeviceOut(BaseModel):
    id: str
    device: str
    address: str
    made_at: datetime
    used_at: datetime
    expires_at: datetime


class PasskeyOut(BaseModel):
    id: str
    name: str
    made_at: datetime
    used_at: datetime | None


class SecurityOut(BaseModel):
    """`second_factor` is what the person's roles say: off, offered or required."""

    second_factor: str
    totp: bool
    recovery_codes: int
    passkeys: list[PasskeyOut]
    devices: list[DeviceOut]


class CodesOut(BaseModel):
    """Told this once."""

    recovery_codes: list[str]


class KeyOut(BaseModel):
    """`id` is also the client_id of OAuth 2.0; `prefix` is how the secret begins."""

    id: str
    name: str
    prefix: str
    permissions: list[str]
    made_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class KeyList(BaseModel):
    items: list[KeyOut]


class NewKeyOut(KeyOut):
    """`secret` is told this once."""

    secret: str
