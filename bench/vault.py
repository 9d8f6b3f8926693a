"""How fast recordings are sealed and opened, beside AES-256-GCM alone on the same pieces: what the rest of it costs.

    python -m bench.vault [--mb 64] [--folder DIR] [--json]

Rounds of sealing (as the server does it: into a file of its own, through to the disk), of opening, of the bare cipher
and of writing without sealing take turns; the figures are medians of MB of plain content a second, on one core.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contactcenter.vault.files import CHUNK_BYTES, SealedFile, seal_file
from contactcenter.vault.keyring import PURPOSES, DataKey, Keyring

ROUNDS = 7
CONTEXT = ("recordings", "bench.wav")


def keyring() -> Keyring:
    keys = [DataKey.new(purpose) for purpose in PURPOSES]
    return Keyring({key.id: key for key in keys}, {key.purpose: key.id for key in keys})


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def bare(cipher: AESGCM, piece: bytes, times: int) -> None:
    for index in range(times):
        cipher.encrypt(index.to_bytes(12, "big"), piece, None)


def written(target: Path, piece: bytes, times: int) -> None:
    """The same octets through to the disk, not sealed."""
    with target.open("wb") as file:
        for _ in range(times):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def opened(keys: Keyring, path: Path) -> None:
    with SealedFile(keys, path, CONTEXT) as sealed:
        sealed.verify()


def measure(folder: Path, megabytes: int) -> dict[str, float]:
    keys, cipher = keyring(), AESGCM(os.urandom(32))
    times = megabytes * 1_000_000 // CHUNK_BYTES
    piece = os.urandom(CHUNK_BYTES)
    source, target, plain = folder / "plain.wav", folder / "sealed.wav", folder / "written.wav"
    source.write_bytes(piece * times)
    size = times * CHUNK_BYTES / 1e6
    works: dict[str, Callable[[], object]] = {
        "seal_mb_s": lambda: seal_file(keys, source, target, CONTEXT),
        "open_mb_s": lambda: opened(keys, target),
        "bare_aes_gcm_mb_s": lambda: bare(cipher, piece, times),
        "plain_write_mb_s": lambda: written(plain, piece, times),
    }
    rounds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            rounds[name].append(size / seconds(work))
    return {name: round(statistics.median(values), 1) for name, values in rounds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=64)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        figures = measure(Path(folder), options.mb)
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:20} {value:10.1f}")


if __name__ == "__main__":
    main()
