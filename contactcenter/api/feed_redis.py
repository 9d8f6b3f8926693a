"""Several processes share one live feed through Redis."""

from __future__ import annotations

from typing import Any

import socketio

from contactcenter.tasks import ended


def redis_manager(url: str) -> Any:
    """Shares events with other processes. An unreachable Redis must not hold up the pages of this one for long."""
    options = {"socket_connect_timeout": 0.5, "socket_timeout": 2.0}
    return socketio.AsyncRedisManager(url, redis_options=options)


async def close(manager: Any) -> None:
    """What python-socketio leaves open: its listening task and its connections."""
    await ended(manager.thread)
    for connection in (manager.pubsub, manager.redis):
        if connection is not None:
            await connection.aclose()
