"""The rules as they stand: kept in memory for who asks at every event, changed through forms, files and by order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import bad, new_id
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.recorder import record
from contactcenter.bus import Bus
from contactcenter.identity.events import AccessChanged
from contactcenter.identity.models import User
from contactcenter.queues.events import RoutingChanged
from contactcenter.storage.database import Database
from contactcenter.tickets import acts
from contactcenter.tickets.automation.checks import check_rule
from contactcenter.tickets.automation.hooks import check_hooks
from contactcenter.tickets.automation.models import TicketRule, TicketRuleTimer
from contactcenter.tickets.automation.rules import Rule, rule_of
from contactcenter.tickets.automation.settings import RuleBody, RuleOut
from contactcenter.tickets.events import TicketSetUpChanged
from contactcenter.tickets.set_up_checks import References
from contactcenter.tickets.settings import plain
from contactcenter.tickets.setup import SetUp
from contactcenter.tickets.surroundings import references

PARTS = ("events", "became", "clock", "timer", "conditions", "actions")


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRuleStopped:
    """The product has turned a rule off. `why` is a sentence for people; "": it is all right again, or gone."""

    rule_id: str
    name: str
    why: str


class RuleBook:
    """`triggers` and `timers`: those that are on, in the order in which they are asked."""

    def __init__(self, database: Database, bus: Bus, set_up: SetUp) -> None:
        self._database = database
        self._bus = bus
        self._set_up = set_up
        self.triggers: tuple[Rule, ...] = ()
        self.timers: tuple[Rule, ...] = ()
        self._shown: list[RuleOut] = []
        for happening in (TicketSetUpChanged, AccessChanged, RoutingChanged):
            bus.subscribe(happening, self._look_again)

    async def _look_again(self, event: object) -> None:
        """What rules name may have gone."""
        await self.reload()

    async def reload(self) -> None:
        """Raises StorageUnavailable."""
        async with self._database.session() as session:
            rows = list(await _ordered(session))
            working = select(User.id).where(User.disabled_at.is_(None))
            refs = replace(await references(session), users=set(await session.scalars(working)))
        rules = [rule_of(row.id, row.name, row.document) for row in rows if row.enabled]
        self.triggers = tuple(rule for rule in rules if rule.since is None)
        self.timers = tuple(rule for rule in rules if rule.since is not None)
        self._shown = [_out(row, self._broken(row, refs)) for row in rows]

    def _broken(self, row: TicketRule, refs: References) -> str:
        try:
            check_rule(RuleBody.model_validate(_document(row)), self._set_up.catalog, refs)
        except Problem as problem:
            return problem.detail
        return ""

    def shown(self) -> list[RuleOut]:
        return self._shown

    def tell(self) -> None:
        """Says of every rule that is stopped that it is, as after a restart."""
        for each in self._shown:
            if each.stopped:
                self._bus.publish(TicketRuleStopped(rule_id=each.id, name=each.name, why=each.stopped))

    async def check(self, body: RuleBody, at: str) -> None:
        """Raises Problem 422, with fields below `at`."""
        async with self._database.session() as session:
            refs = await references(session)
        try:
            check_rule(body, self._set_up.catalog, refs)
        except Problem as problem:
            raise bad(f"{at}.{problem.extra['field']}", problem.detail.partition(": ")[2]) from None

    async def put(self, key: str | None, body: RuleBody, asked: str | None = None) -> RuleOut:
        """`key` None: a new one, under the id `asked` or one made from its name. Raises Problem 404, 409, 422."""
        async with self._database.writing() as session:
            present = {row.id: row for row in await _ordered(session)}
            if key is not None and key not in present:
                raise not_found("rule")
            check_rule(body, self._set_up.catalog, await references(session))
            await check_hooks(session, body.actions)
            made = new_id(asked, body.name, {each: row.name for each, row in present.items() if each != key})
            row = TicketRule(id=made, document={}, stopped="") if key is None else present[key]
            before = None if key is None else _document(row)
            _fill(row, body)
            session.add(row)
            await record(session, acts.set_up_act("rules", row.id, row.name, before, _document(row)))
        await self._changed(row)
        return _out(row)

    async def remove(self, key: str) -> None:
        """What it has done stays in the log. Raises Problem 404."""
        async with self._database.writing() as session:
            row = await session.get(TicketRule, key)
            if row is None:
                raise not_found("rule")
            await record(session, acts.set_up_act("rules", key, row.name, _document(row), None))
            await session.delete(row)
            await session.execute(delete(TicketRuleTimer).where(TicketRuleTimer.rule_id == key))
            row.stopped = ""
        await self._changed(row)

    async def order(self, ids: Sequence[str]) -> list[RuleOut]:
        """Raises Problem 422 unless every rule is named once."""
        async with self._database.writing() as session:
            rows = {row.id: row for row in await _ordered(session)}
            if sorted(ids) != sorted(rows):
                raise bad("ids", "must name every rule once.")
            for place, key in enumerate(ids):
                before = _document(rows[key])
                rows[key].position = place
                await record(session, acts.set_up_act("rules", key, rows[key].name, before, _document(rows[key])))
        await self.reload()
        return self.shown()

    async def turn_off(self, key: str, why: Callable[[str], str]) -> None:
        """By the product; `why` takes the name of the rule."""
        async with self._database.writing() as session:
            row = await session.get(TicketRule, key)
            if row is None or not row.enabled:
                return
            before = _document(row)
            row.enabled, row.stopped = False, why(row.name)
            await record(session, acts.set_up_act("rules", key, row.name, before, _document(row)))
        await self._changed(row)

    async def _changed(self, row: TicketRule) -> None:
        await self.reload()
        self._bus.publish(TicketRuleStopped(rule_id=row.id, name=row.name, why=row.stopped))


async def _ordered(session: AsyncSession) -> Any:
    return await session.scalars(select(TicketRule).order_by(TicketRule.position, TicketRule.name))


def _fill(row: TicketRule, body: RuleBody) -> None:
    document = plain(body)
    row.name, row.description, row.position = body.name, body.description, body.position
    row.enabled, row.stopped = body.enabled, ""
    row.document = {name: document[name] for name in PARTS}


def _out(row: TicketRule, broken: str = "") -> RuleOut:
    return RuleOut.model_validate(_document(row) | {"id": row.id, "stopped": row.stopped, "broken": broken})


def _document(row: TicketRule) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in ("name", "description", "enabled", "position")}
    return plain(RuleBody.model_validate(own | row.document))
