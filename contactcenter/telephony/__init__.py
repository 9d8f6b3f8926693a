"""Telephony: calls and registrations over SIP."""

from contactcenter.telephony.calls import Call
from contactcenter.telephony.config import SipConfig
from contactcenter.telephony.origin import Origin, Trunks
from contactcenter.telephony.registrar import AccountLookup, Contact
from contactcenter.telephony.registration import Registration, RegistrationError
from contactcenter.telephony.route import Route
from contactcenter.telephony.sip.auth import Account, Credentials, hash_account
from contactcenter.telephony.sip.events import (
    CallAcked,
    CallAnswered,
    CallDigit,
    CallEnded,
    CallEvent,
    CallOffered,
    CallRejected,
    CallRinging,
    ReofferAnswered,
    ReofferRejected,
)
from contactcenter.telephony.sip.headers import HeaderError
from contactcenter.telephony.sip.session import WrongStateError
from contactcenter.telephony.sip.uri import UriError
from contactcenter.telephony.user_agent import UserAgent

__all__ = [
    "Account",
    "AccountLookup",
    "Call",
    "CallAcked",
    "CallAnswered",
    "CallDigit",
    "CallEnded",
    "CallEvent",
    "CallOffered",
    "CallRejected",
    "CallRinging",
    "Contact",
    "Credentials",
    "HeaderError",
    "Origin",
    "Registration",
    "RegistrationError",
    "ReofferAnswered",
    "ReofferRejected",
    "Route",
    "SipConfig",
    "Trunks",
    "UriError",
    "UserAgent",
    "WrongStateError",
    "hash_account",
]
