"""Sending by SMTP (RFC 5321, submission by RFC 6409)."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import aiosmtplib

from contactcenter.config import MailSettings
from contactcenter.mail.outbox import Mail, MailRefused, Send

TIMEOUT_S = 30.0


def smtp(settings: MailSettings) -> Send | None:
    """None when no host is set."""
    if not settings.host:
        return None

    async def send(mail: Mail) -> None:
        try:
            await aiosmtplib.send(
                _message(mail, settings.sender),
                hostname=settings.host,
                port=settings.port,
                username=settings.username or None,
                password=settings.password.get_secret_value() or None,
                use_tls=settings.encryption == "tls",
                start_tls=settings.encryption == "starttls",
                timeout=TIMEOUT_S,
            )
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException) as error:
            codes = (
                [one.code for one in error.recipients] if isinstance(error, aiosmtplib.SMTPRecipientsRefused) else []
            )
            code = error.code if isinstance(error, aiosmtplib.SMTPResponseException) else max(codes, default=0)
            # A wrong password is mended in the settings; the mail itself is not at fault.
            if code >= 500 and not isinstance(error, aiosmtplib.SMTPAuthenticationError):
                raise MailRefused(f"the mail server answered {code}") from error
            raise OSError(f"the mail server answered {code}") from error
        except aiosmtplib.SMTPException as error:
            raise OSError(type(error).__name__) from error

    return send


def _message(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">") or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message
