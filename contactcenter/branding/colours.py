"""Colours of the house made readable: contrast by WCAG 2.1 and the tones that are made from one accent. Pure."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from typing import Final

WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
AA: Final = 4.5
"""The least contrast of text (WCAG 2.1, 1.4.3)."""
LIGHT_SURFACES: Final = ("#ffffff", "#f3f5f8", "#f0f3f8")
DARK_SURFACES: Final = ("#181e27", "#202834", "#263040")
"""What text stands on in the pages: `--cc-surface`, `--cc-page` or `--cc-raised`, `--cc-hover` (web/src/styles.css)."""
_LIGHTNESS = (0.965, 0.925, 0.845, 0.755, 0.67, 0.60)
_STEPS = 24

Rgb = tuple[float, float, float]


def rgb(colour: str) -> Rgb:
    """Of #rrggbb, each 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def written(colour: Rgb) -> str:
    return "#" + "".join(f"{round(min(max(part, 0.0), 1.0) * 255):02x}" for part in colour)


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.1)."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """White or black, whichever is read better; one of them always has 4.5."""
    return WHITE if contrast(WHITE, colour) >= contrast(BLACK, colour) else BLACK


def mixed(colour: str, with_colour: str, share: float) -> str:
    """`share` of `colour`, the rest of the other."""
    pairs = zip(rgb(colour), rgb(with_colour), strict=True)
    red, green, blue = (one * share + other * (1 - share) for one, other in pairs)
    return written((red, green, blue))


def readable(colour: str, against: Sequence[str], *, least: float = AA) -> str:
    """The colour nearest to this one, lighter or darker, with at least this contrast to all of `against`, which are all
    light or all dark."""
    if _enough(colour, against, least):
        return colour
    towards = 0.0 if luminance(against[0]) > 0.18 else 1.0
    hue, lightness, saturation = colorsys.rgb_to_hls(*rgb(colour))
    near, far = lightness, towards
    for _ in range(_STEPS):
        middle = (near + far) / 2
        if _enough(written(colorsys.hls_to_rgb(hue, middle, saturation)), against, least):
            far = middle
        else:
            near = middle
    return written(colorsys.hls_to_rgb(hue, far, saturation))


def _enough(colour: str, against: Sequence[str], least: float) -> bool:
    return all(contrast(colour, other) >= least for other in against)


def shades(accent: str) -> tuple[str, ...]:
    """Ten tones of one colour, the lightest first; on the last four white text can be read."""
    hue, _, saturation = colorsys.rgb_to_hls(*rgb(accent))
    light = [written(colorsys.hls_to_rgb(hue, lightness, saturation)) for lightness in _LIGHTNESS]
    fill = readable(accent, (WHITE,))
    return (*light, fill, fill, mixed(fill, "#000000", 0.84), mixed(fill, "#000000", 0.68))
