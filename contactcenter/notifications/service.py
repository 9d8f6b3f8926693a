"""Telling people: kept in the transaction of what it tells of, shown and sent once that is committed."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import moments as zones
from contactcenter.api.live import Live
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.identity.models import Session, User
from contactcenter.mail.outbox import Outbox
from contactcenter.notifications.acts import PREFERENCES_CHANGED
from contactcenter.notifications.kinds import NoticeKind
from contactcenter.notifications.listing import page, unread_of
from contactcenter.notifications.models import Notification, NotificationPreference, PushSubscription
from contactcenter.notifications.moments import when
from contactcenter.notifications.settings import (
    STANDARD,
    KindOut,
    NoticePage,
    NoticeQuery,
    PreferencesBody,
    PreferencesOut,
    ReadBody,
    check,
)
from contactcenter.permissions import Principal
from contactcenter.storage.database import Database

TOPIC: Final = "notices:"
GATHER: Final = timedelta(seconds=30)
"""Mail waits so long at least: what belongs together goes together, and what is read at once is not mailed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What has happened to one thing (`object_kind`, `object_id`). `title` names the thing, `link` is its page ("/…");
    `facts` fill in the words of its kind; `source` names what has happened, for ever; `customer_id`: whom it is about,
    so that it is forgotten with him."""

    kind: str
    object_kind: str
    object_id: str
    title: str
    link: str
    source: str
    facts: Mapping[str, str] = field(default_factory=dict)
    customer_id: str | None = None


class Notifications:
    """`house_zone` gives the IANA zone of those who name none; `now` unix seconds. Other slices `register` their kinds
    when they are built, `tell` within a transaction and `announce` after it."""

    def __init__(
        self,
        database: Database,
        live: Live,
        outbox: Outbox,
        *,
        house_zone: Callable[[], str] = lambda: zones.zone_name() or "UTC",
        now: Callable[[], float] = time.time,
    ) -> None:
        self.database = database
        self.outbox = outbox
        self.house_zone = house_zone
        self._live = live
        self._now = now
        self._kinds: dict[str, NoticeKind] = {}
        self.woken: Callable[[], None] = lambda: None
        """Called when something may have to be sent."""
        live.allow(TOPIC, _own)

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

    def register(self, *kinds: NoticeKind) -> None:
        for kind in kinds:
            if kind.key in self._kinds:
                raise ValueError(f"two kinds of notice are called {kind.key}")
            self._kinds[kind.key] = kind

    @property
    def kinds(self) -> tuple[NoticeKind, ...]:
        return tuple(self._kinds.values())

    async def tell(self, session: AsyncSession, notice: Notice, users: Iterable[str]) -> set[str]:
        """Who is told by it: those of `users` who are there and want it, and have not been told of this source."""
        kind, wanted = self._kinds[notice.kind], set(users)
        there = select(User.id).where(User.id.in_(wanted), User.disabled_at.is_(None), User.removed_at.is_(None))
        told = select(Notification.user_id).where(Notification.source == notice.source)
        present = set(await session.scalars(there)) - set(await session.scalars(told)) if wanted else set()
        chosen = await self._chosen(session, present)
        pushed = set(await session.scalars(browsers().where(PushSubscription.user_id.in_(present))))
        rows = [
            self._row(kind, notice, user, chosen.get(user, STANDARD), pushed=user in pushed) for user in sorted(present)
        ]
        kept = [row for row in rows if row is not None]
        session.add_all(kept)
        await session.flush()
        return {row.user_id for row in kept}

    def _row(
        self, kind: NoticeKind, notice: Notice, user: str, wants: PreferencesBody, *, pushed: bool
    ) -> Notification | None:
        ways, now = wants.ways(kind), self.moment()
        rhythm = wants.rhythm(self.house_zone())
        mails = ways.mail and self.outbox.configured
        pushes = ways.push and pushed
        if not (ways.app or mails or pushes):
            return None
        return Notification(
            user_id=user,
            kind=notice.kind,
            object_kind=notice.object_kind,
            object_id=notice.object_id,
            title=notice.title[:400],
            link=notice.link,
            facts=dict(notice.facts),
            customer_id=notice.customer_id,
            source=notice.source,
            made_at=now,
            shown=ways.app,
            mail_at=when(now + GATHER, rhythm) if mails else None,
            push_at=when(now, rhythm, digest=False) if pushes else None,
        )

    @staticmethod
    async def _chosen(session: AsyncSession, users: Collection[str]) -> dict[str, PreferencesBody]:
        rows = await session.scalars(select(NotificationPreference).where(NotificationPreference.user_id.in_(users)))
        return {row.user_id: PreferencesBody.model_validate(row.document) for row in rows}

    async def announce(self, users: Collection[str]) -> None:
        """After the commit: their open pages hear of it. Raises StorageUnavailable."""
        if not users:
            return
        async with self.database.session() as session:
            unread = {user: await unread_of(session, user) for user in users}
        for user, count in unread.items():
            topic = self._live.topic(f"{TOPIC}{user}")
            before = topic.get("unread", "unread") or {"revision": 0}
            topic.put("unread", "unread", {"id": "unread", "count": count, "revision": before["revision"] + 1})
        self.woken()

    async def page(self, user: str, asked: NoticeQuery) -> NoticePage:
        """The newest first. Raises Problem 400 for a cursor that is none."""
        async with self.database.session() as session:
            return await page(session, user, asked)

    async def read(self, user: str, body: ReadBody) -> int:
        """Marks what was told about a thing, or everything; how many things are unread then."""
        mine = [Notification.user_id == user, Notification.shown.is_(True)]
        if body.object_kind is not None:
            mine.append(Notification.object_kind == body.object_kind)
        if body.object_id is not None:
            mine.append(Notification.object_id == body.object_id)
        if body.upto is not None:
            mine.append(Notification.id <= body.upto)
        mine.append(Notification.read_at.is_(None) if body.read else Notification.read_at.is_not(None))
        async with self.database.transaction() as session:
            change = update(Notification).where(*mine).values(read_at=self.moment() if body.read else None)
            await session.execute(change.execution_options(synchronize_session=False))
        await self.announce([user])
        async with self.database.session() as session:
            return await unread_of(session, user)

    async def preferences(self, user: str) -> PreferencesOut:
        async with self.database.session() as session:
            row = await session.get(NotificationPreference, user)
        return self._out(STANDARD if row is None else PreferencesBody.model_validate(row.document))

    async def prefer(self, user: str, name: str, body: PreferencesBody) -> PreferencesOut:
        """What is still to be sent is sent by the new ones. Raises Problem 422."""
        check(body, set(self._kinds))
        document: dict[str, Any] = body.model_dump(mode="json")
        async with self.database.writing() as session:
            row = await session.get(NotificationPreference, user)
            before = None if row is None else dict(row.document)
            if row is None:
                row = NotificationPreference(user_id=user)
                session.add(row)
            row.document = document
            subject = Subject("user", user, name)
            await record(session, Act(kind=PREFERENCES_CHANGED, subject=subject, before=before, after=document))
            await self._move(session, user, body)
        self.woken()
        return self._out(body)

    async def _move(self, session: AsyncSession, user: str, body: PreferencesBody) -> None:
        rhythm, now = body.rhythm(self.house_zone()), self.moment()
        mine = update(Notification).where(Notification.user_id == user)
        for kind in self.kinds:
            ways = body.ways(kind)
            mail_at = when(now, rhythm) if ways.mail else None
            push_at = when(now, rhythm, digest=False) if ways.push else None
            waiting = mine.where(Notification.kind == kind.key)
            await session.execute(waiting.where(Notification.mail_at.is_not(None)).values(mail_at=mail_at))
            await session.execute(waiting.where(Notification.push_at.is_not(None)).values(push_at=push_at))

    def _out(self, body: PreferencesBody) -> PreferencesOut:
        kinds = [KindOut(key=kind.key, **body.ways(kind).model_dump()) for kind in self.kinds]
        shown = body.model_dump(include={"digest", "digest_hour", "quiet", "timezone"})
        return PreferencesOut(kinds=kinds, house_timezone=self.house_zone(), mail=self.outbox.configured, **shown)


def browsers() -> Select[str]:
    """Whose browsers take pushes: as long as the session lasts in which that was asked."""
    return select(PushSubscription.user_id).join(Session, Session.id == PushSubscription.session_id).distinct()


def _own(principal: Principal, topic: str) -> bool:
    return principal.kind == "user" and topic == f"{TOPIC}{principal.user_id}"
