"""Numbers for Prometheus about calls, queues, agents, media, SIP and the journal. No personal data, few labels."""

from collections.abc import Callable, Mapping

from contactcenter import compiled_engine
from contactcenter.agents.service import Agents
from contactcenter.calls.service import Calls
from contactcenter.metrics import Metrics
from contactcenter.queues.service import Queues
from contactcenter.routing.driver import RoutingDriver
from contactcenter.storage.journal import Journal
from contactcenter.telephony import UserAgent


class Figures:
    """`media` is what the media plane said last; it runs in another process and is asked once a second."""

    def __init__(
        self,
        metrics: Metrics,
        *,
        driver: RoutingDriver,
        queues: Queues,
        agents: Agents,
        calls: Calls,
        user_agent: UserAgent,
        journal: Journal,
    ) -> None:
        self.media: Mapping[str, float] = {}
        self._driver = driver
        self._queues = queues
        self._agents = agents
        metrics.gauge("calls", "Calls that are on or being wrapped up.", lambda: len(calls))
        metrics.gauge("sip_calls", "SIP calls that are on.", lambda: user_agent.active_calls)
        metrics.gauges("sip", "SIP messages and incidents since the start.", ("what",), _labelled(user_agent.counters))
        metrics.gauges("media", "The media plane's counters and gauges.", ("what",), lambda: _keyed(self.media))
        compiled = float(compiled_engine.kind() == "compiled")
        metrics.gauge("routing_compiled", "1 with the routing engine as machine code.", lambda: compiled)
        metrics.gauge("routing_faults", "Mistakes in the engine's program since the start.", lambda: driver.faults)
        metrics.gauges("queue_waiting", "Contacts waiting.", ("queue",), self._waiting)
        metrics.gauges("agents", "Agents by what they do.", ("activity",), self._activities)
        metrics.gauge("journal_pending", "Rows not yet in the database.", lambda: journal.health.pending)
        metrics.gauge("journal_spilled", "Rows waiting in the journal's file.", lambda: journal.health.spilled)

    def _waiting(self) -> dict[tuple[str, ...], float]:
        now = self._driver.now
        return {(q.id,): self._driver.engine.queue_view(q.id, now).waiting for q in self._queues.all()}

    def _activities(self) -> dict[tuple[str, ...], float]:
        counts: dict[tuple[str, ...], float] = {}
        for agent in self._agents.all():
            view = self._driver.engine.agent_view(agent.id)
            key = (view.presence.value if view.activity.value == "idle" else view.activity.value,)
            counts[key] = counts.get(key, 0) + 1
        return counts


def _keyed(values: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    return {(name,): value for name, value in values.items()}


def _labelled(counters: Mapping[str, float]) -> Callable[[], dict[tuple[str, ...], float]]:
    return lambda: _keyed(counters)
