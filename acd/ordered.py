"""A sorted collection with rank, for contacts in line and agents ready."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from itertools import islice
from math import inf
from typing import Any, Generic, TypeVar

T = TypeVar("T")

Entry = tuple[Any, ...]
"""(major, minor, tie, item): ordered by the first three; `tie` is unique for its major and minor. Not spelled out as a
tuple of four, which compiled code takes apart and puts together again at every touch."""

CHUNK_LIMIT = 512


class Ordered(Generic[T]):
    """Entries in ascending order, kept in sorted chunks: an insertion moves at most CHUNK_LIMIT pointers, and a
    rank sums one length per chunk.

    There is always a chunk, and only a single one may be empty. `_lasts` are the last entries of the chunks, and empty
    while there is but one, as nearly always.
    """

    __slots__ = ("_chunks", "_lasts")

    def __init__(self) -> None:
        self._chunks: list[list[Entry]] = [[]]
        self._lasts: list[Entry] = []

    def __len__(self) -> int:
        return sum(map(len, self._chunks))

    def __bool__(self) -> bool:
        return bool(self._chunks[0])

    def __iter__(self) -> Iterator[T]:
        for chunk in self._chunks:
            for entry in chunk:
                yield entry[3]

    def entries(self) -> Iterator[Entry]:
        for chunk in self._chunks:
            yield from chunk

    def first(self) -> T | None:
        chunk = self._chunks[0]
        if not chunk:
            return None
        item: T = chunk[0][3]
        return item

    def add(self, entry: Entry) -> None:
        if self._lasts:
            self._add_to_many(entry)
            return
        chunk = self._chunks[0]
        insort(chunk, entry)
        if len(chunk) > CHUNK_LIMIT:
            self._lasts.append(chunk[-1])
            self._split(0)

    def remove(self, entry: Entry) -> None:
        """Raises KeyError when the entry is not here."""
        if self._lasts:
            self._remove_from_many(entry)
            return
        chunk = self._chunks[0]
        place = bisect_left(chunk, entry)
        if place < len(chunk):
            found = chunk[place]
            if found is entry or found[:3] == entry[:3]:
                del chunk[place]
                return
        raise KeyError(entry[:3])

    def at(self, place: int) -> T:
        """The item with so many entries before it. Raises IndexError when there are not that many."""
        for chunk in self._chunks:
            if place < len(chunk):
                item: T = chunk[place][3]
                return item
            place -= len(chunk)
        raise IndexError(place)

    def rank(self, entry: Entry) -> int:
        """How many entries stand before this one. Raises KeyError when the entry is not here."""
        at, place = self._locate(entry)
        return sum(map(len, islice(self._chunks, at))) + place if at else place

    def iter_after(self, major: float) -> Iterator[T]:
        """Items whose major is larger, in order."""
        probe = (major, inf)
        at = bisect_left(self._lasts, probe)
        if at == len(self._chunks):
            return
        chunk = self._chunks[at]
        for place in range(bisect_left(chunk, probe), len(chunk)):
            yield chunk[place][3]
        for chunk in self._chunks[at + 1 :]:
            for entry in chunk:
                yield entry[3]

    def heads(self) -> Iterator[T]:
        """The first item of each distinct major, in order."""
        entry: Entry | None = self._chunks[0][0] if self else None
        while entry is not None:
            yield entry[3]
            entry = self._entry_after(entry[0])

    def _add_to_many(self, entry: Entry) -> None:
        lasts = self._lasts
        if lasts[-1] < entry:
            at = len(lasts) - 1
            chunk = self._chunks[at]
            chunk.append(entry)
            lasts[at] = entry
        else:
            at = bisect_left(lasts, entry)
            chunk = self._chunks[at]
            insort(chunk, entry)
        if len(chunk) > CHUNK_LIMIT:
            self._split(at)

    def _remove_from_many(self, entry: Entry) -> None:
        at, place = self._locate(entry)
        chunk = self._chunks[at]
        del chunk[place]
        if not chunk:
            del self._chunks[at]
            del self._lasts[at]
            if len(self._chunks) == 1:
                self._lasts.clear()
        elif place == len(chunk):
            self._lasts[at] = chunk[-1]

    def _split(self, at: int) -> None:
        chunk = self._chunks[at]
        half = len(chunk) // 2
        self._chunks.insert(at + 1, chunk[half:])
        del chunk[half:]
        self._lasts.insert(at, chunk[-1])

    def _entry_after(self, major: float) -> Entry | None:
        probe = (major, inf)
        at = bisect_left(self._lasts, probe)
        if at == len(self._chunks):
            return None
        chunk = self._chunks[at]
        place = bisect_left(chunk, probe)
        return chunk[place] if place < len(chunk) else None

    def _locate(self, entry: Entry) -> tuple[int, int]:
        """(chunk, place in it). Raises KeyError."""
        lasts = self._lasts
        at = bisect_left(lasts, entry) if lasts else 0
        if at < len(self._chunks):
            chunk = self._chunks[at]
            place = bisect_left(chunk, entry)
            if place < len(chunk) and (chunk[place] is entry or chunk[place][:3] == entry[:3]):
                return at, place
        raise KeyError(entry[:3])
