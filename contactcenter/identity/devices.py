"""A browser in words, from what it says of itself (User-Agent, RFC 9110 §10.1.5). A claim, not a proof."""

from __future__ import annotations

from typing import Final

# Each says the names of those it descends from too, so the order matters.
_BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """As "Firefox on Windows"; empty when nothing is known."""
    lowered = user_agent.lower()
    browser = next((name for sign, name in _BROWSERS if sign.lower() in lowered), "")
    system = next((name for sign, name in _SYSTEMS if sign.lower() in lowered), "")
    return " on ".join(part for part in (browser, system) if part)
