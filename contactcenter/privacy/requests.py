"""Requests to have a person's data or to forget it: asked, looked at, answered one after the other by the runner."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act
from contactcenter.audit.acts import Subject as Acted
from contactcenter.audit.recorder import record
from contactcenter.privacy.acts import ERASURE_ASKED, EXPORT_ASKED
from contactcenter.privacy.ground import Ground, subject_out
from contactcenter.privacy.holds import Holds
from contactcenter.privacy.models import PrivacyRequest
from contactcenter.privacy.settings import CountOut, PreviewOut, RequestBody, RequestList, RequestOut, SubjectBody
from contactcenter.privacy.subjects import Subject

MOST = 500


class Requests:
    """`wake`: something is to be done."""

    def __init__(self, ground: Ground, holds: Holds, wake: Callable[[], None]) -> None:
        self._ground = ground
        self._holds = holds
        self._wake = wake

    async def preview(self, body: SubjectBody) -> PreviewOut:
        """What there is and what would go. Raises Problem 422."""
        await self._ground.journal.catch_up()
        async with self._ground.database.session() as session:
            subject = await self._ground.subject(session, body)
        counts, blocked = await self.weigh(subject)
        shown = subject_out(subject)
        assert shown is not None
        return PreviewOut(subject=shown, counts=counts, blocked=blocked)

    async def weigh(self, subject: Subject, until: datetime | None = None) -> tuple[list[CountOut], str | None]:
        """How much there is of each kind, and why it may not be erased."""
        person = subject.person(self._ground.country, until)
        async with self._ground.database.session() as session:
            holds = await self._holds.in_force(session)
            of_person = await self._holds.on(session, subject)
        counts = []
        for data in self._ground.personal():
            held = await data.held(person, holds) if data.held is not None and holds else 0
            counts.append(CountOut(kind=data.kind, words=data.words, count=await data.count(person), held=held))
        if of_person:
            return counts, f"This person is under legal hold: {of_person[0].reason} Release it first."
        held_counts = [f"{each.held} of {each.words.lower()}" for each in counts if each.held]
        if held_counts:
            return counts, f"Under legal hold are {' and '.join(held_counts)}. Release the holds first."
        return counts, None

    async def ask(self, kind: str, body: RequestBody) -> RequestOut:
        """`kind` is export or erase. Raises Problem 409 while a hold forbids to erase, 422."""
        await self._ground.journal.catch_up()
        async with self._ground.database.session() as session:
            subject = await self._ground.subject(session, body.subject)
        counts, blocked = await self.weigh(subject)
        if kind == "erase" and blocked is not None:
            raise Problem(409, "on-hold", "Under legal hold", blocked)
        who = actor.current()
        row = PrivacyRequest(
            id=uuid.uuid4().hex,
            kind=kind,
            state="waiting",
            reason=body.reason,
            by_id=who.id,
            by_name=who.name[:200],
            asked_at=self._ground.moment(),
            counts={each.kind: each.count for each in counts if each.count},
            done={},
        )
        row.subject = self._ground.seal(subject, PrivacyRequest.subject, row.id)
        act = Act(
            kind=EXPORT_ASKED if kind == "export" else ERASURE_ASKED,
            subject=Acted("privacy_request", row.id),
            after={"counts": row.counts},
        )
        async with self._ground.database.transaction() as session:
            session.add(row)
            await record(session, act)
        self._wake()
        return await self.out(row)

    async def every(self) -> RequestList:
        """The newest first."""
        query = select(PrivacyRequest).order_by(PrivacyRequest.asked_at.desc(), PrivacyRequest.id).limit(MOST)
        async with self._ground.database.session() as session:
            rows = (await session.scalars(query)).all()
        return RequestList(items=[await self.out(row) for row in rows])

    async def one(self, request_id: str) -> RequestOut:
        """Raises Problem 404."""
        return await self.out(await self.row(request_id))

    async def row(self, request_id: str) -> PrivacyRequest:
        """Raises Problem 404."""
        async with self._ground.database.session() as session:
            row = await session.get(PrivacyRequest, request_id)
        if row is None:
            raise not_found("request")
        return row

    async def out(self, row: PrivacyRequest) -> RequestOut:
        total = sum(row.counts.values())
        share = min(sum(row.done.values()) / total, 1.0) if total else 0.0
        return RequestOut(
            id=row.id,
            kind=row.kind,
            state=row.state,
            subject=subject_out(await self._ground.opened(row.subject, PrivacyRequest.subject, row.id)),
            reason=row.reason,
            by=row.by_name,
            asked_at=row.asked_at,
            started_at=row.started_at,
            ended_at=row.ended_at,
            expires_at=row.expires_at,
            counts=row.counts,
            done=row.done,
            progress=1.0 if row.state == "done" else share,
            problem=row.problem,
        )


async def waiting(session: AsyncSession) -> list[PrivacyRequest]:
    """What is to be done, in the order it was asked for; what a kill cut off among it."""
    query = select(PrivacyRequest).where(PrivacyRequest.state.in_(("waiting", "running", "blocked")))
    return list(await session.scalars(query.order_by(PrivacyRequest.asked_at, PrivacyRequest.id)))
