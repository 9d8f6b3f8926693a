"""A polling queue of mod_callcenter's kind, as the engine's baseline: tables in SQLite, and a loop that reads them.

From its published description (developer.signalwire.com, mod_callcenter): members, agents and tiers are tables; about
every 100 ms a thread selects the members who wait, highest score first (a second of waiting is a point), and for each
of them the agents of its queue who are available, by tier level and who was longest without a call; the first whose
state is Waiting and whose wrap-up is over gets it. Calls that come, are answered and end change the tables in between.

Kinder than the original: one process, a database in memory, no transactions, indexes on what is looked for, no skills,
a select of agents is read only up to the one who is taken.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections import deque

PAUSE_S = 0.1
"""Between two polls; what happens meanwhile is as much as one core can do in that time."""

SCHEMA = """
create table agents (name text primary key, status text, state text, last_bridge_end real, last_offered_call real,
  wrap_up_time real, calls_answered integer, talk_time real);
create table tiers (queue text, agent text, level integer, position integer);
create table members (uuid text primary key, queue text, state text, joined_epoch real, base_score integer,
  serving_agent text, bridge_epoch real);
create index tiers_queue on tiers (queue);
create index members_state on members (state);
"""
MEMBERS = """select uuid, queue, (? - joined_epoch) + base_score as score from members where state = 'Waiting'
order by score desc"""
AGENTS = """select name, state, last_bridge_end, wrap_up_time from tiers join agents on agents.name = tiers.agent
where tiers.queue = ? and agents.status = 'Available' order by level, last_bridge_end, position"""


class PollingQueue:
    """Agents each in three of the queues, and who talks to whom."""

    def __init__(self, agents: int, queues: int, seed: int = 1) -> None:
        self.chance = random.Random(seed)
        self.queues = [f"queue{number}" for number in range(queues)]
        self.base = sqlite3.connect(":memory:", isolation_level=None)
        self.base.executescript(SCHEMA)
        self.at_work: deque[tuple[str, str]] = deque()
        self.joined = 0
        for number in range(agents):
            name = f"a{number}"
            self.base.execute("insert into agents values (?, 'Available', 'Waiting', 0, 0, 0, 0, 0)", (name,))
            for position, queue in enumerate(self.chance.sample(self.queues, 3)):
                self.base.execute("insert into tiers values (?, ?, 1, ?)", (queue, name, position))

    def join(self, now: float) -> None:
        self.joined += 1
        member = (f"c{self.joined}", self.chance.choice(self.queues), now, self.chance.randint(0, 2))
        self.base.execute("insert into members values (?, ?, 'Waiting', ?, ?, null, null)", member)

    def poll(self, now: float) -> int:
        """Offer, and answer at once, what can be. Returns how many."""
        offered = 0
        for uuid, queue, _ in self.base.execute(MEMBERS, (now,)).fetchall():
            for name, state, last_bridge_end, wrap_up_time in self.base.execute(AGENTS, (queue,)):
                if state == "Waiting" and last_bridge_end + wrap_up_time <= now:
                    self._answer(uuid, name, now)
                    offered += 1
                    break
        return offered

    def end(self, now: float) -> None:
        """The conversation that lasted longest."""
        uuid, name = self.at_work.popleft()
        self.base.execute(
            "update agents set state = 'Waiting', last_bridge_end = ?, talk_time = talk_time + 1 where name = ?",
            (now, name),
        )
        self.base.execute("delete from members where uuid = ?", (uuid,))

    def _answer(self, uuid: str, name: str, now: float) -> None:
        execute = self.base.execute
        execute("update agents set state = 'Receiving', last_offered_call = ? where name = ?", (now, name))
        execute("update members set state = 'Trying', serving_agent = ? where uuid = ?", (name, uuid))
        execute("update members set state = 'Answered', bridge_epoch = ? where uuid = ?", (now, uuid))
        execute(
            "update agents set state = 'In a queue call', calls_answered = calls_answered + 1 where name = ?", (name,)
        )
        self.at_work.append((uuid, name))


def measure(agents: int, waiting: int, queues: int, seconds: float) -> tuple[float, float]:
    """With everybody at work and so many waiting: conversations ended per CPU second, and the share of a core that
    looking costs while nothing happens."""
    polling = PollingQueue(agents, queues)
    now = 1.0
    while polling.joined - len(polling.at_work) < waiting:
        polling.join(now)
        if polling.joined % 100 == 0:
            now += PAUSE_S
            polling.poll(now)
    began = time.process_time()
    polling.poll(now)
    idle_s = time.process_time() - began
    done, spent = 0, 0.0
    while spent < seconds:
        now += PAUSE_S
        began = time.process_time()
        polling.poll(now)
        pause = time.process_time() + PAUSE_S
        while polling.at_work and time.process_time() < pause:
            polling.join(now)
            polling.end(now)
            done += 1
        spent += time.process_time() - began
    polling.base.close()
    return done / spent, idle_s / (idle_s + PAUSE_S)
