"""A push service with the browsers behind it: it takes what is sent as a real one would, and reads it as a browser."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from contactcenter.notifications.push_message import point_of, written


def decrypted(sent: bytes, key: ec.EllipticCurvePrivateKey, secret: bytes) -> bytes:
    """As a browser does (RFC 8188 §2, RFC 8291 §3.4)."""
    salt, record, length = sent[:16], int.from_bytes(sent[16:20], "big"), sent[20]
    point, body = sent[21 : 21 + length], sent[21 + length :]
    assert len(sent) - 21 - length <= record

    def derived(start: bytes, salt: bytes, info: bytes, size: int) -> bytes:
        return HKDF(algorithm=hashes.SHA256(), length=size, salt=salt, info=info).derive(start)

    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    info = b"WebPush: info\x00" + point_of(key) + point
    shared = derived(key.exchange(ec.ECDH(), theirs), secret, info, 32)
    content = derived(shared, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = derived(shared, salt, b"Content-Encoding: nonce\x00", 12)
    padded = AESGCM(content).decrypt(nonce, body, None).rstrip(b"\x00")
    assert padded.endswith(b"\x02")
    return padded[:-1]


@dataclass(slots=True)
class PushService:
    """`status` is what it answers; `got` what the browser made of what came, `headers` those of the last one."""

    url: str = ""
    status: int = 201
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    got: list[dict[str, Any]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def subscription(self) -> dict[str, str]:
        """As the browser's page tells the server."""
        return {"endpoint": f"{self.url}/s/1", "p256dh": written(point_of(self.key)), "auth": written(self.secret)}

    async def take(self, request: web.Request) -> web.Response:
        self.headers = dict(request.headers)
        if self.status < 300:
            self.got.append(json.loads(decrypted(await request.read(), self.key, self.secret)))
        return web.Response(status=self.status)


@asynccontextmanager
async def push_service() -> AsyncIterator[PushService]:
    service = PushService()
    app = web.Application()
    app.router.add_post("/s/1", service.take)
    async with TestServer(app, host="127.0.0.1") as server:
        service.url = str(server.make_url("")).rstrip("/")
        yield service
