"""Which of the ready agents who fit gets a contact.

Lower tiers always come first; a strategy decides within a tier. Agents with fewer contacts in hand come before those
with more where a rule below says "idle". Idle time starts when the last work in hand ends, when the agent becomes
available and when it rejects or misses an offer; an offer withdrawn for another cause costs no place. "Longest idle" as
a tie-break ends in who became idle first by order of commands, so that no tie is left.

RULES says the exact rule of each; the names are those of Asterisk's app_queue, FreeSWITCH's mod_callcenter and the
rented centers, whichever is best known.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from math import log

from acd.chance import draw
from acd.eligibility import skills_named
from acd.ordered import Entry, Ordered
from acd.presence import occupancy
from acd.state import Agent, Cell, Contact, Lane, Member

TRIES = 32
"""Random draws that may hit somebody who does not fit before all are shuffled."""


class Strategy:
    """An order over the ready agents of a tier that does not change while an agent stays in the pool, and a place in
    it to start from, which is the first if `from_first`. This one is longest-idle."""

    from_first = True
    by_cell = False
    remembers = False
    rings_all = False
    rings_more = False
    counts_recent = False

    def entry(self, agent: Agent, member: Member) -> Entry:
        return (len(agent.work), agent.idle_since, agent.ready_seq, agent)

    def entry_in(self, cell: Cell, agent: Agent, member: Member) -> Entry:
        """For strategies that rank `by_cell`: tiers included."""
        raise NotImplementedError

    def candidates(self, pool: Ordered[Agent], lane: Lane, tier: int, contact: Contact) -> Iterator[Agent]:
        """Best first, some maybe more than once."""
        return iter(pool)

    def all_in_order(self, pool: Ordered[Agent], lane: Lane, tier: int, contact: Contact) -> Iterator[Agent]:
        """Best first, each once."""
        return iter(dict.fromkeys(self.candidates(pool, lane, tier, contact)))

    def chosen(self, member: Member, lane: Lane, contact: Contact) -> None:
        """Remember what the next choice needs to know."""

    def reason(self, member: Member, cell: Cell, now: float) -> str:
        """Why this one of several: the words before "of 4 ready agents"."""
        return f"longest idle ({now - member.agent.idle_since:.0f} s)"


class LeastRecent(Strategy):
    def entry(self, agent: Agent, member: Member) -> Entry:
        return (member.last_ended, 0.0, member.ring, agent)

    def reason(self, member: Member, cell: Cell, now: float) -> str:
        ago = now - member.last_ended
        return "never had a contact of this queue" if ago > now else f"last had a contact of this queue {ago:.0f} s ago"


class FewestCalls(Strategy):
    def entry(self, agent: Agent, member: Member) -> Entry:
        return (member.calls, agent.idle_since, agent.ready_seq, agent)

    def reason(self, member: Member, cell: Cell, now: float) -> str:
        return f"fewest contacts ({member.calls})"


class LeastTalkTime(Strategy):
    def entry(self, agent: Agent, member: Member) -> Entry:
        return (member.talk_s, agent.idle_since, agent.ready_seq, agent)

    def reason(self, member: Member, cell: Cell, now: float) -> str:
        return f"least talk time ({member.talk_s:.0f} s)"


class LeastOccupied(Strategy):
    def entry(self, agent: Agent, member: Member) -> Entry:
        return (occupancy(agent, agent.status_since) or 0.0, agent.idle_since, agent.ready_seq, agent)

    def reason(self, member: Member, cell: Cell, now: float) -> str:
        return f"least occupied ({occupancy(member.agent, member.agent.status_since) or 0.0:.0%})"


class FairDistribution(Strategy):
    counts_recent = True

    def entry(self, agent: Agent, member: Member) -> Entry:
        return (member.recent, agent.idle_since, agent.ready_seq, agent)

    def reason(self, member: Member, cell: Cell, now: float) -> str:
        window = cell.lane.queue.config.fair_window_s
        return f"fewest contacts in the last {window:.0f} s ({member.recent})"


class RoundRobin(Strategy):
    from_first = False
    remembers = True

    def entry(self, agent: Agent, member: Member) -> Entry:
        return (member.ring, 0.0, 0, agent)

    def candidates(self, pool: Ordered[Agent], lane: Lane, tier: int, contact: Contact) -> Iterator[Agent]:
        turn = lane.turns.get(tier)
        return iter(pool) if turn is None else chain(pool.iter_after(turn), pool)

    def chosen(self, member: Member, lane: Lane, contact: Contact) -> None:
        lane.turns[member.tier] = self.entry(member.agent, member)[0]

    def reason(self, member: Member, cell: Cell, now: float) -> str:
        return "next in turn"


class RoundRobinOrdered(RoundRobin):
    def entry(self, agent: Agent, member: Member) -> Entry:
        return (member.place, 0.0, 0, agent)


class TopDown(Strategy):
    def entry(self, agent: Agent, member: Member) -> Entry:
        return (member.place, 0.0, 0, agent)

    def reason(self, member: Member, cell: Cell, now: float) -> str:
        return "first by position"


class Linear(TopDown):
    from_first = False
    remembers = True

    def candidates(self, pool: Ordered[Agent], lane: Lane, tier: int, contact: Contact) -> Iterator[Agent]:
        return chain(pool.iter_after(contact.tried), pool)

    def chosen(self, member: Member, lane: Lane, contact: Contact) -> None:
        contact.tried = member.place

    def reason(self, member: Member, cell: Cell, now: float) -> str:
        return "next by position"


class Random(Strategy):
    """Draws hit anybody ready; who does not fit is passed over, so that those who fit are equally likely."""

    from_first = False

    def candidates(self, pool: Ordered[Agent], lane: Lane, tier: int, contact: Contact) -> Iterator[Agent]:
        for _ in range(TRIES):
            yield pool.at(int(draw(contact) * len(pool)))
        yield from self.all_in_order(pool, lane, tier, contact)

    def all_in_order(self, pool: Ordered[Agent], lane: Lane, tier: int, contact: Contact) -> Iterator[Agent]:
        left = list(pool)
        while left:
            place = int(draw(contact) * len(left))
            left[place], left[-1] = left[-1], left[place]
            yield left.pop()

    def reason(self, member: Member, cell: Cell, now: float) -> str:
        return "drawn at random"


class WeightedRandom(Random):
    """Each draw is kept with the chance of its weight in the largest one."""

    def candidates(self, pool: Ordered[Agent], lane: Lane, tier: int, contact: Contact) -> Iterator[Agent]:
        queue_id = lane.queue.queue_id
        largest = lane.queue.largest_weight
        for _ in range(TRIES):
            agent = pool.at(int(draw(contact) * len(pool)))
            if draw(contact) * largest < agent.members[queue_id].weight:
                yield agent
        yield from self.all_in_order(pool, lane, tier, contact)

    def all_in_order(self, pool: Ordered[Agent], lane: Lane, tier: int, contact: Contact) -> Iterator[Agent]:
        """By exponential keys (Efraimidis & Spirakis, Information Processing Letters 97(5), 2006)."""
        queue_id = lane.queue.queue_id
        keyed = [(-log(1.0 - draw(contact)) / agent.members[queue_id].weight, agent.ready_seq, agent) for agent in pool]
        return iter([agent for _, _, agent in sorted(keyed, key=lambda each: each[:2])])

    def reason(self, member: Member, cell: Cell, now: float) -> str:
        return f"drawn at random with weight {member.weight:g}"


class RingAll(Strategy):
    rings_all = True

    def reason(self, member: Member, cell: Cell, now: float) -> str:
        return "rings at all"


class RingProgressively(TopDown):
    rings_more = True

    def reason(self, member: Member, cell: Cell, now: float) -> str:
        return "next to ring by position"


class BestSkill(Strategy):
    from_first = False
    by_cell = True

    def entry_in(self, cell: Cell, agent: Agent, member: Member) -> Entry:
        return (member.tier * 1000 - self._levels(cell, agent), agent.idle_since, agent.ready_seq, agent)

    def reason(self, member: Member, cell: Cell, now: float) -> str:
        return f"best skilled ({self._levels(cell, member.agent)} levels)"

    def _levels(self, cell: Cell, agent: Agent) -> int:
        return sum(agent.skills.get(skill, 0) for skill in skills_named(cell.requirement))


STRATEGIES: dict[str, Strategy] = {
    "longest-idle": Strategy(),
    "least-recent": LeastRecent(),
    "fewest-calls": FewestCalls(),
    "least-talk-time": LeastTalkTime(),
    "least-occupied": LeastOccupied(),
    "round-robin": RoundRobin(),
    "round-robin-ordered": RoundRobinOrdered(),
    "top-down": TopDown(),
    "linear": Linear(),
    "random": Random(),
    "weighted-random": WeightedRandom(),
    "ring-all": RingAll(),
    "ring-progressively": RingProgressively(),
    "best-skill": BestSkill(),
    "fair-distribution": FairDistribution(),
}

RULES: dict[str, str] = {
    "longest-idle": "Who has the fewest contacts in hand, then has been idle longest over all queues.",
    "least-recent": "Whose last contact of this queue ended longest ago; who never had one comes first, in the order "
    "of joining the queue.",
    "fewest-calls": "Who answered the fewest contacts of this queue since the statistics were reset; then longest "
    "idle.",
    "least-talk-time": "Who talked least in this queue since the statistics were reset; then longest idle.",
    "least-occupied": "Who has the smallest share of handling time in its staffed time since the statistics were "
    "reset, as it stood when becoming ready; then longest idle.",
    "round-robin": "The next after the one offered last, in the order of joining the queue, even if that one has left.",
    "round-robin-ordered": "The next after the one offered last, by position.",
    "top-down": "Always the first by position.",
    "linear": "By position, going on for each contact after the one it rang at last, and at the end from the top.",
    "random": "Anybody, all equally likely, drawn from the contact's seed.",
    "weighted-random": "Anybody, as likely as the member's weight, drawn from the contact's seed.",
    "ring-all": "Everybody within reach at once; the first to accept has it. Who becomes ready meanwhile rings too.",
    "ring-progressively": "By position, one more every ring_next_s seconds while those before go on ringing.",
    "best-skill": "Who has the highest sum of levels of the skills asked for; then longest idle.",
    "fair-distribution": "Who answered the fewest contacts of this queue within the last fair_window_s seconds; then "
    "longest idle.",
}
