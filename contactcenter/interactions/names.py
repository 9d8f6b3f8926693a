"""Names for the ids that interactions keep; an id that no longer exists stays as it is."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    queue_name: Callable[[str], str]
    agent_name: Callable[[str], str]
    disposition_label: Callable[[str], str]

    def queue(self, queue_id: str) -> dict[str, str]:
        return {"id": queue_id, "name": self.queue_name(queue_id)}

    def agent(self, agent_id: str) -> dict[str, str]:
        return {"id": agent_id, "name": self.agent_name(agent_id)}

    def disposition(self, disposition_id: str) -> str:
        return self.disposition_label(disposition_id)
