"""The match index: per queue and requirement, the agents who meet it and the contacts that wait for them.

Who fits what is kept with every change of skills and queues; who is ready, once per queue in the order of its strategy
and as a count per cell. The first ready agent who fits is found by walking the shorter way: along the queue's ready
ones, of whom one in so many fits, or over those who fit, when they are few.

A cell is made at the first contact with its requirement, by one look at the queue's members. Without contacts it is
kept for the next one; a queue keeps SPARE_CELLS of those, so that invented requirements cannot fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from acd.eligibility import Requirement, combine, describe, meets
from acd.state import NO_HEAD, Agent, Cell, Contact, Queue
from acd.strategies import in_order, strategy_of

SPARE_CELLS = 256
"""Some 50 skills at three levels each, asked for one or two at a time."""


def join_cell(contact: Contact) -> None:
    """Put an unanswered contact's requirement in its queue's index."""
    queue = contact.queue
    requirement = combine(queue.config.required_skills, contact.skills)
    cell = queue.cells.get(requirement)
    if cell is None:
        cell = _make_cell(queue, requirement)
    elif not cell.contacts:
        del queue.spare[cell]
    cell.contacts += 1
    contact.cell = cell


def leave_cell(contact: Contact) -> None:
    cell = contact.cell
    cell.contacts -= 1
    if cell.contacts:
        return
    spare = cell.queue.spare
    spare[cell] = None
    if len(spare) > SPARE_CELLS:
        _drop_cell(next(iter(spare)))


def add_waiting(contact: Contact) -> None:
    """The contact waits in its cell and no offer rings."""
    cell = contact.cell
    cell.waiting.add(contact.entry())
    _set_head(cell)


def remove_waiting(contact: Contact) -> None:
    cell = contact.cell
    cell.waiting.remove(contact.entry())
    _set_head(cell)


def join_pool(agent: Agent) -> None:
    """The agent is ready: make it found in every cell it fits."""
    agent.in_pool = True
    for queue in agent.queues:
        queue.ready.add(strategy_of(queue).entry(agent, queue))
    for cell in agent.cells:
        cell.ready += 1


def leave_pool(agent: Agent) -> None:
    if agent.in_pool:
        agent.in_pool = False
        for queue in agent.queues:
            queue.ready.remove(strategy_of(queue).entry(agent, queue))
        for cell in agent.cells:
            cell.ready -= 1


def ready_agents(cell: Cell) -> Iterator[Agent]:
    """Those who fit, as the queue's strategy would choose them, one after the other."""
    queue = cell.queue
    if len(cell.agents) ** 2 < len(queue.ready):
        return iter(in_order((agent for agent in cell.agents if agent.in_pool), queue))
    candidates = strategy_of(queue).candidates(queue.ready, queue)
    return islice((agent for agent in candidates if cell in agent.cells), cell.ready)


def attach(agent: Agent, queue: Queue) -> None:
    """The agent, out of the pool, serves the queue from now on."""
    agent.queues.append(queue)
    queue.statuses[agent.status] += 1
    for cell in queue.cells.values():
        if meets(agent.skills, cell.requirement):
            _link(agent, cell)


def detach(agent: Agent, queue: Queue) -> None:
    """The opposite of attach, for an agent out of the pool."""
    agent.queues.remove(queue)
    queue.statuses[agent.status] -= 1
    for cell in queue.cells.values():
        if cell in agent.cells:
            del agent.cells[cell]
            del cell.agents[agent]


def fits(agent: Agent, contact: Contact) -> bool:
    """The agent serves the contact's queue and meets what the contact asks for."""
    return contact.cell in agent.cells


def drop_cells(queue: Queue) -> None:
    """Forget the whole index of a queue, all of whose contacts have left their cells and agents the pool."""
    for cell in list(queue.spare):
        _drop_cell(cell)


def _make_cell(queue: Queue, requirement: Requirement) -> Cell:
    cell = Cell(queue, requirement, describe(requirement))
    queue.cells[requirement] = cell
    for agent in queue.members:
        if meets(agent.skills, requirement):
            _link(agent, cell)
            cell.ready += agent.in_pool
    return cell


def _drop_cell(cell: Cell) -> None:
    queue = cell.queue
    del queue.spare[cell]
    del queue.cells[cell.requirement]
    for agent in cell.agents:
        del agent.cells[cell]


def _link(agent: Agent, cell: Cell) -> None:
    agent.cells[cell] = None
    cell.agents[agent] = None


def _set_head(cell: Cell) -> None:
    first = cell.waiting.first()
    cell.head = NO_HEAD if first is None else first.head()
