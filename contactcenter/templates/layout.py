"""A mail's text filled in, and the same as HTML in the house's colours. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from contactcenter.slots import parse
from contactcenter.templates.kinds import SUBJECT_LENGTH, Words

_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
_NOTHING: Final = "\0"
_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv", "ckb"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How mails look. `accent` and `on_accent` (the text on it) are #rrggbb; `logo_url` is absolute, or empty; `footer`
    stands below every mail; `language` is the house's own, of those whose language is not known."""

    house: str = ""
    accent: str = "#1c64d9"
    on_accent: str = "#ffffff"
    logo_url: str = ""
    footer: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """`language` is the one it is written in."""

    subject: str
    text: str
    html: str
    language: str


def filled(text: str, variables: Mapping[str, str]) -> str:
    """`{name}` replaced by its value, once: a value's own braces stay as they are. What has no value becomes nothing.
    Raises contactcenter.slots.TemplateError for a text that is no template."""
    return "".join(part if isinstance(part, str) else variables.get(part.name, "") for part in parse(text))


def _filled_lines(text: str, variables: Mapping[str, str]) -> str:
    """As `filled`, without the lines of which nothing is left: the name of a house that has none leaves no gap."""
    parts = (part if isinstance(part, str) else variables.get(part.name) or _NOTHING for part in parse(text))
    lines = [(line, line.replace(_NOTHING, "")) for line in "".join(parts).split("\n")]
    return "\n".join(left for line, left in lines if left.strip() or left == line)


def laid_out(words: Words, variables: Mapping[str, str], look: Look, language: str) -> Rendered:
    """Raises contactcenter.slots.TemplateError."""
    known = {"house": look.house, **variables}
    # A line end in a value would begin another header.
    subject = " ".join(filled(words.subject, known).split())[:SUBJECT_LENGTH]
    text = _filled_lines(words.text.replace("\r\n", "\n"), known).strip()
    written = f"{text}\n\n-- \n{look.footer.strip()}\n" if look.footer.strip() else f"{text}\n"
    return Rendered(subject=subject, text=written, html=_html(subject, text, look, language), language=language)


def _html(subject: str, text: str, look: Look, language: str) -> str:
    """Tables and styles within the elements, as mail programs want them; everything that was filled in is escaped."""
    direction = "rtl" if language.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"
    paragraphs = "".join(_paragraph(each, look) for each in re.split(r"\n[ \t]*\n", text) if each.strip())
    footer = f'<p style="{_SMALL}">{_lines(look.footer.strip(), look.accent)}</p>' if look.footer.strip() else ""
    return (
        f'<!doctype html><html lang="{escape(language)}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light">'
        f'<title>{escape(subject)}</title></head><body style="margin:0;background:#f3f4f6">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" '
        'style="padding:24px 12px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" '
        f'style="max-width:560px;background:#ffffff;border-top:4px solid {escape(look.accent)}">'
        f'<tr><td style="padding:24px 28px;{_FONT}">{_head(look)}{paragraphs}{footer}</td></tr></table></td></tr>'
        "</table></body></html>"
    )


_FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:15px;line-height:1.55"
_FONT += ";color:#1f2937"
_SMALL = "margin:28px 0 0;padding-top:14px;border-top:1px solid #e5e7eb;font-size:13px;color:#5b6472"


def _head(look: Look) -> str:
    if look.logo_url:
        alt = escape(look.house)
        return f'<p style="margin:0 0 20px"><img src="{escape(look.logo_url)}" alt="{alt}" height="40"></p>'
    return f'<p style="margin:0 0 20px;font-weight:600">{escape(look.house)}</p>' if look.house else ""


def _paragraph(text: str, look: Look) -> str:
    address = text.strip()
    if not _ADDRESS.fullmatch(address):
        return f'<p style="margin:0 0 16px">{_lines(text.strip(), look.accent)}</p>'
    button = (
        f"display:inline-block;padding:11px 20px;border-radius:6px;background:{look.accent};color:{look.on_accent};"
        "text-decoration:none;font-weight:600;word-break:break-all"
    )
    return f'<p style="margin:0 0 16px"><a href="{escape(address)}" style="{escape(button)}">{escape(address)}</a></p>'


def _lines(text: str, accent: str) -> str:
    parts, at = [], 0
    for found in _ADDRESS.finditer(text):
        address = escape(found[0])
        link = f'<a href="{address}" style="color:{escape(accent)};word-break:break-all">{address}</a>'
        parts += [escape(text[at : found.start()]), link]
        at = found.end()
    return "".join([*parts, escape(text[at:])]).replace("\n", "<br>")
