from __future__ import annotations

import io
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.backup.archive import CHUNK_BYTES, Keys, Opening, Sealing
from contactcenter.backup.entries import Entry, EntryWriter, Manifest, checked, copied, read_entries, read_manifest
from contactcenter.backup.errors import BackupError, Unsound
from tests.fakes.archived import KEYS

MADE_AT = datetime(2026, 5, 1, tzinfo=UTC)
MANIFEST = Manifest(made_at=MADE_AT, product="1", schema="0001", database="sqlite", tables={"t": 1})


def archive_of(entries: dict[str, bytes], keys: Keys = KEYS) -> bytes:
    file = io.BytesIO()
    writer = EntryWriter(Sealing(file, keys, made_at=MADE_AT, product="1"))
    for name, data in entries.items():
        writer.whole(name, [data])
    writer.finish(MANIFEST)
    return file.getvalue()


def read(raw: bytes) -> tuple[dict[str, bytes], Manifest]:
    opening = Opening(io.BytesIO(raw), KEYS)
    found: list[Entry] = []
    read: dict[str, bytes] = {}
    for name, pieces in read_entries(opening):
        file = io.BytesIO()
        found.append(copied(pieces, file, name))
        read[name] = file.getvalue()
    return read, read_manifest(opening, found)


NAMES = st.lists(
    st.from_regex(r"[a-z0-9 äö._-]{1,10}", fullmatch=True).filter(lambda part: part.strip(".")), min_size=1
)
ENTRIES = st.dictionaries(NAMES.map("/".join), st.binary(max_size=2000), max_size=5)


@given(ENTRIES)
def test_what_is_written_is_read(entries: dict[str, bytes]) -> None:
    found, manifest = read(archive_of(entries))
    assert found == entries
    assert [entry.name for entry in manifest.entries] == list(entries)
    assert manifest.tables == MANIFEST.tables


@pytest.mark.parametrize("size", [CHUNK_BYTES - 40, CHUNK_BYTES, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 1])
def test_any_size(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    assert read(archive_of({"a/b": data[:size]}))[0] == {"a/b": data[:size]}


LONG = archive_of({"a/b": b"x" * (2 * CHUNK_BYTES), "a/c": b"yz"})


@given(st.integers(0, len(LONG) - 1), st.integers(1, 255))
def test_any_flipped_octet_is_found(at: int, by: int) -> None:
    changed = bytearray(LONG)
    changed[at] ^= by
    with pytest.raises(BackupError):
        read(bytes(changed))


@given(st.integers(0, len(LONG) - 1))
def test_anything_cut_off_is_found(length: int) -> None:
    with pytest.raises(BackupError):
        read(LONG[:length])


@given(st.binary(min_size=1, max_size=50))
def test_anything_added_is_found(more: bytes) -> None:
    with pytest.raises(Unsound):
        read(LONG + more)


@given(st.binary(max_size=300))
def test_other_files_are_no_backups(raw: bytes) -> None:
    with pytest.raises(BackupError):
        read(raw)
    with pytest.raises(BackupError):
        read(b"CCBACKUP\x01" + raw)


def test_chunks_do_not_change_places() -> None:
    size = CHUNK_BYTES + 16
    start = len(LONG) - (len(LONG) - LONG.index(b"}", LONG.index(b'"keys"'))) + 1
    while LONG[start : start + 1] in (b"]", b"}"):
        start += 1
    cuts = [start, start + size, start + 2 * size, len(LONG)]
    pieces = [LONG[a:b] for a, b in pairwise(cuts)]
    assert read(LONG[:start] + b"".join(pieces))[0]
    with pytest.raises(Unsound):
        read(LONG[:start] + pieces[1] + pieces[0] + pieces[2])


@pytest.mark.parametrize(
    "name",
    ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/./b", "a\\b", "a\x00", "a\nb", "\udc80", "x" * 1025, "a/"],
)
def test_names_that_lead_elsewhere(name: str) -> None:
    with pytest.raises(Unsound):
        checked(name)


@given(st.text(max_size=40))
def test_a_name_that_is_taken_stays_below(name: str) -> None:
    try:
        taken = checked(name)
    except Unsound:
        return
    assert not taken.startswith("/")
    assert ".." not in taken.split("/")
    taken.encode()
