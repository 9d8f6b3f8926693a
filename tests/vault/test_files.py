"""Sealed files: every range reads as the plain file would; nothing changed, cut or moved is read at all."""

from __future__ import annotations

import io
import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contactcenter.vault import files
from contactcenter.vault.errors import Damaged, UnknownKey, VaultError
from contactcenter.vault.files import HEADER_BYTES, SealedFile, parse_header, read_header, reseal_file, seal_file
from contactcenter.vault.keyring import Keyring
from tests.vault.test_keyring import ring

RING = ring()
AT = ("recordings", "a")
CHUNK = 64
many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "CHUNK_BYTES", CHUNK)


def sealed(folder: Path, plain: bytes, keyring: Keyring = RING) -> Path:
    (folder / "plain").write_bytes(plain)
    seal_file(keyring, folder / "plain", folder / "sealed", AT)
    return folder / "sealed"


def content(path: Path, keyring: Keyring = RING) -> bytes:
    with SealedFile(keyring, path, AT) as file:
        return file.read()


@many
@given(st.integers(0, 5 * CHUNK + 1), st.data())
def test_every_range_reads_like_the_plain_file(tmp_path: Path, size: int, data: st.DataObject) -> None:
    plain = random.Random(size).randbytes(size)
    path = sealed(tmp_path, plain)
    reference = io.BytesIO(plain)
    with SealedFile(RING, path, AT) as file:
        assert file.header.length == size
        assert file.header.sealed_length == path.stat().st_size
        for _ in range(5):
            start, count = data.draw(st.integers(0, size + 9)), data.draw(st.integers(0, size + 9))
            assert file.read_at(start, count) == plain[start : start + count]
            whence = data.draw(st.sampled_from([os.SEEK_SET, os.SEEK_END]))
            assert file.seek(start if whence == os.SEEK_SET else -min(start, size), whence) == reference.seek(
                start if whence == os.SEEK_SET else -min(start, size), whence
            )
            assert file.read(count) == reference.read(count)
            assert file.tell() == reference.tell()
        file.verify()


@many
@given(st.integers(0, 3 * CHUNK), st.data())
def test_any_flipped_bit_is_noticed(tmp_path: Path, size: int, data: st.DataObject) -> None:
    path = sealed(tmp_path, b"x" * size)
    raw = bytearray(path.read_bytes())
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    path.write_bytes(raw)
    with pytest.raises((Damaged, UnknownKey)):
        content(path)


@many
@given(st.integers(0, 3 * CHUNK), st.data())
def test_a_cut_or_longer_file_is_noticed_when_it_is_opened(tmp_path: Path, size: int, data: st.DataObject) -> None:
    path = sealed(tmp_path, b"x" * size)
    raw = path.read_bytes()
    path.write_bytes(raw[: data.draw(st.integers(0, len(raw) - 1))])
    with pytest.raises(Damaged):
        SealedFile(RING, path, AT)
    path.write_bytes(raw + b"\0" * data.draw(st.integers(1, 200)))
    with pytest.raises(Damaged):
        SealedFile(RING, path, AT)


def test_chunks_cannot_change_places(tmp_path: Path) -> None:
    path = sealed(tmp_path, b"x" * 3 * CHUNK)
    raw, step = path.read_bytes(), CHUNK + 16
    head, chunks = raw[:HEADER_BYTES], [raw[HEADER_BYTES + n * step : HEADER_BYTES + (n + 1) * step] for n in range(3)]
    for order in ([1, 0, 2], [0, 0, 2], [2, 1, 0]):
        path.write_bytes(head + b"".join(chunks[n] for n in order))
        with pytest.raises(Damaged):
            content(path)


def test_a_shortened_length_in_the_header_opens_nothing(tmp_path: Path) -> None:
    """Cutting at a chunk's edge and saying so: the header is part of the key."""
    path = sealed(tmp_path, b"x" * 3 * CHUNK)
    raw = path.read_bytes()
    header = raw[: HEADER_BYTES - 8] + (2 * CHUNK).to_bytes(8, "big")
    path.write_bytes(header + raw[HEADER_BYTES : HEADER_BYTES + 2 * (CHUNK + 16)])
    with pytest.raises(Damaged):
        content(path)


def test_it_opens_in_its_place_and_with_its_key_only(tmp_path: Path) -> None:
    path = sealed(tmp_path, b"hello")
    with SealedFile(RING, path, ("recordings", "b")) as elsewhere, pytest.raises(Damaged):
        elsewhere.read()
    with pytest.raises(UnknownKey):
        SealedFile(ring(), path, AT)


@given(st.binary(max_size=2 * HEADER_BYTES))
def test_any_header_is_read_or_refused(raw: bytes) -> None:
    with pytest.raises(VaultError):
        parse_header(raw)


@many
@given(st.binary(max_size=300))
def test_any_file_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "any").write_bytes(raw)
    with pytest.raises(VaultError):
        SealedFile(RING, tmp_path / "any", AT)


def test_a_failure_while_sealing_leaves_neither_part_nor_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plain").write_bytes(b"x" * 5 * CHUNK)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        seal_file(RING, tmp_path / "plain", tmp_path / "sealed", AT)
    assert [path.name for path in tmp_path.iterdir()] == ["plain"]


def test_sealing_anew_changes_the_key_and_nothing_else(tmp_path: Path) -> None:
    plain = random.Random(1).randbytes(5 * CHUNK + 3)
    path = sealed(tmp_path, plain)
    newer = ring()
    both = Keyring({**RING.keys, **newer.keys}, newer.active)
    reseal_file(both, path, AT)
    assert read_header(path).key_id == newer.active["files"]
    assert content(path, newer) == plain
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_is_not_sealed_anew(tmp_path: Path) -> None:
    path = sealed(tmp_path, b"x" * 5 * CHUNK)
    raw = path.read_bytes()
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    damaged = path.read_bytes()
    with pytest.raises(Damaged):
        reseal_file(RING, path, AT)
    assert path.read_bytes() == damaged
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["plain", "sealed"]
