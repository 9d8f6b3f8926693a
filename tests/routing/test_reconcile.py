"""After a restart: who had a line has none, who needs none waits on."""

from __future__ import annotations

from acd import commands as ask
from acd.engine import Engine
from acd.model import AgentConfig, Phase, Presence, QueueConfig, members
from contactcenter.routing.reconcile import after_restart, no_longer_configured

NOW = 1_750_000_000.0


def floor(*agents: str) -> Engine:
    engine = Engine()
    engine.handle(ask.ConfigureQueue(QueueConfig("q", ring_timeout_s=20.0, wrap_up_s=60.0)), NOW)
    for agent in agents:
        engine.handle(ask.ConfigureAgent(AgentConfig(agent, {}, members("q"))), NOW)
        engine.handle(ask.SetPresence(agent, Presence.AVAILABLE), NOW)
    return engine


def mend(engine: Engine, now: float) -> None:
    for command in after_restart(engine, now):
        engine.handle(command, now)
    engine.tick(now)


def test_calls_are_gone_and_their_agent_wraps_up() -> None:
    engine = floor("anna", "ben")
    for number, channel in enumerate(("voice", "video", "voice")):
        engine.handle(ask.EnqueueContact(f"c{number}", "q", channel=channel), NOW + number)
    engine.handle(ask.AcceptOffer("c0", "anna"), NOW + 3)
    assert engine.contact_view("c1").phase is Phase.OFFERED
    assert engine.contact_view("c2").phase is Phase.WAITING
    mend(engine, NOW + 3600)
    assert engine.contact_ids() == []
    wrap_up = engine.agent_view("anna").wrap_up
    assert wrap_up is not None
    assert wrap_up.contact_id == "c0"
    ben = engine.agent_view("ben")
    assert (ben.presence, ben.misses) == (Presence.AVAILABLE, 0)


def test_a_chat_keeps_its_place_and_its_clock() -> None:
    engine = floor("anna")
    engine.handle(ask.SetPresence("anna", Presence.PAUSED, "lunch"), NOW)
    for number in range(3):
        engine.handle(ask.EnqueueContact(f"c{number}", "q", channel=("chat", "voice", "chat")[number]), NOW + number)
    mend(engine, NOW + 3600)
    assert [(each.contact_id, each.queued_at) for each in engine.waiting("q")] == [("c0", NOW), ("c2", NOW + 2)]
    anna = engine.agent_view("anna")
    assert (anna.presence, anna.reason) == (Presence.PAUSED, "lunch")


def test_an_offer_that_ran_out_meanwhile_is_nobodys_miss() -> None:
    engine = floor("anna", "ben")
    engine.handle(ask.EnqueueContact("c", "q", channel="chat"), NOW)
    mend(engine, NOW + 3600)
    view = engine.contact_view("c")
    assert view.phase is Phase.OFFERED
    assert view.queued_at == NOW
    assert view.expires_at == NOW + 3620
    assert [engine.agent_view(agent).presence for agent in ("anna", "ben")] == [Presence.AVAILABLE] * 2


def test_an_offer_that_still_rings_goes_on_ringing() -> None:
    engine = floor("anna")
    engine.handle(ask.EnqueueContact("c", "q", channel="chat"), NOW)
    mend(engine, NOW + 3)
    assert engine.contact_view("c").expires_at == NOW + 20


def test_who_and_what_was_removed_meanwhile_goes() -> None:
    engine = floor("anna", "ben", "carl")
    engine.handle(ask.ConfigureQueue(QueueConfig("old")), NOW)
    engine.handle(ask.EnqueueContact("c", "q"), NOW)
    engine.handle(ask.AcceptOffer("c", "anna"), NOW)
    for command in no_longer_configured(engine, agents={"carl"}, queues={"q"}):
        engine.handle(command, NOW)
    assert engine.queue_ids() == ["q"]
    assert engine.agent_ids() == ["anna", "carl"]
    assert engine.agent_view("anna").queues == ()
