"""Why a sign-in by a provider comes to nothing."""

from __future__ import annotations

from typing import Final

SENTENCES: Final = {
    "unreachable": "The provider could not be reached. Try again, or tell your administrator.",
    "answer": "The provider's answer could not be read. Tell your administrator.",
    "settings": "The provider is not set up rightly here or there. Tell your administrator.",
    "denied": "The provider did not let you in.",
    "token": "What the provider said could not be verified. Try again, or tell your administrator.",
    "clock": "What the provider said is too old or from the future. The clocks of the two servers may differ.",
    "replayed": "This answer of the provider was used already. Begin again.",
    "stale": "The provider let you in without asking who you are. Sign out there and try again.",
    "subject": "The provider did not say by which lasting name it knows you. Tell your administrator.",
    "browser": "This sign-in was begun in another browser. Begin again here.",
    "unknown-person": "There is no account for you here. Ask your administrator for one.",
    "email-known": "There is an account with your address. Sign in to it in another way, and link the provider there.",
    "email-unverified": "The provider has not verified your address, so no account can be found or made by it.",
    "domain": "Addresses like yours may not sign in by this provider.",
    "no-access": "Your account at the provider gives you no role here. Tell your administrator.",
    "disabled": "Your account is disabled.",
    "other-person": "The provider signed in somebody else than you.",
    "linked-elsewhere": "This account at the provider is linked with another user.",
    "linked-already": "Your account is linked with somebody else at this provider. Remove that link first.",
    "switched-off": "This provider is switched off.",
}


class ProviderRefused(Exception):  # noqa: N818 - an answer, not a fault
    """`code` is one of SENTENCES; `detail` is for the log and for who sets the provider up, without personal data;
    `reference` finds it there."""

    def __init__(self, code: str, detail: str = "", *, reference: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail
        self.reference = reference

    @property
    def sentence(self) -> str:
        return SENTENCES[self.code]


class TicketUnknown(Exception):  # noqa: N818 - an answer, not a fault
    """What came back from a provider was asked for already, or too late, or never came."""
