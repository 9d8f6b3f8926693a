"""The files of recordings: plain WAV while a call lasts, sealed afterwards, read alike.

The plain file is FOLDER/ID.wav, the sealed one beside it ID.wav.sealed; rows in the database name the plain one.
"""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import structlog

from contactcenter.vault.errors import VaultError
from contactcenter.vault.files import SealedFile, read_header, reseal_file, seal_file, sync_folder
from contactcenter.vault.keyring import Context, Keyring, Purpose
from contactcenter.vault.service import Vault

PLAIN = "*.wav"
_COMPARED_BYTES = 1024 * 1024
SEALED = "*.wav.sealed"

log = structlog.get_logger(__name__)


def context_of(path: Path) -> Context:
    """A recording opens under the id of its interaction only; a moved folder changes nothing."""
    return ("recordings", path.name.partition(".")[0])


def sealed_path(path: Path) -> Path:
    """Where the recording of this plain path is once it is sealed."""
    return path.with_name(path.name + ".sealed")


@dataclass(slots=True)
class Opened:
    """`file` reads the WAV; `length` is its size in octets, `tag` differs when the content may."""

    file: io.RawIOBase | io.BufferedIOBase
    length: int
    tag: str


class RecordingFiles:
    """Opens, seals and deletes. `purpose`, `count` and `reseal` are those of a vault.reseal.Holder."""

    purpose: Purpose = "files"

    def __init__(self, vault: Vault, folder: Path) -> None:
        self._vault = vault
        self.folder = folder
        self._damaged: set[Path] = set()

    async def open(self, path: Path) -> Opened:
        """The recording whose row names `path`; to be closed, and read in a thread.

        Raises FileNotFoundError, OSError or VaultError (Damaged when the sealed file was changed or cut off).
        """
        return await asyncio.to_thread(_open, await self._keyring_for(path), path)

    async def seal(self, path: Path) -> bool:
        """Seal the plain file and remove it; False when there is none. Raises OSError or VaultError."""
        return await asyncio.to_thread(_seal, await self._keyring_for(path), path)

    async def delete(self, path: Path) -> None:
        """Take the recording away in both forms; none there is no error. Raises OSError."""
        await asyncio.to_thread(_delete, path)

    async def waiting(self) -> list[Path]:
        """Plain files in the folder, the oldest first. Raises OSError."""
        return await asyncio.to_thread(_plain_files, self.folder)

    async def _keyring_for(self, path: Path) -> Keyring:
        try:
            header = await asyncio.to_thread(read_header, sealed_path(path))
        except FileNotFoundError:
            return self._vault.keyring
        return await self._vault.keyring_with(header.key_id)

    async def count(self, key_ids: Collection[str]) -> int:
        return len(await asyncio.to_thread(_under, self.folder, key_ids))

    async def reseal(self, key_ids: Collection[str], limit: int) -> int:
        found = await asyncio.to_thread(_under, self.folder, key_ids)
        wanted = [path for path in found if path not in self._damaged][:limit]
        done = 0
        for path in wanted:
            try:
                await asyncio.to_thread(reseal_file, self._vault.keyring, path, context_of(path))
                done += 1
            except FileNotFoundError:
                continue  # deleted meanwhile
            except VaultError as error:
                self._damaged.add(path)
                log.error("recording.damaged", interaction=context_of(path)[1], reason=str(error))
        return done


def _open(keyring: Keyring, path: Path) -> Opened:
    try:
        sealed = SealedFile(keyring, sealed_path(path), context_of(path))
    except FileNotFoundError:
        file = path.open("rb")
        status = os.fstat(file.fileno())
        return Opened(file, status.st_size, f"{status.st_mtime_ns:x}-{status.st_size:x}")
    return Opened(sealed, sealed.header.length, sealed.header.salt[:16].hex())


def _seal(keyring: Keyring, path: Path) -> bool:
    target = sealed_path(path)
    try:
        if target.exists():
            path = _apart(keyring, path)
            target = sealed_path(path)
        seal_file(keyring, path, target, context_of(path))
        if path.stat().st_size != read_header(target).length:
            raise OSError("the recording still grows")
    except FileNotFoundError:
        return False
    path.unlink()
    sync_folder(path.parent)
    return True


def _apart(keyring: Keyring, path: Path) -> Path:
    """A plain file beside its sealed one: left by a kill between the two steps, or a recording begun anew.

    The latter gets a name of its own, ID.2.wav, so that nothing that was recorded is lost.
    """
    with SealedFile(keyring, sealed_path(path), context_of(path)) as sealed, path.open("rb") as plain:
        same = sealed.header.length == path.stat().st_size
        while same and (piece := plain.read(_COMPARED_BYTES)):
            same = sealed.read(len(piece)) == piece
    if same:
        return path
    number = 2
    while (other := path.with_name(f"{path.stem}.{number}.wav")).exists() or sealed_path(other).exists():
        number += 1
    log.error("recording.begun_twice", interaction=context_of(path)[1])
    return path.rename(other)


def _delete(path: Path) -> None:
    for form in (path, sealed_path(path), *path.parent.glob(f"{path.name}.sealed.*.part")):
        form.unlink(missing_ok=True)


def _plain_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    for left in folder.glob(f"{SEALED}.*.part"):
        # Of a sealing that was killed; the plain file is still there.
        left.unlink(missing_ok=True)
    return sorted(folder.glob(PLAIN), key=lambda path: (path.stat().st_mtime, path.name))


def _under(folder: Path, key_ids: Collection[str]) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in sorted(folder.glob(SEALED)) if _key_of(path) in key_ids]


def _key_of(path: Path) -> str:
    try:
        return read_header(path).key_id
    except (OSError, VaultError):
        return ""
