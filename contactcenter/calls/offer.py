"""One offer of a call to one agent, and the desk phone that rings for it."""

from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog

from acd.commands import RejectOffer
from acd.events import ContactOffered
from contactcenter.calls.services import CallServices
from contactcenter.channels.sip_line import SipLine
from contactcenter.telephony import Call, Contact, HeaderError, UriError
from media.errors import MediaError

if TYPE_CHECKING:
    from contactcenter.calls.conversation import Conversation

log = structlog.get_logger(__name__)


class Offer:
    """Alive until the engine says that it was accepted, rejected, expired or withdrawn."""

    def __init__(
        self,
        conversation: "Conversation",
        services: CallServices,
        event: ContactOffered,
        *,
        device: str | None = None,
    ) -> None:
        """`device` None: the agent's own."""
        self.event = event
        self.agent_id = event.agent_id
        self.device = device or services.agents.get(event.agent_id).device
        self._conversation = conversation
        self._services = services
        self._phone: SipLine | None = None
        self._over = False

    async def ring_phone(self) -> None:
        """Call the agent's registered phone; one that cannot be reached hands the offer back."""
        if self._over:
            return
        services, conversation = self._services, self._conversation
        username = services.agents.get(self.agent_id).sip_username
        contacts = services.user_agent.registrar.contacts(username) if username else []
        if not username or not contacts:
            return self._unreachable()
        host = services.user_agent.host_towards(contacts[0].peer.host)
        line = SipLine(services.plane, conversation.next_leg(), services.tasks)
        line.on_answered = lambda: conversation.post(lambda: self._picked_up(line))
        line.on_ended = lambda reason: self.decline()
        try:
            sdp = await line.offer(host)
        except MediaError as error:
            log.warning("offer.phone_without_media", interaction=conversation.id, code=error.code)
            return self._unreachable()
        call = None if self._over else self._invite(username, contacts[0], host, sdp)
        if call is None:
            await line.close()
            return self._unreachable()
        line.attach(call)
        self._phone = line

    def _invite(self, username: str, contact: Contact, host: str, sdp: str) -> Call | None:
        caller = self._conversation.caller
        try:
            return self._services.user_agent.invite_account(
                username,
                contact=contact,
                from_uri=f"sip:{quote(caller.address, safe='+')}@{host}",
                offer=sdp,
                display_name=caller.name or "",
            )
        except (UriError, HeaderError) as error:
            log.warning("offer.phone_not_called", interaction=self._conversation.id, error=type(error).__name__)
            return None

    def _unreachable(self) -> None:
        if not self._over:
            self._conversation.record("offer.unreachable", {"agent": self._services.rows.agent(self.agent_id)})
            self.decline()

    async def _picked_up(self, line: SipLine) -> None:
        """Too late for the offer: the phone is hung up again."""
        try:
            taken = not self._over and await self._conversation.take_offer(self, line)
        except MediaError as error:
            log.info("offer.not_connected", interaction=self._conversation.id, code=error.code)
            return
        if not taken:
            await line.close()

    def decline(self) -> None:
        """Hand the offer back to the engine, once."""
        if self._over:
            return
        self._services.driver.submit(RejectOffer(self._conversation.id, self.agent_id))

    def accepted(self) -> None:
        """The line now belongs to the talk."""
        self._over = True
        self._phone = None

    def over(self) -> None:
        """Rejected, expired or withdrawn: the phone stops ringing."""
        self._over = True
        if self._phone is not None:
            phone, self._phone = self._phone, None
            phone.on_ended = lambda reason: None
            self._services.tasks.spawn(phone.close())
