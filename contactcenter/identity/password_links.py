"""Links that set a password once: for who has forgotten it, and for who is invited."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.audit.recorder import record
from contactcenter.identity.acts import user_act
from contactcenter.identity.gate import Asking
from contactcenter.identity.mails import INVITATION, PASSWORD_CHANGED, RESET
from contactcenter.identity.models import User
from contactcenter.identity.service import Identity, IdentityError
from contactcenter.identity.session_acts import LINK_SENT, LINK_USED
from contactcenter.identity.sessions import digest
from contactcenter.identity.sign_in_models import PasswordLink
from contactcenter.mail.outbox import Mail, Outbox
from contactcenter.templates.kinds import TemplateKind
from contactcenter.templates.service import Templates

Purpose = Literal["reset", "invitation"]
LASTS_S: Final[dict[Purpose, float]] = {"reset": 1800.0, "invitation": 7 * 86_400.0}


class LinkUnknown(Exception):  # noqa: N818 - an answer, not a fault
    """Used, expired, replaced by a later one, or never made."""


class PasswordLinks:
    """`page_url` gives the address of the pages. Without a mail server links are made for the operator alone."""

    def __init__(
        self, identity: Identity, outbox: Outbox | None, templates: Templates, page_url: Callable[[], str]
    ) -> None:
        self._identity = identity
        self._templates = templates
        self._outbox = outbox
        self._page_url = page_url
        self.asking = Asking(identity.database, "user", identity.now)

    @property
    def by_mail(self) -> bool:
        return self._outbox is not None and self._outbox.configured

    async def admit(self, email: str, address: str) -> None:
        """Counts one asking for a link, whether the account exists or not. Raises SignInThrottled."""
        await self.asking.admit(email, address)

    async def ask(self, email: str) -> None:
        """Mail a link, if there is somebody to mail it to. Run it in a task: how long it takes tells whether so."""
        user = await self._identity.find_user(email)
        if user is None or user.disabled_at is not None or user.removed_at is not None:
            return
        async with self._identity.database.transaction() as session:
            await self.send(session, user, "reset" if user.password_hash else "invitation")
        self.wake()

    async def send(self, session: AsyncSession, user: User, purpose: Purpose) -> bool:
        """Within the caller's transaction; call `wake` after it. False: there is no mail server, nothing was made."""
        if self._outbox is None or not self._outbox.configured:
            return False
        link = await self.make(session, user, purpose)
        await record(session, user_act(LINK_SENT, user, None, {"purpose": purpose}))
        kind = INVITATION if purpose == "invitation" else RESET
        return await self._outbox.put(session, self._mail(kind, user, link=link))

    async def invite(self, session: AsyncSession, user: User) -> bool:
        """As `send`, for somebody new."""
        return await self.send(session, user, "invitation")

    async def send_again(self, user_id: str) -> bool:
        """At an administrator's wish. Raises LinkUnknown when there is nobody of this id who may sign in."""
        user = await self._identity.user(user_id)
        if user is None:
            raise LinkUnknown
        async with self._identity.database.transaction() as session:
            sent = await self.send(session, user, "reset" if user.password_hash else "invitation")
        self.wake()
        return sent

    async def make(self, session: AsyncSession, user: User, purpose: Purpose) -> str:
        """The link; those made before end. The token stands behind #, so that it is in no server's log."""
        token, now = secrets.token_urlsafe(32), self._identity.now()
        await session.execute(delete(PasswordLink).where(PasswordLink.user_id == user.id))
        expires = datetime.fromtimestamp(now + LASTS_S[purpose], UTC)
        moment = datetime.fromtimestamp(now, UTC)
        row = PasswordLink(
            token_hash=digest(token), user_id=user.id, purpose=purpose, made_at=moment, expires_at=expires
        )
        session.add(row)
        return f"{self._page_url().rstrip('/')}/set-password#{token}"

    def wake(self) -> None:
        if self._outbox is not None:
            self._outbox.wake()

    async def look(self, token: str) -> tuple[User, str]:
        """Whose link this is, and its purpose. Raises LinkUnknown."""
        wanted = select(User, PasswordLink.purpose).join(PasswordLink, PasswordLink.user_id == User.id)
        alive = (PasswordLink.token_hash == digest(token), PasswordLink.expires_at > self._identity.moment())
        async with self._identity.database.session() as session:
            found = (await session.execute(wanted.where(*alive, User.disabled_at.is_(None)))).one_or_none()
        if found is None:
            raise LinkUnknown
        return found[0], found[1]

    async def use(self, token: str, password: str) -> User:
        """Sets the password and ends every session. Raises LinkUnknown, IdentityError for a password not taken."""
        user, purpose = await self.look(token)
        await self._identity.check_new_password(user, password)
        async with self._identity.database.transaction() as session:
            taken = delete(PasswordLink).where(PasswordLink.token_hash == digest(token))
            if not list(await session.scalars(taken.returning(PasswordLink.user_id))):
                raise LinkUnknown
            await record(session, user_act(LINK_USED, user, None, {"purpose": purpose}))
        await self._identity.store_password(user, password)
        await self._identity.sessions.revoke_user(user.id)
        return user

    async def tell_changed(self, user_id: str) -> None:
        """The notice that a password was changed: who did not do it learns of it."""
        user = await self._identity.user(user_id)
        if user is None or self._outbox is None or not self._outbox.configured:
            return
        async with self._identity.database.transaction() as session:
            await self._outbox.put(session, self._mail(PASSWORD_CHANGED, user))
        self.wake()

    def _mail(self, kind: TemplateKind, user: User, **more: str) -> Mail:
        mail = self._templates.render(kind.key, "", {"name": user.name, "email": user.email, **more})
        return Mail(to=user.email, subject=mail.subject, text=mail.text, html=mail.html)


async def operator_link(links: PasswordLinks, identity: Identity, email: str) -> str:
    """For the command line. Raises IdentityError."""
    user = await identity.find_user(email)
    if user is None or user.disabled_at is not None:
        raise IdentityError("email", "There is nobody with this email who may sign in.")
    async with identity.database.transaction() as session:
        link = await links.make(session, user, "reset" if user.password_hash else "invitation")
        await record(session, user_act(LINK_SENT, user, None, {"purpose": "operator"}))
    return link
