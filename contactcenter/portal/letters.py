"""Mails to customers, and the links in them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.audit.recorder import record
from contactcenter.identity.password_links import LinkUnknown
from contactcenter.identity.sessions import digest
from contactcenter.mail.outbox import Mail, Outbox
from contactcenter.portal import mails
from contactcenter.portal.acts import LINK_SENT, account_act
from contactcenter.portal.models import PortalAccount, PortalLink
from contactcenter.templates.kinds import TemplateKind
from contactcenter.templates.service import Templates

Purpose = Literal["confirm", "invitation", "sign-in", "reset", "email"]
DAY_S: Final = 86_400.0
LASTS_S: Final[dict[Purpose, float]] = {
    "confirm": DAY_S,
    "invitation": 14 * DAY_S,
    "sign-in": 1800.0,
    "reset": 1800.0,
    "email": DAY_S,
}
_KINDS: Final[dict[Purpose, TemplateKind]] = {
    "confirm": mails.CONFIRM,
    "invitation": mails.INVITATION,
    "sign-in": mails.SIGN_IN,
    "reset": mails.RESET,
    "email": mails.NEW_EMAIL,
}


class Letters:
    """`url` gives the portal's address; `now` unix seconds. Without a mail server nothing is made."""

    def __init__(self, outbox: Outbox, templates: Templates, url: Callable[[], str], now: Callable[[], float]) -> None:
        self._outbox = outbox
        self._templates = templates
        self._url = url
        self._now = now

    @property
    def possible(self) -> bool:
        """Whether there is a mail server."""
        return self._outbox.configured

    def wake(self) -> None:
        """After the commit of what was put."""
        self._outbox.wake()

    async def link(
        self,
        session: AsyncSession,
        account: PortalAccount,
        purpose: Purpose,
        *,
        kind: TemplateKind | None = None,
        name: str = "",
        language: str = "",
        email: str | None = None,
    ) -> bool:
        """Put down a mail with a new link; those of the same purpose end. `email`: a new address, to which it goes."""
        if not self.possible:
            return False
        token, now = secrets.token_urlsafe(32), self._now()
        same = PortalLink.account_id == account.id, PortalLink.purpose == purpose
        await session.execute(delete(PortalLink).where(*same))
        session.add(
            PortalLink(
                token_hash=digest(token),
                account_id=account.id,
                purpose=purpose,
                email=email,
                made_at=datetime.fromtimestamp(now, UTC),
                expires_at=datetime.fromtimestamp(now + LASTS_S[purpose], UTC),
            )
        )
        await record(session, account_act(LINK_SENT, account.id, None, {"purpose": purpose}))
        # Behind #, so that it is in no server's log.
        variables = {"name": name or account.name, "link": f"{self._url()}/link#{token}"}
        await self._put(session, email or account.email, kind or _KINDS[purpose], language, variables)
        return True

    async def tell(
        self, session: AsyncSession, to: str, kind: TemplateKind, language: str, variables: dict[str, str]
    ) -> None:
        """Put down a mail without a link."""
        if self.possible:
            await self._put(session, to, kind, language, variables)

    async def _put(
        self, session: AsyncSession, to: str, kind: TemplateKind, language: str, variables: dict[str, str]
    ) -> None:
        mail = self._templates.render(kind.key, language, variables)
        await self._outbox.put(session, Mail(to=to, subject=mail.subject, text=mail.text, html=mail.html))

    async def find(self, session: AsyncSession, token: str) -> tuple[PortalLink, PortalAccount]:
        """What the link leads to. Raises LinkUnknown."""
        moment = datetime.fromtimestamp(self._now(), UTC)
        wanted = select(PortalLink, PortalAccount).join(PortalAccount, PortalAccount.id == PortalLink.account_id)
        alive = PortalLink.token_hash == digest(token), PortalLink.expires_at > moment
        found = (await session.execute(wanted.where(*alive, PortalAccount.locked_at.is_(None)))).one_or_none()
        if found is None:
            raise LinkUnknown
        return found[0], found[1]

    async def take(self, session: AsyncSession, token: str) -> tuple[PortalLink, PortalAccount]:
        """As `find`; nobody else can take it after the commit. Raises LinkUnknown."""
        link, account = await self.find(session, token)
        gone = delete(PortalLink).where(PortalLink.token_hash == link.token_hash).returning(PortalLink.token_hash)
        if not list(await session.scalars(gone.execution_options(synchronize_session=False))):
            raise LinkUnknown
        return link, account
