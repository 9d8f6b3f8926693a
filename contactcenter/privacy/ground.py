"""What every part of privacy stands on: database, vault, the kinds of data that the slices know."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from contactcenter.api.fields import bad
from contactcenter.customers.identities import IdentityError
from contactcenter.plugin import PersonalData, RetentionKind
from contactcenter.privacy.memory import Memory
from contactcenter.privacy.settings import SubjectBody, SubjectOut
from contactcenter.privacy.subjects import Subject, completed, identity_of
from contactcenter.storage.database import Database
from contactcenter.storage.journal import Journal
from contactcenter.vault.columns import row_context
from contactcenter.vault.keyring import Sealed
from contactcenter.vault.service import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """`folder` keeps exports and the memory of who has been forgotten; `data` is where the journal leaves what the
    database did not take; `personal` and `retention` are asked for when all slices are there, the lowest slice first;
    `country`: ISO 3166, whose numbers may be written without +; `is_live`: whether an interaction still goes on."""

    database: Database
    vault: Vault
    journal: Journal
    memory: Memory
    folder: Path
    data: Path
    speech: Path
    personal: Callable[[], tuple[PersonalData, ...]]
    retention: Callable[[], tuple[RetentionKind, ...]]
    country: str = ""
    is_live: Callable[[str], bool] = lambda interaction_id: False
    now: Callable[[], float] = time.time

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def seal(self, subject: Subject, column: InstrumentedAttribute[Any], row_id: str) -> Sealed:
        return self.vault.seal(subject.encoded(), row_context(column, row_id))

    async def opened(self, sealed: Sealed | None, column: InstrumentedAttribute[Any], row_id: str) -> Subject | None:
        if sealed is None:
            return None
        return Subject.decoded(await self.vault.open(sealed, row_context(column, row_id)))

    async def subject(self, session: AsyncSession, body: SubjectBody, at: str = "subject") -> Subject:
        """Whom it is about, with all that is known of them. Raises Problem 422 that names the place."""
        if not (body.identities or body.customers or body.users):
            raise bad(f"{at}.identities", "say whom it is about: a number, an email, a customer or a user.")
        identities = []
        for place, each in enumerate(body.identities):
            try:
                identities.append(identity_of(each.kind, each.value, each.channel, self.country))
            except IdentityError as error:
                raise bad(f"{at}.identities.{place}.value", f"{error}.") from None
        asked = Subject(identities=tuple(identities), customers=tuple(body.customers), users=tuple(body.users))
        found = await completed(session, asked)
        _check(f"{at}.customers", "customer", asked.customers, found.customers)
        _check(f"{at}.users", "user", asked.users, found.users)
        return found


def subject_out(subject: Subject | None) -> SubjectOut | None:
    if subject is None:
        return None
    return SubjectOut(
        identities=[each.value for each in subject.identities],
        names=list(subject.names),
        customers=len(subject.customers),
        users=len(subject.users),
    )


def _check(at: str, what: str, wanted: tuple[str, ...], there: tuple[str, ...]) -> None:
    for place, each in enumerate(wanted):
        if each not in there:
            raise bad(f"{at}.{place}", f"there is no such {what}.")
