"""A contact that waits comes to ask for less: relax steps, tiers one by one, and the end of a preferred agent's time.

All three are the same: at a deadline the contact moves to another cell and is matched anew. Nobody polls.
"""

from __future__ import annotations

from math import inf

from acd.cells import join_cell, leave_cell, remove_waiting
from acd.deadline import Due
from acd.events import ContactRelaxed
from acd.floor import Floor
from acd.matching import place_contact
from acd.model import Phase, QueueConfig
from acd.state import Agent, Contact, Stage

MAX_TIER = 100


def stages_of(config: QueueConfig, highest_tier: int) -> tuple[Stage, ...]:
    """What the queue asks for over time, the first from 0 s on; nothing when that never changes.

    `highest_tier` of its members: there the growing reach ends and includes every tier.
    """
    moments = {step.after_s for step in config.relax}
    if config.tier_delay_s is not None:
        moments |= {config.tier_delay_s * grown for grown in range(1, max(1, highest_tier))}
    if not moments:
        return ()
    tiered = config.tier_delay_s is not None or any(step.reach is not None for step in config.relax)
    stages = []
    for after_s in sorted({0.0} | moments):
        passed = [step for step in config.relax if step.after_s <= after_s]
        reach = 1.0 if tiered else inf
        if config.tier_delay_s is not None:
            reach += after_s // config.tier_delay_s
        reach = max([reach, *(step.reach for step in passed if step.reach is not None)])
        drop = frozenset(skill for step in passed for skill in step.drop)
        stages.append(
            Stage(after_s, sum(step.level_down for step in passed), drop, inf if reach >= highest_tier else reach)
        )
    return tuple(stages)


def watch_widening(floor: Floor, contact: Contact) -> None:
    """Start the next deadline anew, if there is one."""
    if contact.widen is not None:
        floor.timers.cancel(contact.widen)
        contact.widen = None
    stages = contact.queue.stages
    moments = [contact.own_until] if contact.own_agent is not None else []
    if contact.stage + 1 < len(stages):
        moments.append(contact.entered_at + stages[contact.stage + 1].after_s)
    if moments:
        contact.widen = floor.timers.start(min(moments), Due.WIDENS, contact)


def widens(floor: Floor, contact: Contact) -> None:
    """A deadline has come: take the steps that are due."""
    contact.widen = None
    released = contact.own_agent is not None and contact.own_until <= floor.now
    stages = contact.queue.stages
    stage = contact.stage
    waited_s = floor.now - contact.entered_at
    while stage + 1 < len(stages) and stages[stage + 1].after_s <= waited_s:
        stage += 1
    move(floor, contact, stage, None if released else contact.own_agent)
    watch_widening(floor, contact)


def release(floor: Floor, agent: Agent) -> None:
    """The agent has logged off or left the queue: contacts kept to it go to anybody."""
    own = (lane.cells.get(((), inf, agent.agent_id)) for lane, _ in agent.lanes)
    kept = [
        contact for cell in own if cell and cell.contacts for contact in cell.lane.queue.line if contact.cell is cell
    ]
    # By age: the order of the cells, which are kept for later use, would depend on what they were used for before.
    for contact in sorted(kept, key=lambda contact: contact.seq):
        move(floor, contact, contact.stage, None)
        watch_widening(floor, contact)


def move(floor: Floor, contact: Contact, stage: int, own_agent: Agent | None) -> None:
    """Ask for what this stage asks for. A ringing offer goes on; who may take it besides is asked now."""
    open_to_more = contact.indexed or contact.phase is Phase.WAITING
    remove_waiting(contact)
    before = contact.cell
    leave_cell(contact)
    contact.stage = stage
    contact.own_agent = own_agent
    join_cell(contact)
    if contact.cell is not before:
        asks = contact.cell.label.strip()
        floor.out.append(ContactRelaxed(contact.contact_id, contact.queue.queue_id, stage, asks, at=floor.now))
    if open_to_more:
        place_contact(floor, contact)
