"""A call that came in: the UAS side of INVITE (RFC 3261 §13.3)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from contactcenter.telephony.sip.body import sdp_of
from contactcenter.telephony.sip.dialog import server_dialog
from contactcenter.telephony.sip.events import CallEnded
from contactcenter.telephony.sip.layer import ServerTransaction
from contactcenter.telephony.sip.session import Session, WrongStateError

if TYPE_CHECKING:
    from contactcenter.telephony.sip.endpoint import Endpoint

PROVISIONAL_REFRESH_S = 60.0


class IncomingSession(Session):
    """Raises HeaderError when the INVITE cannot make a dialog."""

    def __init__(self, endpoint: Endpoint, transaction: ServerTransaction) -> None:
        request = transaction.request
        super().__init__(endpoint, request.call_id, transaction.source)
        self.invite = request
        self.transaction_key = transaction.key
        self.origin = (request.call_id, request.from_.tag, request.cseq)
        self.offer = sdp_of(request)
        self.dialog = server_dialog(transaction, secrets.token_hex(8))
        self._transaction = transaction
        self._provisional: tuple[int, str | None] | None = None
        self._refresh_at: float | None = None
        transaction.on_failure = self._not_acknowledged

    def ringing(self, now: float) -> None:
        """Send 180. Raises WrongStateError once the call is answered or over."""
        self._provide(180, None, now)

    def progress(self, sdp: str, now: float) -> None:
        """Send 183 with early media. Raises WrongStateError once the call is answered or over."""
        self._provide(183, sdp, now)

    def answer(self, sdp: str, now: float) -> None:
        """Send 200 with the answer, or with our offer when the INVITE had none. Raises WrongStateError if too late."""
        self._require_open()
        self._refresh_at = None
        self._accept(self._transaction, sdp, now, offered=self.offer is None)

    def reject(self, code: int, now: float, reason: str = "") -> None:
        """Refuse the call with a final response from 300 to 699. Raises WrongStateError if too late."""
        self._require_open()
        if any(char < " " for char in reason):
            raise ValueError("A reason is one line.")
        if not 300 <= code <= 699:
            raise ValueError("A refusal is a status from 300 to 699.")
        self._refuse(code, now, reason)
        self._finish(CallEnded("local", code))

    def cancel(self, now: float) -> None:
        """The caller's CANCEL arrived; after a final response it has no effect (RFC 3261 §9.2)."""
        if self._transaction.open:
            self._refuse(487, now)
            self._finish(CallEnded("cancel", 487))

    def hangup(self, now: float, reason: str | None = None) -> None:
        if self.ended:
            return
        if self._transaction.open:
            self.reject(603, now, reason or "")
        elif self._unacked is not None and self._unacked.transaction is self._transaction:
            # No BYE before the ACK (RFC 3261 §15): the 200 goes on until then.
            self._bye_when_acked = True
            self._finish(CallEnded("local"))
        else:
            self._finish(CallEnded("local"))
            self._send_bye(now)

    def next_deadline(self) -> float | None:
        base = super().next_deadline()
        if self._refresh_at is None:
            return base
        return self._refresh_at if base is None else min(base, self._refresh_at)

    def tick(self, now: float) -> None:
        super().tick(now)
        if self._refresh_at is not None and self._refresh_at <= now and self._provisional is not None:
            self._provide(*self._provisional, now)

    def _require_open(self) -> None:
        if self.ended or not self._transaction.open:
            raise WrongStateError("The call is already answered or over.")

    def _provide(self, code: int, sdp: str | None, now: float) -> None:
        """Send a provisional response, again each minute so that no proxy gives up (RFC 3261 §13.3.1.1)."""
        self._require_open()
        assert self.dialog is not None
        transaction = self._transaction
        response = transaction.request.response(
            code,
            to_tag=self.dialog.local_tag,
            headers=self._dialog_headers(transaction),
            body=sdp.encode() if sdp else b"",
        )
        transaction.respond(response, now)
        self._provisional = (code, sdp)
        self._refresh_at = now + PROVISIONAL_REFRESH_S
        self.endpoint.schedule.update(self)

    def _refuse(self, code: int, now: float, reason: str = "") -> None:
        assert self.dialog is not None
        self._refresh_at = None
        response = self._transaction.request.response(code, reason, to_tag=self.dialog.local_tag)
        self._transaction.respond(response, now)
        self.endpoint.forget(self)

    def _close_open_requests(self, now: float) -> None:
        super()._close_open_requests(now)
        self._refresh_at = None
        if self._transaction.open:
            self._refuse(487, now)

    def _not_acknowledged(self, now: float) -> None:
        """Nobody acknowledged our refusal (timer H): the session was over with it already."""
        self.endpoint.count("unacknowledged_refusals")
