"""An agent's pages come and go: the last one going starts the clock for the call that is on."""

from contactcenter.agents.service import Agents
from contactcenter.api.live import Live
from contactcenter.calls.service import Calls
from contactcenter.permissions import Principal
from contactcenter.queues.permissions import WORK_TAKE


class Pages:
    def __init__(self, agents: Agents, calls: Calls, live: Live) -> None:
        self._agents = agents
        self._calls = calls
        live.on_connect(self._opened)
        live.on_disconnect(self._closed)

    async def _opened(self, principal: Principal, sid: str) -> None:
        if principal.may(WORK_TAKE):
            await self._agents.page_opened(principal.user_id, sid)

    async def _closed(self, principal: Principal, sid: str) -> None:
        if not principal.may(WORK_TAKE):
            return
        self._agents.page_closed(principal.user_id, sid)
        if self._agents.has_page(principal.user_id):
            return
        for conversation in self._calls.of_agent(principal.user_id):
            if conversation.talk is not None and conversation.talk.device == "browser":
                conversation.talk.expect_back()
