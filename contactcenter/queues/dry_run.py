"""A change tried on an engine of its own before anything is written: what it refuses, the live one would refuse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from acd.commands import Command, ConfigureAgent, ConfigureQueue
from acd.engine import Engine
from acd.events import CommandRefused
from acd.model import AgentConfig, QueueConfig
from contactcenter.queues.fields import refused


def check_queue(config: QueueConfig, others: Iterable[QueueConfig]) -> None:
    """Raises Problem 422 when this queue cannot work, or cannot beside the others."""
    beside = [other for other in others if other.queue_id != config.queue_id]
    _try([ConfigureQueue(each) for each in (*beside, config)])


def check_agent(config: AgentConfig) -> None:
    _try([ConfigureAgent(config)])


def _try(commands: Sequence[Command]) -> None:
    """Only the last command's refusal counts: the others are in use, whatever this engine says of their order."""
    engine = Engine()
    events = [engine.handle(command, 0.0) for command in commands]
    for event in events[-1]:
        if isinstance(event, CommandRefused):
            raise refused(event.code, event.sentence)
