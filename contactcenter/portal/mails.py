"""The mails that customers get about the portal, with the words they come with."""

from __future__ import annotations

from typing import Final

from contactcenter.templates.kinds import TemplateKind, Variable, Words

_NAME: Final = Variable("name", "Name of the customer", "Nora Keller")
_LINK: Final = Variable(
    "link", "Address of the page that the mail leads to", "https://cc.example.com/portal/link#4f1d", required=True
)


def _kind(
    key: str, title: str, summary: str, en: tuple[str, str], de: tuple[str, str], *more: Variable
) -> TemplateKind:
    defaults = {"en": Words(*en), "de": Words(*de)}
    return TemplateKind(key=f"portal.{key}", title=title, summary=summary, variables=(_NAME, *more), defaults=defaults)


CONFIRM: Final = _kind(
    "confirm",
    "Portal: confirm the address",
    "To who registers; the link counts for a day.",
    (
        "Confirm your address",
        "Hello {name},\n\nto finish your registration with {house}, confirm your address here, within a day:\n\n{link}"
        "\n\nIf you have not registered, do nothing: no account is made.",
    ),
    (
        "Bestätigen Sie Ihre Adresse",
        "Guten Tag {name},\n\num Ihre Registrierung bei {house} abzuschließen, bestätigen Sie hier innerhalb eines "
        "Tages Ihre Adresse:\n\n{link}\n\nHaben Sie sich nicht registriert, tun Sie nichts: Es wird kein Zugang "
        "angelegt.",
    ),
    _LINK,
)
INVITATION: Final = _kind(
    "invitation",
    "Portal: invitation",
    "To a customer invited by staff; the link counts for two weeks.",
    (
        "Your access to our portal",
        "Hello {name},\n\n{house} invites you to its portal, where you see your contacts with us and look after your "
        "details. Open it here, within two weeks:\n\n{link}",
    ),
    (
        "Ihr Zugang zu unserem Portal",
        "Guten Tag {name},\n\n{house} lädt Sie in das Portal ein, in dem Sie Ihre Kontakte mit uns sehen und Ihre "
        "Angaben pflegen. Öffnen Sie es hier innerhalb von zwei Wochen:\n\n{link}",
    ),
    _LINK,
)
SIGN_IN: Final = _kind(
    "sign-in",
    "Portal: link to sign in",
    "To who wants to sign in without a password; the link counts for 30 minutes, once.",
    (
        "Your link to sign in",
        "Hello {name},\n\nsign in here, within 30 minutes:\n\n{link}\n\nIf you did not ask for this, do nothing.",
    ),
    (
        "Ihr Link zum Anmelden",
        "Guten Tag {name},\n\nmelden Sie sich hier innerhalb von 30 Minuten an:\n\n{link}\n\nHaben Sie das nicht "
        "angefordert, tun Sie nichts.",
    ),
    _LINK,
)
RESET: Final = _kind(
    "reset",
    "Portal: new password",
    "To who has forgotten the password; the link counts for 30 minutes, once.",
    (
        "A new password",
        "Hello {name},\n\nsomebody asked for a new password for your account. If that was you, choose it here within "
        "30 minutes:\n\n{link}\n\nIf it was not you, do nothing: your password stays as it is.",
    ),
    (
        "Ein neues Passwort",
        "Guten Tag {name},\n\njemand hat ein neues Passwort für Ihren Zugang angefordert. Wenn Sie das waren, wählen "
        "Sie es hier innerhalb von 30 Minuten:\n\n{link}\n\nWaren Sie es nicht, tun Sie nichts: Ihr Passwort bleibt, "
        "wie es ist.",
    ),
    _LINK,
)
THERE_ALREADY: Final = _kind(
    "there-already",
    "Portal: registered already",
    "To who registers with an address that has an account; the link signs in.",
    (
        "You have an account already",
        "Hello {name},\n\nsomebody registered with your address, which has an account at {house} already. If that was "
        "you, sign in here within 30 minutes:\n\n{link}\n\nIf it was not you, do nothing.",
    ),
    (
        "Sie haben bereits einen Zugang",
        "Guten Tag {name},\n\njemand hat sich mit Ihrer Adresse registriert, für die es bei {house} bereits einen "
        "Zugang gibt. Wenn Sie das waren, melden Sie sich hier innerhalb von 30 Minuten an:\n\n{link}\n\nWaren Sie es "
        "nicht, tun Sie nichts.",
    ),
    _LINK,
)
NEW_EMAIL: Final = _kind(
    "new-email",
    "Portal: confirm the new address",
    "To the new address of a customer; the link counts for a day.",
    (
        "Confirm your new address",
        "Hello {name},\n\nconfirm here, within a day, that you reach your account under this address from now on:"
        "\n\n{link}\n\nIf you do not know of this, do nothing.",
    ),
    (
        "Bestätigen Sie Ihre neue Adresse",
        "Guten Tag {name},\n\nbestätigen Sie hier innerhalb eines Tages, dass Ihr Zugang künftig diese Adresse hat:"
        "\n\n{link}\n\nWissen Sie davon nichts, tun Sie nichts.",
    ),
    _LINK,
)
CHANGED: Final = _kind(
    "changed",
    "Portal: address or password changed",
    "To whose password or address was changed, so that who did not do it learns of it.",
    (
        "Your account was changed",
        "Hello {name},\n\nthe password or the address of your account at {house} was changed just now. If that was not "
        "you, tell us at once.",
    ),
    (
        "Ihr Zugang wurde geändert",
        "Guten Tag {name},\n\ndas Passwort oder die Adresse Ihres Zugangs bei {house} wurde soeben geändert. Waren Sie "
        "das nicht, sagen Sie es uns sofort.",
    ),
)
ANSWERED: Final = _kind(
    "data-request",
    "Portal: answer about the own data",
    "To who asked for his data or to be forgotten, once that is decided.",
    (
        "About your personal data",
        "Hello {name},\n\nyour request about your personal data was looked at: {decision}\n\n{answer}",
    ),
    (
        "Zu Ihren personenbezogenen Daten",
        "Guten Tag {name},\n\nIhre Anfrage zu Ihren personenbezogenen Daten wurde bearbeitet: {decision}\n\n{answer}",
    ),
    Variable("decision", "What was decided, in a sentence", "Your data is being put together.", required=True),
    Variable("answer", "What was written to it", "You find it in the portal."),
)
ALL: Final = (CONFIRM, INVITATION, SIGN_IN, RESET, THERE_ALREADY, NEW_EMAIL, CHANGED, ANSWERED)

_DECISIONS: Final = {
    ("export", True): {
        "en": "Your data is being put together; you find it in the portal within a few minutes.",
        "de": "Ihre Daten werden zusammengestellt; Sie finden sie in wenigen Minuten im Portal.",
    },
    ("erase", True): {
        "en": "Your account and your data are being deleted.",
        "de": "Ihr Zugang und Ihre Daten werden gelöscht.",
    },
    ("export", False): {
        "en": "Your data cannot be handed over here.",
        "de": "Ihre Daten können hier nicht herausgegeben werden.",
    },
    ("erase", False): {
        "en": "Your data cannot be deleted now.",
        "de": "Ihre Daten können jetzt nicht gelöscht werden.",
    },
}


def decision(kind: str, approved: bool, language: str) -> str:
    """As a sentence in the language, English where it is another."""
    words = _DECISIONS[kind, approved]
    return words.get(language.split("-")[0].lower(), words["en"])
