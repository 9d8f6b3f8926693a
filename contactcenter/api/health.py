"""Is it alive, can it take calls, what do its numbers say."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence

from aiohttp import web
from pydantic import BaseModel

from contactcenter.api.http import json_response
from contactcenter.api.problems import Problem
from contactcenter.api.routes import PUBLIC, Call, Route
from contactcenter.metrics import CONTENT_TYPE, Metrics

Ready = Callable[[], Sequence[str]]
"""Why calls cannot be taken, each a sentence; empty when they can."""


class Alive(BaseModel):
    status: str


class Readiness(BaseModel):
    ready: bool
    reasons: list[str]


def routes(ready: Ready, metrics: Metrics, *, metrics_public: bool = False) -> tuple[Route, ...]:
    async def healthz(_call: Call) -> Alive:
        return Alive(status="ok")

    async def readyz(_call: Call) -> web.Response:
        reasons = list(ready())
        return json_response(Readiness(ready=not reasons, reasons=reasons), 503 if reasons else 200)

    async def show_metrics(call: Call) -> web.Response:
        if not metrics_public and not _is_local(call.address):
            raise Problem(403, "forbidden", "Not allowed", "Metrics are shown to this machine only.")
        return web.Response(body=metrics.render(), headers={"Content-Type": CONTENT_TYPE})

    return (
        Route("GET", "/healthz", healthz, PUBLIC, "The process is alive", response=Alive, tag="Operations"),
        Route(
            "GET", "/readyz", readyz, PUBLIC, "Calls can be taken", response=Readiness, tag="Operations", errors=(503,)
        ),
        Route(
            "GET", "/metrics", show_metrics, PUBLIC, "Numbers for Prometheus", media_type="text/plain", tag="Operations"
        ),
    )


def _is_local(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
