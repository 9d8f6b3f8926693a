"""A mail server that keeps what it takes."""

from __future__ import annotations

import email
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from queue import Queue
from typing import Any

from aiosmtpd.controller import Controller

from tests.e2e.server import free_port
from tests.fakes.waiting import until


class Post:
    def __init__(self, port: int) -> None:
        self.settings: dict[str, Any] = {"host": "127.0.0.1", "port": port, "encryption": "none"}
        """[mail] of whoever sends through it."""
        self._mails: Queue[bytes] = Queue()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self._mails.put(envelope.content)
        return "250 OK"

    async def text(self, to: str) -> str:
        """Of the next mail, which must be to this address."""
        await until(lambda: not self._mails.empty())
        message = email.message_from_bytes(self._mails.get_nowait(), policy=policy.default)
        assert message["To"] == to
        body = message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())


@contextmanager
def post_office() -> Iterator[Post]:
    post = Post(free_port())
    controller = Controller(post, hostname="127.0.0.1", port=post.settings["port"])
    controller.start()
    try:
        yield post
    finally:
        controller.stop()
