"""The house's looks over HTTP: read by everybody, as the sign-in page and the portal wear them."""

from __future__ import annotations

import hashlib
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from contactcenter.api.http import json_response
from contactcenter.api.problems import not_found
from contactcenter.api.routes import PUBLIC, Call, Route, Upload
from contactcenter.api.uploads import IMAGES, received
from contactcenter.audit.acts import NotAudited
from contactcenter.branding.acts import BRANDING_CHANGED, LOGO_CHANGED
from contactcenter.branding.permissions import BRANDING_MANAGE
from contactcenter.branding.service import Branding
from contactcenter.branding.settings import BrandingBody, Contrast, contrasts, style_sheet, variables

LOGO = Upload(most_bytes=5 * 2**20, kinds=IMAGES)
_FRESH = "public, no-cache"
_YEAR = "public, max-age=31536000, immutable"


class LogoOut(BaseModel):
    """`url` changes with the logo."""

    url: str
    width: int
    height: int


class BrandingOut(BaseModel):
    """`light` and `dark`: the variables of the style sheet /api/v1/branding.css, without `--brand-`."""

    name: str
    language: str
    logo: LogoOut | None
    light: dict[str, str]
    dark: dict[str, str]


class BrandingSettings(BrandingBody):
    """`contrast`: chosen colours that cannot be read as they are, and what is shown in their place."""

    logo: LogoOut | None
    contrast: list[Contrast]


class ContrastList(BaseModel):
    items: list[Contrast]
    light: dict[str, str]
    dark: dict[str, str]


def routes(branding: Branding) -> tuple[Route, ...]:
    async def shown(call: Call) -> web.Response:
        light, dark = variables(branding.settings)
        settings = branding.settings
        out = BrandingOut(name=settings.name, language=settings.language, logo=_logo(branding), light=light, dark=dark)
        return _unless_known(call, json_response(out))

    async def styles(call: Call) -> web.Response:
        return _unless_known(call, web.Response(text=style_sheet(branding.settings), content_type="text/css"))

    async def logo(call: Call) -> web.Response:
        if branding.logo is None:
            raise not_found("logo")
        answer = web.Response(body=branding.logo.data, content_type="image/png")
        # The pages ask for it with its digest in the address; a mail of last year may ask without.
        answer.headers["Cache-Control"] = _YEAR if call.request.query.get("v") == branding.logo.digest[:16] else _FRESH
        # Mail programs show it as part of another page.
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer

    async def get(call: Call) -> BrandingSettings:
        return _settings(branding)

    async def change(call: Call) -> BrandingSettings:
        await branding.change(call.body(BrandingBody))
        return _settings(branding)

    async def put_logo(call: Call) -> BrandingSettings:
        await branding.put_logo((await received(call, LOGO)).files[0].data)
        return _settings(branding)

    async def remove_logo(call: Call) -> BrandingSettings:
        await branding.remove_logo()
        return _settings(branding)

    async def preview(call: Call) -> ContrastList:
        light, dark = variables(call.body(BrandingBody))
        return ContrastList(items=contrasts(call.body(BrandingBody)), light=light, dark=dark)

    path, may = "/api/v1/branding", BRANDING_MANAGE
    out: dict[str, Any] = {"response": BrandingSettings}
    return (
        Route("GET", path, shown, PUBLIC, "Name, logo and colours of the house", response=BrandingOut),
        Route("GET", f"{path}.css", styles, PUBLIC, "The colours as a style sheet", media_type="text/css",
              tag="Branding"),
        Route("GET", f"{path}/logo", logo, PUBLIC, "The logo", media_type="image/png", errors=(404,)),
        Route("GET", f"{path}/settings", get, may, "The looks as they are set", **out),
        Route("PUT", f"{path}/settings", change, may, "Set the looks", body=BrandingBody, audited=(BRANDING_CHANGED,),
              **out),
        Route("PUT", f"{path}/logo", put_logo, may, "Set the logo, a PNG, JPEG or WebP", upload=LOGO,
              audited=(LOGO_CHANGED,), **out),
        Route("DELETE", f"{path}/logo", remove_logo, may, "No logo", audited=(LOGO_CHANGED,), **out),
        Route("POST", f"{path}/preview", preview, may, "What would come of these colours", body=BrandingBody,
              response=ContrastList, audited=NotAudited("it changes nothing")),
    )  # fmt: skip


def _unless_known(call: Call, answer: web.Response) -> web.Response:
    """304 for who has this already (RFC 9110 §13.1.2)."""
    body = answer.body
    assert isinstance(body, bytes)
    etag = hashlib.sha256(body).hexdigest()[:32]
    headers = {"ETag": f'"{etag}"', "Cache-Control": _FRESH}
    if any(known.value in (etag, "*") for known in call.request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    answer.headers.update(headers)
    return answer


def _logo(branding: Branding) -> LogoOut | None:
    logo = branding.logo
    if logo is None:
        return None
    return LogoOut(url=f"/api/v1/branding/logo?v={logo.digest[:16]}", width=logo.width, height=logo.height)


def _settings(branding: Branding) -> BrandingSettings:
    found = branding.settings
    return BrandingSettings(**found.model_dump(), logo=_logo(branding), contrast=contrasts(found))
