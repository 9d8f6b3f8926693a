"""What can be set, and the style sheet that comes of it."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from contactcenter.api.fields import Settings, Text, _printable
from contactcenter.branding.colours import (
    AA,
    DARK_SURFACES,
    LIGHT_SURFACES,
    WHITE,
    contrast,
    mixed,
    readable,
    shades,
    text_on,
)

DEFAULT_ACCENT: Final = "#3654c4"
"""As web/src/theme.ts has it."""


def _lower(colour: str) -> str:
    return colour.lower()


Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$"), AfterValidator(_lower)]
HouseName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), AfterValidator(_printable)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", max_length=35)]


class BrandingBody(Settings):
    """Colours are #rrggbb; null: the product's own, for `portal_…` and `widget_accent` that of the accent. `language`
    is that of mails to whom no language is known of."""

    name: HouseName = ""
    language: Language = "en"
    accent: Colour | None = None
    portal_accent: Colour | None = None
    portal_header: Colour | None = None
    widget_accent: Colour | None = None
    mail_footer: Text = ""


class Contrast(BaseModel):
    """`field` is the colour that was chosen, `on` what it stands with; `used` is shown in its place, as `ratio` is
    below `least`."""

    field: str
    on: str
    ratio: float = Field(ge=1, le=21)
    least: float
    used: str


Variables = dict[str, str]


def contrasts(body: BrandingBody) -> list[Contrast]:
    """What of the chosen colours cannot be read as it is; empty when all can."""
    found = []
    if body.accent is not None:
        for on, against in (("white text", (WHITE,)), ("light pages", LIGHT_SURFACES), ("dark pages", DARK_SURFACES)):
            found += _too_weak("accent", body.accent, on, against)
    for field in ("portal_accent", "widget_accent"):
        if (colour := getattr(body, field)) is not None:
            found += _too_weak(field, colour, "light pages", LIGHT_SURFACES)
    return found


def _too_weak(field: str, colour: str, on: str, against: tuple[str, ...]) -> list[Contrast]:
    ratio = min(contrast(colour, other) for other in against)
    if ratio >= AA:
        return []
    return [Contrast(field=field, on=on, ratio=round(ratio, 2), least=AA, used=readable(colour, against))]


def variables(body: BrandingBody) -> tuple[Variables, Variables]:
    """Of the light and the dark scheme, by name without `--brand-`. Text in `accent`, `text` and the `on-…` pairs
    always has a contrast of 4.5 or more."""
    accent = body.accent or DEFAULT_ACCENT
    portal = body.portal_accent or accent
    header = body.portal_header or shades(portal)[7]
    widget = shades(body.widget_accent or accent)[7]
    fixed = {
        "accent": shades(accent)[7],
        "on-accent": WHITE,
        "portal-accent": shades(portal)[7],
        "portal-on-accent": WHITE,
        "portal-header": header,
        "portal-on-header": text_on(header),
        "widget-accent": widget,
        "widget-on-accent": WHITE,
    }
    return fixed | _tones(accent, portal, dark=False), fixed | _tones(accent, portal, dark=True)


def _tones(accent: str, portal: str, *, dark: bool) -> Variables:
    surfaces = DARK_SURFACES if dark else LIGHT_SURFACES
    found: Variables = {}
    for prefix, colour in (("", accent), ("portal-", portal)):
        soft = mixed(colour, surfaces[0], 0.2 if dark else 0.1)
        found[f"{prefix}soft"] = soft
        found[f"{prefix}text"] = readable(colour, (*surfaces, soft))
    return found


def style_sheet(body: BrandingBody) -> str:
    """What the pages load after their own styles; nothing in it while no colour is chosen, so that the pages look as
    they come."""
    if not any((body.accent, body.portal_accent, body.portal_header, body.widget_accent)):
        return "/* The colours the pages come with. */\n"
    light, dark = variables(body)
    # Doubled, to count before what the pages and Mantine say of :root.
    blocks = ((":root:root", light), (':root:root[data-mantine-color-scheme="dark"]', dark))
    return "".join(
        f"{selector}{{{_declared({f'--brand-{name}': value for name, value in found.items()})}"
        f"{_declared(_of_pages(body.accent, found, found is dark)) if body.accent else ''}}}\n"
        for selector, found in blocks
    )


def _of_pages(accent: str, brand: Variables, dark: bool) -> Variables:
    """The variables of the pages and of Mantine that stand for the accent; see web/src/theme.ts."""
    tones = shades(accent)
    name = "--mantine-color-accent"
    text, soft = brand["text"], brand["soft"]
    return {
        "--cc-accent": text,
        "--cc-accent-soft": soft,
        **{f"{name}-{number}": tone for number, tone in enumerate(tones)},
        f"{name}-filled": tones[6 if dark else 7],
        f"{name}-filled-hover": tones[7 if dark else 8],
        f"{name}-light": soft,
        f"{name}-light-hover": soft,
        f"{name}-light-color": text,
        f"{name}-outline": text,
        f"{name}-text": text,
        "--mantine-color-anchor": text,
    }


def _declared(values: Variables) -> str:
    return "".join(f"{name}:{value};" for name, value in values.items())
