"""The mails that people get about their account, with the words they come with."""

from __future__ import annotations

from typing import Final

from contactcenter.templates.kinds import TemplateKind, Variable, Words

_NAME: Final = Variable("name", "Name of the person", "Ann Example")
_EMAIL: Final = Variable("email", "What the person signs in with", "ann@example.com")
_LINK: Final = Variable(
    "link", "Address of the page where the password is set", "https://cc.example.com/set-password#4f1d", required=True
)

INVITATION: Final = TemplateKind(
    key="identity.invitation",
    title="Invitation",
    summary="To somebody new: an account was made, a password is to be chosen within seven days.",
    variables=(_NAME, _EMAIL, _LINK),
    defaults={
        "en": Words(
            "Your account",
            "Hello {name},\n\nan account was made for you. Choose a password here, within seven days:\n\n{link}\n\n"
            "You sign in with {email}.",
        ),
        "de": Words(
            "Ihr Zugang",
            "Guten Tag {name},\n\nfür Sie wurde ein Zugang angelegt. Bitte wählen Sie hier innerhalb von sieben Tagen "
            "ein Passwort:\n\n{link}\n\nSie melden sich mit {email} an.",
        ),
    },
)
RESET: Final = TemplateKind(
    key="identity.reset",
    title="New password",
    summary="To somebody who has forgotten the password; the link counts for 30 minutes.",
    variables=(_NAME, _EMAIL, _LINK),
    defaults={
        "en": Words(
            "A new password",
            "Hello {name},\n\nsomebody asked for a new password for your account. If that was you, choose it here "
            "within 30 minutes:\n\n{link}\n\nIf it was not you, do nothing: your password stays as it is.",
        ),
        "de": Words(
            "Ein neues Passwort",
            "Guten Tag {name},\n\njemand hat ein neues Passwort für Ihren Zugang angefordert. Wenn Sie das waren, "
            "wählen Sie es hier innerhalb von 30 Minuten:\n\n{link}\n\nWaren Sie es nicht, tun Sie nichts: Ihr "
            "Passwort bleibt, wie es ist.",
        ),
    },
)
PASSWORD_CHANGED: Final = TemplateKind(
    key="identity.password-changed",
    title="Password changed",
    summary="To whose password was changed, so that who did not do it learns of it.",
    variables=(_NAME, _EMAIL),
    defaults={
        "en": Words(
            "Your password was changed",
            "Hello {name},\n\nthe password of your account was changed just now. If that was not you, tell your "
            "administrator at once.",
        ),
        "de": Words(
            "Ihr Passwort wurde geändert",
            "Guten Tag {name},\n\ndas Passwort Ihres Zugangs wurde soeben geändert. Waren Sie das nicht, sagen Sie es "
            "sofort Ihrer Administration.",
        ),
    },
)
ALL: Final = (INVITATION, RESET, PASSWORD_CHANGED)
