"""Asking a provider over HTTP: with a limit on time and size, and never on to another address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import orjson

from contactcenter.identity.sso.errors import ProviderRefused

TIMEOUT_S: Final = 10.0
MOST_BYTES: Final = 2 * 1024 * 1024


class Fetch:
    """Each call raises ProviderRefused: unreachable, or no answer that can be used. `close` at the end."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def json(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        _, body = await self._ask("GET", url, {"Accept": "application/json", **(headers or {})})
        return _parsed(body)

    async def text(self, url: str) -> str:
        _, body = await self._ask("GET", url, {})
        return body.decode(errors="replace")

    async def form(
        self, url: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """POST; status and JSON object of the answer, also of a refusal."""
        wanted = {"Accept": "application/json", **(headers or {})}
        status, body = await self._ask("POST", url, wanted, dict(fields), refusals=True)
        found = _parsed(body)
        return status, found if isinstance(found, dict) else {}

    async def _ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        data: dict[str, str] | None = None,
        *,
        refusals: bool = False,
    ) -> tuple[int, bytes]:
        try:
            async with self._client().request(
                method, url, headers=headers, data=data, allow_redirects=False
            ) as response:
                body = await _limited(response)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise ProviderRefused("unreachable", f"{_place(url)}: {type(error).__name__}.") from error
        if 300 <= response.status < 400:
            raise ProviderRefused("settings", f"{_place(url)} leads on to another address; that is not followed.")
        if response.status >= 500 or (response.status >= 400 and not refusals):
            raise ProviderRefused("unreachable", f"{_place(url)} answers with status {response.status}.")
        return response.status, body

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "contactcenter"},
            )
        return self._session


async def _limited(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) > MOST_BYTES:
            raise ValueError("longer than any such answer")
    return bytes(body)


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ProviderRefused("answer", "The answer is no JSON.") from None


def _place(url: str) -> str:
    """Without the query, which may hold what nobody else should read."""
    return url.partition("?")[0]
