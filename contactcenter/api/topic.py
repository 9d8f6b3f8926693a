"""A live topic: keyed collections of rows, a number for every change, and the recent changes. Pure, no I/O.

What a client holds equals the server's rows at the same `seq`: old snapshot + events == new snapshot.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

Row = dict[str, Any]
Snapshot = dict[str, dict[str, Row]]

KEPT_EVENTS = 1000


@dataclass(frozen=True, slots=True)
class TopicEvent:
    """One change; `row` is None for "remove"."""

    seq: int
    type: Literal["put", "remove"]
    collection: str
    id: str
    row: Row | None = None

    def message(self, topic: str) -> dict[str, Any]:
        """As sent to clients."""
        data: dict[str, Any] = {"collection": self.collection, "id": self.id}
        if self.row is not None:
            data["row"] = self.row
        return {"topic": topic, "seq": self.seq, "type": self.type, "data": data}


class TopicState:
    """`epoch` names this life of the topic: after a restart of the server numbers begin again under another epoch."""

    def __init__(self, epoch: str, *, keep: int = KEPT_EVENTS) -> None:
        self.epoch = epoch
        self.seq = 0
        self._rows: Snapshot = {}
        self._recent: deque[TopicEvent] = deque(maxlen=keep)

    def put(self, collection: str, row_id: str, row: Mapping[str, Any]) -> TopicEvent | None:
        """Set a row; None when it is there already, equal. Raises TypeError when the row has no JSON form."""
        rows = self._rows.setdefault(collection, {})
        # The round trip takes a copy that no one else can change, in exactly the shape a client gets.
        plain: Row = orjson.loads(orjson.dumps(row, option=orjson.OPT_UTC_Z))
        if rows.get(row_id) == plain:
            return None
        rows[row_id] = plain
        return self._remember(TopicEvent(self.seq + 1, "put", collection, row_id, plain))

    def remove(self, collection: str, row_id: str) -> TopicEvent | None:
        """Take a row away; None when there is none."""
        if self._rows.get(collection, {}).pop(row_id, None) is None:
            return None
        return self._remember(TopicEvent(self.seq + 1, "remove", collection, row_id))

    def get(self, collection: str, row_id: str) -> Row | None:
        return self._rows.get(collection, {}).get(row_id)

    def ids(self, collection: str) -> list[str]:
        return list(self._rows.get(collection, {}))

    def snapshot(self) -> Snapshot:
        """All rows by collection and id. The rows are shared: do not change them."""
        return {collection: dict(rows) for collection, rows in self._rows.items()}

    def since(self, epoch: str | None, seq: int | None) -> list[TopicEvent] | None:
        """The changes after `seq`, or None when they are no longer known and a snapshot is needed."""
        if epoch != self.epoch or seq is None or not 0 <= seq <= self.seq:
            return None
        missing = self.seq - seq
        if missing > len(self._recent):
            return None
        return [self._recent[index] for index in range(len(self._recent) - missing, len(self._recent))]

    def _remember(self, event: TopicEvent) -> TopicEvent:
        self.seq = event.seq
        self._recent.append(event)
        return event


class Topic:
    """Rows that every subscriber sees change. Use from the event loop; nothing here waits."""

    def __init__(
        self, name: str, state: TopicState, announce: Callable[[Topic, TopicEvent], None], *, room: str = ""
    ) -> None:
        self.name = name
        self.room = room or name
        self._state = state
        self._announce = announce

    @property
    def seq(self) -> int:
        return self._state.seq

    @property
    def epoch(self) -> str:
        return self._state.epoch

    def put(self, collection: str, row_id: str, row: Mapping[str, Any]) -> None:
        """Set a row; an equal one is no change. Raises TypeError when it has no JSON form."""
        self._tell(self._state.put(collection, row_id, row))

    def remove(self, collection: str, row_id: str) -> None:
        """Take a row away; that it is not there is no error."""
        self._tell(self._state.remove(collection, row_id))

    def get(self, collection: str, row_id: str) -> Row | None:
        return self._state.get(collection, row_id)

    def ids(self, collection: str) -> list[str]:
        return self._state.ids(collection)

    def snapshot(self) -> Snapshot:
        return self._state.snapshot()

    def answer(self, epoch: str | None, seq: int | None) -> dict[str, Any]:
        """What a subscriber who has seen `seq` of `epoch` is told."""
        base = {"ok": True, "epoch": self._state.epoch, "seq": self._state.seq}
        events = self._state.since(epoch, seq)
        if events is None:
            return {**base, "snapshot": self._state.snapshot()}
        return {**base, "events": [event.message(self.name) for event in events]}

    def _tell(self, event: TopicEvent | None) -> None:
        if event is not None:
            self._announce(self, event)


def apply(snapshot: Snapshot, message: Mapping[str, Any]) -> Snapshot:
    """The client's rule, as every client must follow it: the snapshot after one event message."""
    data = message["data"]
    rows = dict(snapshot.get(data["collection"], {}))
    if message["type"] == "put":
        rows[data["id"]] = data["row"]
    else:
        rows.pop(data["id"], None)
    return {**snapshot, data["collection"]: rows}
