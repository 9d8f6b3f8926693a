"""A run over the journal says why a contact waited, who could have had it and why this agent got it."""

from __future__ import annotations

from acd.commands import AcceptOffer, Command, ConfigureAgent, ConfigureQueue, EnqueueContact, RejectOffer, SetPresence
from acd.engine import Engine
from acd.explain import Explanation, Moment, explain
from acd.model import AgentConfig, Capacity, ChannelCapacity, Membership, Presence, QueueConfig, RelaxStep
from tests.acd.room import need

CHAT_ONLY = Capacity(1, {"chat": ChannelCapacity()})

Step = tuple[float, Command | None]


def agent(agent_id: str, skills: dict[str, int], *, tier: int = 1, **settings: object) -> list[Command]:
    config = AgentConfig(agent_id, skills, {"sales": Membership(tier=tier)}, **settings)  # type: ignore[arg-type]
    return [ConfigureAgent(config), SetPresence(agent_id, Presence.AVAILABLE)]


def run(steps: list[Step], contact_id: str = "c1") -> Explanation:
    return explain(Engine(), steps, contact_id)


def why_not(moment: Moment) -> dict[str, str]:
    return {standing.agent_id: standing.why_not for standing in moment.standings}


def floor() -> list[Step]:
    queue = QueueConfig(
        "sales",
        required_skills=(need("english", 3),),
        tier_delay_s=100,
        relax=(RelaxStep(after_s=30, level_down=1),),
        wrap_up_s=5,
    )
    commands = [
        ConfigureQueue(queue),
        *agent("busy", {"english": 5}),
        EnqueueContact("other", "sales"),
        AcceptOffer("other", "busy"),
        *agent("weak", {"english": 2}),
        *agent("far", {"english": 5}, tier=2),
        *agent("chatter", {"english": 5}, capacity=CHAT_ONLY),
        *agent("lunching", {"english": 4}),
        SetPresence("lunching", Presence.PAUSED, "lunch"),
    ]
    return [(10.0, command) for command in commands]


def test_everybody_else_has_a_reason() -> None:
    told = run([*floor(), (20.0, EnqueueContact("c1", "sales")), (50.0, None)])
    queued, *_ = told.moments
    assert (queued.what, queued.at, queued.position, queued.asks) == (
        "ContactQueued",
        20.0,
        1,
        "in tiers up to 1 with english≥3",
    )
    assert why_not(queued) == {
        "busy": "busy with a contact",
        "weak": "lacks english≥3",
        "far": "in tier 2, only tiers up to 1 are reached yet",
        "chatter": "does not take voice",
        "lunching": "paused (lunch)",
    }


def test_relaxing_explains_the_offer_and_supply_says_when_somebody_could() -> None:
    told = run([*floor(), (20.0, EnqueueContact("c1", "sales")), (50.0, None)])
    assert [moment.what for moment in told.moments] == ["ContactQueued", "ContactRelaxed", "ContactOffered"]
    offered = told.moments[-1]
    assert (offered.agent_id, offered.rule) == ("weak", "the only ready agent in tiers up to 1 with english≥2")
    assert why_not(offered)["weak"] == "it rings there"
    assert [(each.at, each.eligible, each.ready) for each in told.supply] == [(20.0, 2, 0), (50.0, 3, 0)]


def test_a_refusal_is_told_with_its_age() -> None:
    steps: list[Step] = [
        (0.0, ConfigureQueue(QueueConfig("sales"))),
        *[(1.0, command) for command in agent("ann", {})],
        (5.0, EnqueueContact("c1", "sales")),
        (9.0, RejectOffer("c1", "ann")),
        (15.0, EnqueueContact("c2", "sales")),
    ]
    rejected = run(steps).moments[-1]
    assert (rejected.what, rejected.agent_id) == ("OfferRejected", "ann")
    assert why_not(rejected) == {"ann": "refused it 0 s before"}


def test_it_ends_with_the_contact_and_an_unknown_one_has_no_moments() -> None:
    steps: list[Step] = [
        (0.0, ConfigureQueue(QueueConfig("sales"))),
        *[(1.0, command) for command in agent("ann", {})],
        (5.0, EnqueueContact("c1", "sales")),
        (7.0, AcceptOffer("c1", "ann")),
        (8.0, EnqueueContact("c2", "sales")),
    ]
    assert [moment.what for moment in run(steps).moments] == ["ContactQueued", "ContactOffered", "OfferAccepted"]
    assert run(steps, "nobody").moments == ()
