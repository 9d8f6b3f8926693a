"""What a person is told when the routing engine refuses what they asked for."""

from collections.abc import Sequence

from acd.events import CommandRefused, Event
from contactcenter.api.problems import Problem
from contactcenter.routing.driver import refusal


def problem_of_refusal(refused: CommandRefused) -> Problem:
    return Problem(409, refused.code, "Not possible now", refused.sentence)


def insist(events: Sequence[Event]) -> Sequence[Event]:
    """What a command brought about. Raises `Problem` with the engine's own sentence when it was refused."""
    refused = refusal(events)
    if refused is not None:
        raise problem_of_refusal(refused)
    return events
