"""What the scripts of synthetic people ask of their telephones and desks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Press:
    """Keys, sent as telephone-events."""

    keys: str


@dataclass(frozen=True, slots=True)
class Say:
    text: str


@dataclass(frozen=True, slots=True)
class HangUp:
    pass


@dataclass(frozen=True, slots=True)
class PickUp:
    """Answer the telephone that rings."""


@dataclass(frozen=True, slots=True)
class SetPresence:
    """`presence` as the live feed's command takes it; a pause has a reason, chosen by whoever sends the command."""

    presence: str


@dataclass(frozen=True, slots=True)
class CompleteWrapUp:
    interaction_id: str
    queue_id: str


CallAction = Press | Say | HangUp
DeskAction = PickUp | SetPresence | CompleteWrapUp
