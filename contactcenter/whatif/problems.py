"""What is wrong with a scenario or its changes, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable

from acd.scenario import BadScenario, Scenario


class Unusable(ValueError):  # noqa: N818 - a refusal, not a failure
    """`path` leads to what is wrong in the description ("queues", "sales", "strategy"); `sentence` is for a person."""

    def __init__(self, path: Iterable[str | int], sentence: str) -> None:
        self.path = tuple(path)
        self.sentence = sentence
        super().__init__(f"{self.field}: {sentence}" if self.path else sentence)

    @property
    def field(self) -> str:
        return ".".join(str(part) for part in self.path)


def unusable(error: BadScenario, scenario: Scenario) -> Unusable:
    """The same with ids in place of the scenario's numbers."""
    path: list[str] = error.field.split(".")
    if len(path) > 1 and path[1].isdigit():
        number = int(path[1])
        if path[0] == "queues":
            path[1] = scenario.queues[number].queue_id
        elif path[0] == "agents":
            path[1] = scenario.agents[number].config.agent_id
        elif path[0] == "streams":
            path[:2] = ["queues", scenario.streams[number].queue_id, "arrivals"]
    elif path[0] == "traits":
        path[0] = "queues"
    return Unusable(path, error.sentence)
