"""A sorted collection with rank, for contacts in line and agents ready."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from math import inf
from typing import Generic, TypeVar

T = TypeVar("T")

Entry = tuple[float, float, int, T]
"""(major, minor, tie, item): ordered by the first three; `tie` is unique for its major and minor."""

CHUNK_LIMIT = 512


class Ordered(Generic[T]):
    """Entries in ascending order, kept in sorted chunks: an insertion moves at most CHUNK_LIMIT pointers, and a
    rank sums one length per chunk."""

    __slots__ = ("_chunks", "_lasts", "_size")

    def __init__(self) -> None:
        self._chunks: list[list[Entry[T]]] = []
        self._lasts: list[Entry[T]] = []
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __bool__(self) -> bool:
        return self._size > 0

    def __iter__(self) -> Iterator[T]:
        for chunk in self._chunks:
            for entry in chunk:
                yield entry[3]

    def entries(self) -> Iterator[Entry[T]]:
        for chunk in self._chunks:
            yield from chunk

    def first(self) -> T | None:
        return self._chunks[0][0][3] if self._size else None

    def add(self, entry: Entry[T]) -> None:
        self._size += 1
        lasts = self._lasts
        if not lasts:
            self._chunks.append([entry])
            lasts.append(entry)
            return
        if lasts[-1] < entry:
            at = -1
            chunk = self._chunks[-1]
            chunk.append(entry)
            lasts[-1] = entry
        else:
            at = bisect_left(lasts, entry) if len(lasts) > 1 else 0
            chunk = self._chunks[at]
            insort(chunk, entry)
        if len(chunk) > CHUNK_LIMIT:
            self._split(at % len(lasts))

    def remove(self, entry: Entry[T]) -> None:
        """Raises KeyError when the entry is not here."""
        lasts = self._lasts
        at = bisect_left(lasts, entry) if len(lasts) > 1 else 0
        if at == len(lasts):
            raise KeyError(entry[:3])
        chunk = self._chunks[at]
        place = 0 if chunk[0] is entry else bisect_left(chunk, entry)
        if place == len(chunk) or (chunk[place] is not entry and chunk[place][:3] != entry[:3]):
            raise KeyError(entry[:3])
        del chunk[place]
        self._size -= 1
        if not chunk:
            del self._chunks[at]
            del lasts[at]
        elif place == len(chunk):
            lasts[at] = chunk[-1]

    def at(self, place: int) -> T:
        """The item with so many entries before it. Raises IndexError when there are not that many."""
        for chunk in self._chunks:
            if place < len(chunk):
                return chunk[place][3]
            place -= len(chunk)
        raise IndexError(place)

    def rank(self, entry: Entry[T]) -> int:
        """How many entries stand before this one. Raises KeyError when the entry is not here."""
        at, place = self._locate(entry)
        return sum(map(len, self._chunks[:at])) + place

    def iter_after(self, major: float) -> Iterator[T]:
        """Items whose major is larger, in order."""
        probe = (major, inf)
        at = bisect_left(self._lasts, probe)
        if at == len(self._lasts):
            return
        chunk = self._chunks[at]
        for place in range(bisect_left(chunk, probe), len(chunk)):
            yield chunk[place][3]
        for chunk in self._chunks[at + 1 :]:
            for entry in chunk:
                yield entry[3]

    def heads(self) -> Iterator[T]:
        """The first item of each distinct major, in order."""
        item = self._chunks[0][0] if self._size else None
        while item is not None:
            yield item[3]
            item = self._entry_after(item[0])

    def _split(self, at: int) -> None:
        chunk = self._chunks[at]
        half = len(chunk) // 2
        self._chunks.insert(at + 1, chunk[half:])
        del chunk[half:]
        self._lasts.insert(at, chunk[-1])

    def _entry_after(self, major: float) -> Entry[T] | None:
        probe = (major, inf)
        at = bisect_left(self._lasts, probe)
        if at == len(self._lasts):
            return None
        chunk = self._chunks[at]
        return chunk[bisect_left(chunk, probe)]

    def _locate(self, entry: Entry[T]) -> tuple[int, int]:
        at = bisect_left(self._lasts, entry)
        if at < len(self._lasts):
            chunk = self._chunks[at]
            place = bisect_left(chunk, entry)
            if chunk[place][:3] == entry[:3]:
                return at, place
        raise KeyError(entry[:3])
