"""The match index: per queue and requirement, the ready agents who meet it and the contacts that wait for them.

A cell is made at the first contact with its requirement, by one look at the queue's members. Without contacts it is
kept for the next one; a queue keeps SPARE_CELLS of those, so that invented requirements cannot fill the memory.
"""

from __future__ import annotations

from acd.eligibility import Requirement, combine, describe, meets
from acd.state import Agent, Cell, Contact, Queue
from acd.strategies import strategy_of

SPARE_CELLS = 16


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


def join_pool(agent: Agent) -> None:
    """The agent is ready: make it found in every cell it fits."""
    agent.in_pool = True
    for cell in agent.cells:
        cell.ready.add(strategy_of(cell.queue).entry(agent, cell.queue))


def leave_pool(agent: Agent) -> None:
    if agent.in_pool:
        agent.in_pool = False
        for cell in agent.cells:
            cell.ready.remove(strategy_of(cell.queue).entry(agent, cell.queue))


def attach(agent: Agent, queue: Queue) -> None:
    """The agent, out of the pool, serves the queue from now on."""
    agent.queues.append(queue)
    queue.statuses[agent.status] += 1
    for cell in queue.cells.values():
        if meets(agent.skills, cell.requirement):
            agent.cells[cell] = None


def detach(agent: Agent, queue: Queue) -> None:
    """The opposite of attach, for an agent out of the pool."""
    agent.queues.remove(queue)
    queue.statuses[agent.status] -= 1
    for cell in queue.cells.values():
        agent.cells.pop(cell, None)


def fits(agent: Agent, contact: Contact) -> bool:
    """The agent serves the contact's queue and meets what the contact asks for."""
    return contact.cell in agent.cells


def _make_cell(queue: Queue, requirement: Requirement) -> Cell:
    cell = Cell(queue, requirement, describe(requirement))
    queue.cells[requirement] = cell
    strategy = strategy_of(queue)
    for agent in queue.members:
        if meets(agent.skills, requirement):
            agent.cells[cell] = None
            if agent.in_pool:
                cell.ready.add(strategy.entry(agent, queue))
    return cell


def _drop_cell(cell: Cell) -> None:
    queue = cell.queue
    del queue.spare[cell]
    del queue.cells[cell.requirement]
    for agent in queue.members:
        agent.cells.pop(cell, None)


def drop_cells(queue: Queue) -> None:
    """Forget the whole index of a queue, all of whose contacts have left their cells and agents the pool."""
    for cell in list(queue.spare):
        _drop_cell(cell)
