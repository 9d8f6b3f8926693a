"""The trunks as they run: calls come in by them, calls are placed through them, their state is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import structlog
from sqlalchemy import select

from contactcenter.api.live import Live
from contactcenter.api.topic import Topic
from contactcenter.channels.sip_line import SipLine
from contactcenter.metrics import Metrics
from contactcenter.moments import iso
from contactcenter.storage.database import Database
from contactcenter.tasks import ended
from contactcenter.telephony import Call, Origin, Route, UserAgent
from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.sip.message import Request
from contactcenter.trunks.dialplan import Refusal, Standing, decide
from contactcenter.trunks.lines import TrunkLine
from contactcenter.trunks.models import CalledNumber, TrunkRow
from contactcenter.trunks.numbers import NumberPlan, NumberRule
from contactcenter.trunks.origins import Entrance, entrance_of, origin_of
from contactcenter.trunks.permissions import TRUNKS_VIEW
from contactcenter.trunks.placing import RING_S, PlacedCall
from contactcenter.trunks.settings import Trunk, TrunkSettings
from contactcenter.vault.columns import row_context
from contactcenter.vault.errors import VaultError
from contactcenter.vault.service import Vault
from media.sdp import with_codecs

log = structlog.get_logger(__name__)

SHOW_EVERY_S = 1.0
Tell = Callable[[str, str | None], None]
"""(notice id, sentence or None when it is mended)."""


def _tell_nobody(notice_id: str, text: str | None) -> None:
    """A house without notices."""


class Trunks:
    """`reload` after a change. `now` gives unix seconds; `country` is the house's."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        numbers: NumberPlan,
        *,
        country: str,
        now: Callable[[], float],
        tell: Tell = _tell_nobody,
    ) -> None:
        self.numbers = numbers
        self.country = country
        self._database = database
        self._vault = vault
        self._now = now
        self._tell = tell
        self._agent: UserAgent | None = None
        self._running = False
        self._topic: Topic | None = None
        self._lines: dict[str, TrunkLine] = {}
        self._entrances: tuple[Entrance, ...] = ()
        self._showing: asyncio.Task[None] | None = None

    def show_on(self, live: Live) -> None:
        """The live topic `trunks`: in `trunks` a row for each, in `changes` a number that grows with every change."""
        self._topic = live.topic("trunks")
        live.allow("trunks", lambda principal, topic: principal.may(TRUNKS_VIEW))

    def count_on(self, metrics: Metrics) -> None:
        """Figures by the trunk's id."""
        up, calls = "Trunks: 1 while calls can go by it, 0 while it is off, down or refused.", "Calls on each trunk."
        metrics.gauges(
            "trunk_up",
            up,
            ("trunk",),
            lambda: {(key,): float(line.health.down is None) for key, line in self._lines.items()},
        )
        metrics.gauges(
            "trunk_calls", calls, ("trunk",), lambda: {(key,): float(self._calls_on(key)) for key in self._lines}
        )

    def use(self, user_agent: UserAgent) -> None:
        """Whom calls and registrations go through."""
        self._agent = user_agent

    def start(self) -> None:
        """The sockets are open: register and ask."""
        self._running = True
        for line in self._lines.values():
            line.start()
        self._showing = asyncio.get_running_loop().create_task(self._keep_showing())

    async def stop(self) -> None:
        await ended(self._showing)
        self._running = False
        lines, self._lines = list(self._lines.values()), {}
        self._entrances = ()
        await asyncio.gather(*(line.close() for line in lines))

    async def reload(self) -> None:
        """Read trunks and numbers; lines whose registration is another begin anew, the others go on."""
        trunks, self.numbers.rules = await self._read()
        if self._agent is None:
            return
        for trunk_id in [known for known in self._lines if known not in trunks]:
            await self._lines.pop(trunk_id).close()
            self._forget(trunk_id)
        for trunk in trunks.values():
            line = self._lines.get(trunk.id)
            if line is not None and line.take_over(trunk):
                continue
            if line is not None:
                await line.close()
            self._lines[trunk.id] = TrunkLine(trunk, self._agent, now=self._now, changed=self._changed)
            if self._running:
                self._lines[trunk.id].start()
        self._changed()
        self._count_change()

    async def _read(self) -> tuple[dict[str, Trunk], tuple[NumberRule, ...]]:
        async with self._database.session() as session:
            rows = (await session.scalars(select(TrunkRow).order_by(TrunkRow.id))).all()
            called = (await session.scalars(select(CalledNumber).order_by(CalledNumber.id))).all()
        trunks = {row.id: await self._opened(row) for row in rows}
        rules = (NumberRule(id=row.id, pattern=row.pattern, flow=row.flow, trunk=row.trunk_id) for row in called)
        return trunks, tuple(rules)

    async def _opened(self, row: TrunkRow) -> Trunk:
        """A trunk whose secret cannot be opened goes on without: its provider will refuse it, and that is shown."""
        password = ""
        if row.password is not None:
            try:
                password = await self._vault.open_text(row.password, row_context(TrunkRow.password, row.id))
            except VaultError as error:
                log.error("trunk.secret_unusable", trunk=row.id, reason=str(error))
        return Trunk(id=row.id, settings=TrunkSettings.model_validate(row.settings), password=password)

    def origin(self, invite: Request, source: Peer) -> Origin | None:
        entrances = [each for each in self._entrances if each.takes(source.transport)]
        entrance = entrance_of(invite, source.host, entrances)
        return None if entrance is None else origin_of(invite, entrance, self.country)

    def knows(self, host: str) -> bool:
        return any(each.reach(host) >= 0 for each in self._entrances if each.trunk.settings.enabled)

    def names_of(self, host: str) -> frozenset[str]:
        mine = (line for line in self._lines.values() if host == line.trunk.settings.host or host in line.resolved)
        return frozenset(name for line in mine for name in _names(line.trunk.settings))

    def has_room(self, trunk: str) -> bool:
        line = self._lines.get(trunk)
        most = line.trunk.settings.max_calls if line is not None else None
        return most is None or self._calls_on(trunk) < most

    def route(self, number: str) -> Route | Refusal:
        found = self.routes(number)
        return found if isinstance(found, Refusal) else found[0]

    def routes(self, number: str, *, shown: str = "", display_name: str = "") -> tuple[Route, ...] | Refusal:
        """All ways to this number now, best first, or why there is none."""
        return decide(
            number,
            list(self._standings()),
            country=self.country,
            shown=shown,
            display_name=display_name,
            own=self.numbers.own(self._lines),
        )

    async def place(
        self, line: SipLine, number: str, *, shown: str = "", display_name: str = "", ring_s: float = RING_S
    ) -> PlacedCall | Refusal:
        found = self.routes(number, shown=shown, display_name=display_name)
        if isinstance(found, Refusal):
            log.info("trunk.call_refused", code=found.code)
            return found
        assert self._agent is not None, "there are no trunks before the start"
        offer = await line.offer(self._agent.host_towards(found[0].host))
        call = PlacedCall(lambda route: self._dial(route, offer), found, ring_s=ring_s)
        line.attach(call)
        call.start()
        return call

    def _dial(self, route: Route, offer: str) -> Call:
        assert self._agent is not None
        if (line := self._lines.get(route.trunk)) is not None:
            line.rate.take(asyncio.get_running_loop().time())
        return self._agent.dial(route, with_codecs(offer, route.codecs) if route.codecs else offer)

    def state(self, trunk: str) -> Mapping[str, Any] | None:
        """The row of the live topic, None for a trunk that does not run."""
        line = self._lines.get(trunk)
        return None if line is None else self._row(line)

    def _standings(self) -> Iterator[Standing]:
        at = asyncio.get_running_loop().time()
        for line in self._lines.values():
            yield Standing(
                trunk=line.trunk,
                down=line.health.down,
                calls=self._calls_on(line.trunk.id),
                ready=line.rate.ready(at),
            )

    def _calls_on(self, trunk: str) -> int:
        return 0 if self._agent is None else self._agent.calls_on(trunk)

    def _row(self, line: TrunkLine) -> dict[str, Any]:
        shown = line.health.shown
        return {
            "id": line.trunk.id,
            "state": shown.state,
            "code": shown.code,
            "sentence": shown.sentence,
            "since": iso(shown.since),
            "calls": self._calls_on(line.trunk.id),
        }

    def _changed(self) -> None:
        self._entrances = tuple(line.entrance for line in self._lines.values())
        self._show()

    def _show(self) -> None:
        for line in self._lines.values():
            name, shown = line.trunk.settings.name, line.health.shown
            wrong = shown.state in ("down", "refused")
            self._tell(f"trunk:{line.trunk.id}", f"Trunk {name}: {shown.sentence}" if wrong else None)
            if self._topic is not None:
                self._topic.put("trunks", line.trunk.id, self._row(line))

    def _forget(self, trunk_id: str) -> None:
        self._tell(f"trunk:{trunk_id}", None)
        if self._topic is not None:
            self._topic.remove("trunks", trunk_id)

    def _count_change(self) -> None:
        if self._topic is not None:
            before = self._topic.get("changes", "trunks")
            revision = 1 if before is None else before["revision"] + 1
            self._topic.put("changes", "trunks", {"id": "trunks", "revision": revision})

    async def _keep_showing(self) -> None:
        """Calls begin and end without telling us."""
        while True:
            await asyncio.sleep(SHOW_EVERY_S)
            self._show()


def _names(settings: TrunkSettings) -> tuple[str, ...]:
    return tuple(filter(None, (settings.host, settings.domain, settings.certificate_name)))
