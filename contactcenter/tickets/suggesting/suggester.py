"""Suggestions as people ask for them and as they are set; they never set anything by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import forbidden
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import note, record
from contactcenter.permissions import Principal
from contactcenter.tickets import acts
from contactcenter.tickets.permissions import TICKETS_WORK
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.set_up_rows import word_of
from contactcenter.tickets.settings import plain
from contactcenter.tickets.sight import may_on
from contactcenter.tickets.suggesting import kept, trainer
from contactcenter.tickets.suggesting.acts import TRAINING
from contactcenter.tickets.suggesting.examples import chosen_by_people, first_message
from contactcenter.tickets.suggesting.model import Model, NotThisModel, guesses
from contactcenter.tickets.suggesting.models import ROW, TicketSuggestionCount
from contactcenter.tickets.suggesting.process import learn
from contactcenter.tickets.suggesting.settings import (
    FIELDS,
    Answers,
    FieldName,
    FieldOut,
    Report,
    SuggesterBody,
    SuggesterOut,
    SuggestionList,
    SuggestionOut,
    Trial,
)
from contactcenter.tickets.suggesting.trial import verdict
from contactcenter.tickets.suggesting.values import choosable
from contactcenter.tickets.suggesting.words import text_of
from contactcenter.vault.errors import VaultError
from contactcenter.vault.service import Vault

log = structlog.get_logger(__name__)

SHOWN: Final = timedelta(days=30)
"""Of what became of suggestions."""


class Suggester:
    def __init__(self, tickets: Tickets, vault: Vault, learn: trainer.Learn = learn) -> None:
        self._tickets = tickets
        self.database = tickets.database
        self._vault = vault
        self.trainer = trainer.Trainer(tickets, vault, learn)
        self._model: tuple[str, Model] | None = None
        self._loading = asyncio.Lock()

    async def of_text(self, subject: str, text: str) -> SuggestionList:
        """For a ticket that is being written."""
        return SuggestionList(items=await self._suggest(text_of(subject, text), FIELDS))

    async def of_ticket(self, ticket_id: str, principal: Principal) -> SuggestionList:
        """What it could be instead; nothing in place of what a person has chosen, or when it is done. Raises Problem
        403, 404."""
        catalog = self._tickets.set_up.catalog
        async with self.database.session() as session:
            row = await self._tickets.row(session, ticket_id, principal)
            if not may_on(principal, TICKETS_WORK, row):
                raise forbidden(TICKETS_WORK)
            if row.done or row.merged_into is not None:
                return SuggestionList(items=[])
            usual = catalog.types[row.type_id].priority
            chosen = await chosen_by_people(session, row, usual)
            text = text_of(row.subject, await first_message(session, row.id))
        present = {"type": row.type_id, "category": row.category_id, "priority": word_of(row.priority)}
        found = await self._suggest(text, [field for field in FIELDS if field not in chosen])
        return SuggestionList(items=[each for each in found if present[each.field] != each.value])

    async def _suggest(self, text: str, fields: Iterable[FieldName]) -> list[SuggestionOut]:
        async with self.database.session() as session:
            held = await kept.held(session)
        wanted = [field for field in fields if not verdict(held.settings, held.report, field)]
        if not wanted or held.model_id is None or (model := await self._loaded(held.model_id)) is None:
            return []
        names = choosable(self._tickets.set_up.catalog)
        found = await asyncio.to_thread(guesses, model, text, wanted)
        return [
            SuggestionOut(
                field=field,
                value=guess.value,
                name=names[field][guess.value],
                confidence=round(guess.confidence, 3),
                words=list(guess.words),
            )
            for field in wanted
            if (guess := found.get(field)) is not None
            and 100 * guess.confidence >= held.settings.least_confidence
            and guess.value in names[field]
        ]

    async def _loaded(self, model_id: str) -> Model | None:
        """None: it is another one by now, or cannot be read and is to be learned anew."""
        async with self._loading:
            if self._model is None or self._model[0] != model_id:
                self._model = None
                try:
                    model = await kept.model(self.database, self._vault, model_id)
                except (NotThisModel, VaultError) as error:
                    log.warning("ticket_suggestions_unreadable", reason=str(error))
                    async with self.database.writing() as session:
                        await kept.let_go(session)
                    return None
                self._model = None if model is None else (model_id, model)
            return None if self._model is None else self._model[1]

    async def answered(self, field: FieldName, *, taken: bool) -> None:
        async with self.database.transaction() as session:
            insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
            table, day = TicketSuggestionCount, self._tickets.moment().date().isoformat()
            more = {"taken": int(taken), "refused": int(not taken)}
            added = {name: getattr(table, name) + count for name, count in more.items()}
            values = insert(table).values(field=field, day=day, **more)
            await session.execute(values.on_conflict_do_update(index_elements=["field", "day"], set_=added))

    async def _answers(self, session: AsyncSession) -> dict[str, Answers]:
        table, since = TicketSuggestionCount, (self._tickets.moment() - SHOWN).date().isoformat()
        sums = (func.sum(table.taken).label("taken"), func.sum(table.refused).label("refused"))
        query = select(table.field, *sums).where(table.day > since).group_by(table.field)
        return {each.field: Answers(taken=each.taken, refused=each.refused) for each in await session.execute(query)}

    async def page(self) -> SuggesterOut:
        # First of all: who is told that nothing runs any more has to be told what came of it.
        state, progress, problem = self.trainer.state, self.trainer.progress, self.trainer.problem
        async with self.database.session() as session:
            held, answers = await kept.held(session), await self._answers(session)
        return SuggesterOut(
            settings=held.settings,
            state=state,
            progress=round(progress, 3),
            problem=problem,
            tickets=await self.trainer.count(),
            trained_at=held.trained_at,
            report=held.report or Report(),
            forgotten=held.again,
            fields=[_field(held, field, answers.get(field, Answers())) for field in FIELDS],
        )

    async def settings(self) -> SuggesterBody:
        async with self.database.session() as session:
            return (await kept.held(session)).settings

    async def set(self, body: SuggesterBody) -> SuggesterOut:
        async with self.database.writing() as session:
            row = await kept.row(session)
            before, row.settings = row.settings, plain(body)
            await record(session, acts.set_up_act("suggestions", ROW, "Suggestions", before, row.settings))
        return await self.page()

    async def train(self) -> SuggesterOut:
        """Begins to learn. Raises Problem 409 while it is at it."""
        self.trainer.begin()
        await note(self.database, _training({"run": "begun"}))
        return await self.page()

    async def cancel(self) -> None:
        if await self.trainer.cancel():
            await note(self.database, _training({"run": "stopped"}))


def _training(after: dict[str, str]) -> Act:
    return Act(kind=TRAINING, subject=Subject("ticket_suggestions", ROW, "Suggestions"), after=after)


def _field(held: kept.Held, field: FieldName, answers: Answers) -> FieldOut:
    trial = (held.report.trials.get(field) if held.report else None) or Trial()
    why = verdict(held.settings, held.report, field)
    return FieldOut(
        field=field,
        on=not why,
        why=why,
        trial=trial,
        accuracy=trial.accuracy,
        baseline=trial.baseline,
        answers=answers,
    )
