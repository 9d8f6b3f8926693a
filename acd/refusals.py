"""What an agent refused, by rejecting the offer or letting it expire, is not offered to it again for a while.

A refusal holds until the agent is ready anew, which is when its next conversation or wrap-up ends or when it becomes
available from another presence; until the contact is answered or put in line again; and in any case no longer than
`refusal_lapse_s` of the queue in which it was offered. Without the last a lone agent who rejects a contact by mistake
would sit idle beside it.
"""

from __future__ import annotations

from acd.bonds import Refusal
from acd.deadline import Due
from acd.events import RefusalLapsed
from acd.floor import Floor
from acd.matching import offer_again
from acd.state import Agent, Contact


def refuse(floor: Floor, agent: Agent, contact: Contact) -> None:
    refusal = Refusal(agent, contact, floor.now)
    agent.refused[contact] = refusal
    contact.refused_by[agent] = refusal
    lapse_s = contact.queue.config.refusal_lapse_s
    if lapse_s is not None:
        refusal.lapse = floor.timers.start(floor.now + lapse_s, Due.REFUSAL_LAPSES, refusal)


def forgive(floor: Floor, agent: Agent) -> None:
    """The agent is ready anew, or gone."""
    for refusal in list(agent.refused.values()):
        _lift(floor, refusal)


def forget_refusals(floor: Floor, contact: Contact) -> None:
    """The contact is answered, in line anew, or gone."""
    for refusal in list(contact.refused_by.values()):
        _lift(floor, refusal)


def refusal_lapsed(floor: Floor, refusal: Refusal) -> None:
    """Nobody else had to do with the two: had either fitted another, it would not be ready or waiting still."""
    _lift(floor, refusal)
    agent, contact = refusal.agent, refusal.contact
    floor.out.append(RefusalLapsed(contact.contact_id, agent.agent_id, at=floor.now))
    offer_again(floor, contact, agent, f"asked again {floor.now - refusal.since:.0f} s after refusing it")


def _lift(floor: Floor, refusal: Refusal) -> None:
    if refusal.lapse is not None:
        floor.timers.cancel(refusal.lapse)
    del refusal.agent.refused[refusal.contact]
    del refusal.contact.refused_by[refusal.agent]
