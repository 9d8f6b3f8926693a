"""The set-up of a server that runs somewhere else, as files, over its API and with a key made for that."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
from pydantic import BaseModel, ValidationError
from yarl import URL

from contactcenter.configuration.files import Mistake, Mistakes
from contactcenter.configuration.routes import PATH, Files, PlanOut, ProgressOut

M = TypeVar("M", bound=BaseModel)
TIMEOUT_S = 600.0
"""Applying thousands of changes takes minutes."""


class RemoteError(Exception):
    """The server cannot be reached or refuses; the text is a sentence."""


class UnansweredError(RemoteError):
    """The connection could not be made, or broke."""


class OutcomeUnknownError(RemoteError):
    """The connection broke while the server was to change something."""


_EITHER_WAY = "Either all of it is applied or nothing: the same command again does what is still to do."


class Remote:
    """`remote` gives one, open."""

    def __init__(self, session: aiohttp.ClientSession, server: URL) -> None:
        self._session = session
        self._server = server

    async def export(self) -> dict[str, str]:
        """Texts by file name. Raises RemoteError."""
        return (await self._ask("GET", PATH, Files)).files

    async def plan(self, texts: Mapping[str, str], *, prune: bool) -> PlanOut:
        """What applying these would change. Raises RemoteError, Mistakes."""
        return await self._ask("POST", f"{PATH}/plan", PlanOut, {"files": dict(texts), "prune": prune})

    async def apply(self, texts: Mapping[str, str], *, prune: bool) -> PlanOut:
        """What has changed. Raises RemoteError, Mistakes, and then nothing has; OutcomeUnknownError."""
        try:
            return await self._ask("POST", PATH, PlanOut, {"files": dict(texts), "prune": prune})
        except UnansweredError as error:
            raise OutcomeUnknownError(f"{error} {_EITHER_WAY}") from error

    async def progress(self) -> ProgressOut:
        """How far the last one has come, whoever asked for it. Raises RemoteError."""
        return await self._ask("GET", f"{PATH}/progress", ProgressOut)

    async def _ask(self, method: str, path: str, model: type[M], body: Any = None) -> M:
        try:
            async with self._session.request(method, self._server.with_path(path), json=body) as response:
                answer = await response.json(content_type=None)
                if response.status == 200:
                    return model.model_validate(answer)
                raise _refusal(response.status, answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnansweredError(f"{self._server} cannot be reached: {error or type(error).__name__}.") from error
        except (ValueError, ValidationError) as error:
            raise RemoteError(f"{self._server} answers what no contact center does.") from error


def _refusal(status: int, answer: Any) -> Exception:
    problem = answer if isinstance(answer, dict) else {}
    errors = problem.get("errors")
    if str(problem.get("type", "")).endswith("/invalid-files") and isinstance(errors, list):
        return Mistakes(Mistake(str(each["file"]), int(each["line"]), str(each["message"])) for each in errors)
    if status == 401:
        return RemoteError("The server does not know this key. It may have been revoked, or have expired.")
    return RemoteError(str(problem.get("detail") or f"The server refuses with status {status}."))


@asynccontextmanager
async def remote(server: str, key: str) -> AsyncIterator[Remote]:
    """Raises RemoteError for an address to which a key must not be sent."""
    url = _checked(server)
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
        yield Remote(session, url)


def _checked(server: str) -> URL:
    try:
        url = URL(server)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise RemoteError("--server must be an address like https://contact.example.com.")
    if url.scheme == "http" and not _is_here(url.host):
        raise RemoteError("A key is not sent over http, where everybody on the way can read it: give an https address.")
    return url.origin()


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
