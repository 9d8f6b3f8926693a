"""What of the set-up a flow names, and so must not be removed under it."""

from __future__ import annotations

from contactcenter.flows import template
from contactcenter.flows.hours import StoredHours
from contactcenter.flows.model import Flow, QueueStep
from contactcenter.flows.outline import queues_named as places_of_queues
from contactcenter.flows.outline import written_data
from contactcenter.queues.settings import skills_in


def queues_named(flow: Flow) -> set[str]:
    """Queues it may lead to: written out, or in data that a queue step names in braces."""
    named: set[str] = set()
    sources: set[str] = set()
    for _, text in places_of_queues(flow):
        slots = template.slots(text)
        sources.update(slot.name for slot in slots)
        if not slots:
            named.add(text)
    return named | {value for _, name, value in written_data(flow) if name in sources and value is not None}


def skills_named(flow: Flow) -> set[str]:
    """Skills it asks for or prefers."""
    steps = [step.queue for step in flow.steps.values() if isinstance(step, QueueStep)]
    asked = (*(step.skills.requirements for step in steps), *(step.preferred.requirements for step in steps))
    return {skill for expressions in asked for skill in skills_in(expressions)}


def calendars_named(flow: Flow) -> set[str]:
    return {hours.calendar for hours in flow.hours.values() if isinstance(hours, StoredHours)}
