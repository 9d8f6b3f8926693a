"""What notices know about people: about those who got them, and about the customers whom they name."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import ColumnElement, and_, delete, false, func, or_, select, true

from contactcenter.notifications.models import Notification, NotificationPreference
from contactcenter.plugin import Aged, Cut, Exported, Person, PersonalData, RetentionKind
from contactcenter.storage.database import Database

DAYS = 90


class NoticePrivacy:
    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def personal(self) -> PersonalData:
        return PersonalData(
            kind="notifications", words="Notices", count=self.count, export=self.export, erase=self.erase
        )

    @property
    def retention(self) -> RetentionKind:
        return RetentionKind(
            kind="notifications",
            words="Notices to staff",
            count_older=self.count_older,
            delete_older=self.delete_older,
            default_days=DAYS,
        )

    async def count(self, person: Person) -> int:
        async with self._database.session() as session:
            return await session.scalar(select(func.count()).select_from(Notification).where(about(person))) or 0

    async def export(self, person: Person) -> AsyncIterator[Exported]:
        async with self._database.session() as session:
            query = select(Notification).where(about(person)).order_by(Notification.id)
            for row in (await session.scalars(query)).all():
                yield Exported(
                    document={
                        "kind": row.kind,
                        "title": row.title,
                        "facts": row.facts,
                        "at": row.made_at.isoformat(),
                        "read": row.read_at is not None,
                    }
                )

    async def erase(self, person: Person, limit: int) -> int:
        async with self._database.transaction() as session:
            ids = list(await session.scalars(select(Notification.id).where(about(person)).limit(limit)))
            await session.execute(delete(Notification).where(Notification.id.in_(ids)))
            mine = NotificationPreference.user_id.in_(sorted(person.users))
            await session.execute(delete(NotificationPreference).where(mine))
        return len(ids)

    async def count_older(self, cut: Cut) -> Aged:
        async with self._database.session() as session:
            query = select(func.count(), func.min(Notification.made_at)).where(older(cut))
            count, oldest = (await session.execute(query)).one()
        return Aged(count=count, oldest=oldest)

    async def delete_older(self, cut: Cut, limit: int) -> int:
        async with self._database.transaction() as session:
            ids = list(await session.scalars(select(Notification.id).where(older(cut)).limit(limit)))
            await session.execute(delete(Notification).where(Notification.id.in_(ids)))
        return len(ids)


def about(person: Person) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = []
    if person.users:
        wanted.append(Notification.user_id.in_(sorted(person.users)))
    if person.customers:
        wanted.append(Notification.customer_id.in_(sorted(person.customers)))
    until = true() if person.until is None else Notification.made_at <= person.until
    return and_(or_(*wanted), until) if wanted else false()


def older(cut: Cut) -> ColumnElement[bool]:
    """Notices are of no queue."""
    return Notification.made_at < cut.before if cut.queue is None else false()
