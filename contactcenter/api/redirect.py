"""The plain port beside TLS: sends readers to https, and takes nothing from anybody."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import web

from contactcenter.api.problems import Problem, response
from contactcenter.api.security import SECURITY_HEADERS


def redirect_app(public_url: str, port: Callable[[], int]) -> web.Application:
    """`public_url` is where to, when it is https; else the host asked for, at the TLS `port`."""

    async def handle(request: web.Request) -> web.StreamResponse:
        base = _base(public_url, request.headers.get("Host", ""), port())
        if request.method not in {"GET", "HEAD"} or base is None:
            detail = "This port only leads to https. Nothing was done; what was sent went over the network readable."
            return response(Problem(403, "https-only", "Only by https", detail), "")
        # The path as it came, so that it cannot begin another authority.
        target = "/" + request.raw_path.lstrip("/\\") if request.raw_path.startswith("/") else "/"
        return web.Response(status=308, headers={"Location": base + target})

    async def add_headers(request: web.Request, answer: web.StreamResponse) -> None:
        answer.headers["Server"] = "contactcenter"
        answer.headers["Cache-Control"] = "no-store"
        for name, value in SECURITY_HEADERS.items():
            answer.headers.setdefault(name, value)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    app.on_response_prepare.append(add_headers)
    return app


def _base(public_url: str, host: str, port: int) -> str | None:
    """None: the client named no host that could be one."""
    if public_url.startswith("https://"):
        return public_url.rstrip("/")
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return None
    if not name or not all(letter.isalnum() or letter in "-._:" for letter in name):
        return None
    shown = f"[{name}]" if ":" in name else name
    return f"https://{shown}" + ("" if port == 443 else f":{port}")
