"""Any settings of queues and agents, for tests that mix every feature."""

from __future__ import annotations

from hypothesis import strategies as st

from acd.model import (
    DEFAULT_CAPACITY,
    Absence,
    AgentConfig,
    AnyOf,
    Capacity,
    ChannelCapacity,
    Membership,
    Not,
    OverflowCause,
    OverflowRule,
    QueueConfig,
    RelaxStep,
    Target,
)
from acd.strategies import STRATEGIES
from tests.acd.room import need, to

QUEUES = ("q1", "q2", "q3")
AGENTS = ("a0", "a1", "a2", "a3")
CHANNELS = ("voice", "chat", "email")

queue_ids = st.sampled_from(QUEUES)
agent_ids = st.sampled_from(AGENTS)
picks = st.integers(0, 30)
wishes = st.sampled_from(
    [
        (),
        (),
        (need("x"),),
        (need("x", 3),),
        (AnyOf((need("x", 4), need("y"))),),
        (Not(need("y")),),
        (need("x"), need("y")),
    ]
)
CHATTY = Capacity(
    4,
    {
        "voice": ChannelCapacity(units=4, blocks=("*",)),
        "chat": ChannelCapacity(max=2, units=2),
        "email": ChannelCapacity(max=2, units=1, interrupted_by=("voice", "chat")),
    },
)
targets = st.sampled_from([Target(), to("q2"), to("q3")])
absences = st.lists(st.sampled_from(Absence), min_size=1, max_size=3, unique=True).map(tuple)
rules = st.one_of(
    st.builds(
        lambda cause, to, limit: OverflowRule(cause=cause, to=to, limit=limit),
        st.sampled_from([OverflowCause.FULL, OverflowCause.MAX_WAIT, OverflowCause.EXPECTED_WAIT]),
        targets,
        st.sampled_from([2.0, 5.0, 12.0]),
    ),
    st.builds(
        lambda cause, to, absent: OverflowRule(cause=cause, to=to, absent=absent),
        st.sampled_from([OverflowCause.JOIN_EMPTY, OverflowCause.LEAVE_EMPTY]),
        targets,
        absences,
    ),
)
steps = st.sampled_from(
    [
        (),
        (RelaxStep(after_s=3, level_down=2),),
        (RelaxStep(after_s=3, drop=("x",)), RelaxStep(after_s=6, reach=3)),
        (RelaxStep(after_s=4, reach=2),),
    ]
)
queue_configs = st.builds(
    QueueConfig,
    queue_ids,
    strategy=st.sampled_from(sorted(STRATEGIES)),
    required_skills=wishes,
    preferred_skills=wishes,
    relax=steps,
    tier_delay_s=st.sampled_from([None, None, 5.0]),
    ring_timeout_s=st.sampled_from([5.0, 9.0]),
    ring_next_s=st.just(3.0),
    wrap_up_s=st.sampled_from([0.0, 4.0]),
    wrap_up_forced=st.booleans(),
    refusal_lapse_s=st.sampled_from([None, 7.0]),
    fair_window_s=st.just(20.0),
    overflow=st.lists(rules, max_size=2).map(tuple),
    weight=st.integers(0, 1),
    ageing_s=st.sampled_from([None, None, 10.0]),
    target_wait_s=st.sampled_from([None, 5.0]),
    keeps_clock=st.booleans(),
)
memberships = st.builds(
    Membership, tier=st.integers(1, 3), position=st.integers(0, 2), weight=st.sampled_from([1.0, 3.0])
)
agent_configs = st.builds(
    AgentConfig,
    agent_ids,
    st.dictionaries(st.sampled_from(["x", "y"]), st.integers(1, 5)),
    st.dictionaries(queue_ids, memberships, min_size=1),
    st.integers(1, 2),
    st.sampled_from([DEFAULT_CAPACITY, CHATTY]),
)
