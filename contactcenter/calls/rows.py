"""What the agent's page shows of a call: the offer while it rings, the work while it lasts."""

from typing import TYPE_CHECKING, Any

from contactcenter.agents.service import Agents
from contactcenter.moments import iso
from contactcenter.queues.service import Queues

if TYPE_CHECKING:
    from contactcenter.calls.conversation import Conversation
    from contactcenter.calls.offer import Offer


class Rows:
    """Writes the collections `offers` and `work` of the topic `agent:<id>`."""

    def __init__(self, agents: Agents, queues: Queues) -> None:
        self._agents = agents
        self._queues = queues

    def agent(self, agent_id: str) -> dict[str, str]:
        return {"id": agent_id, "name": self._agents.name(agent_id)}

    def queue(self, queue_id: str | None) -> dict[str, str] | None:
        return None if queue_id is None else {"id": queue_id, "name": self._queues.name(queue_id)}

    def show_offer(self, conversation: "Conversation", offer: "Offer") -> None:
        row = {
            **self._common(conversation),
            "queued_at": iso(conversation.story.queued_at),
            "offered_at": iso(offer.event.at),
            "expires_at": iso(offer.event.expires_at),
            "device": offer.device,
        }
        self._agents.topic(offer.agent_id).put("offers", conversation.id, row)

    def hide_offer(self, conversation: "Conversation", agent_id: str) -> None:
        self._agents.topic(agent_id).remove("offers", conversation.id)

    def show_work(self, conversation: "Conversation") -> None:
        """The talk while it lasts, then the wrap-up."""
        talk, wrap_up, recording = conversation.talk, conversation.wrap_up, conversation.recording
        agent_id = wrap_up.agent_id if wrap_up else talk.agent_id if talk else None
        if agent_id is None:
            return
        row = {
            **self._common(conversation),
            "phase": "wrap_up" if wrap_up else conversation.phase.value,
            "muted": talk.muted if talk else False,
            "recording": recording.running and not recording.paused and not wrap_up and not (talk and talk.warning),
            "recording_paused": recording.paused and not wrap_up,
            "recording_resumes_at": iso(recording.resumes_at) if recording.paused else None,
            "answered_at": iso(talk.answered_at if talk else conversation.story.answered_at),
            "ended_at": iso(conversation.story.ended_at),
            "device": wrap_up.device if wrap_up else talk.device if talk else "browser",
            "wrap_up": None,
            "warning": talk.warning if talk else None,
        }
        if wrap_up:
            row["wrap_up"] = {
                "started_at": iso(wrap_up.started_at),
                "deadline": iso(wrap_up.deadline),
                "forced": wrap_up.forced,
            }
        self._agents.topic(agent_id).put("work", conversation.id, row)

    def hide_work(self, conversation: "Conversation", agent_id: str) -> None:
        self._agents.topic(agent_id).remove("work", conversation.id)

    def _common(self, conversation: "Conversation") -> dict[str, Any]:
        return {
            "id": conversation.id,
            "channel": conversation.channel,
            "owed": conversation.owed,
            "queue": self.queue(conversation.story.queue_id),
            "caller": {"address": conversation.caller.address, "name": conversation.caller.name},
            "data": list(conversation.story.facts),
            "history": list(conversation.story.history),
            "customer": None if (known := conversation.story.customer) is None else known.row(),
            "customers": [each.row() for each in conversation.story.customers],
        }
