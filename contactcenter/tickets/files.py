"""The contents of attachments: sealed files named by the SHA-256 of what they hold, each content once.

A content lies at FOLDER/ab/abcd….sealed. Which tickets name it, and how it is called there, is in the database.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

import structlog

from contactcenter.recordings.files import Opened
from contactcenter.vault.errors import VaultError
from contactcenter.vault.files import SealedFile, read_header, reseal_file, seal_bytes, sync_folder
from contactcenter.vault.keyring import Context, Keyring, Purpose
from contactcenter.vault.service import Vault

_ENDING: Final = ".sealed"

log = structlog.get_logger(__name__)


def context_of(digest: str) -> Context:
    return ("ticket_files", digest)


class TicketContents:
    """`purpose`, `count` and `reseal` are those of a vault.reseal.Holder."""

    purpose: Purpose = "files"

    def __init__(self, vault: Vault, folder: Path) -> None:
        self._vault = vault
        self.folder = folder
        self._damaged: set[Path] = set()

    async def put(self, content: bytes) -> str:
        """Its SHA-256 in hexadecimal digits; what is there already stays. Raises OSError or VaultError."""
        digest = await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())
        await asyncio.to_thread(_put, self._vault.keyring, self._path(digest), content, digest)
        return digest

    async def open(self, digest: str) -> Opened:
        """To be closed, and read in a thread. Raises FileNotFoundError, OSError or VaultError."""
        path = self._path(digest)
        header = await asyncio.to_thread(read_header, path)
        keyring = await self._vault.keyring_with(header.key_id)
        file = await asyncio.to_thread(SealedFile, keyring, path, context_of(digest))
        return Opened(file, file.header.length, digest[:32])

    async def read(self, digest: str) -> bytes:
        """Raises as `open`."""
        opened = await self.open(digest)
        try:
            return await asyncio.to_thread(opened.file.read) or b""
        finally:
            await asyncio.to_thread(opened.file.close)

    async def delete(self, digest: str) -> None:
        """None there is no error. Raises OSError."""
        await asyncio.to_thread(_delete, self._path(digest))

    async def there(self) -> list[str]:
        """Every content in the folder. Raises OSError."""
        return [path.stem for path in await asyncio.to_thread(lambda: list(_files(self.folder)))]

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest}{_ENDING}"

    async def count(self, key_ids: Collection[str]) -> int:
        return len(await asyncio.to_thread(_under, self.folder, key_ids))

    async def reseal(self, key_ids: Collection[str], limit: int) -> int:
        found = await asyncio.to_thread(_under, self.folder, key_ids)
        done = 0
        for path in [path for path in found if path not in self._damaged][:limit]:
            try:
                await asyncio.to_thread(reseal_file, self._vault.keyring, path, context_of(path.stem))
                done += 1
            except FileNotFoundError:
                continue  # deleted meanwhile
            except VaultError as error:
                self._damaged.add(path)
                log.error("ticket_file.damaged", digest=path.stem, reason=str(error))
        return done


def _put(keyring: Keyring, path: Path, content: bytes, digest: str) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    seal_bytes(keyring, content, path, context_of(digest))


def _delete(path: Path) -> None:
    try:
        path.unlink()
    except FileNotFoundError:
        return
    sync_folder(path.parent)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.glob(f"??/*{_ENDING}")) if path.is_file())


def _under(folder: Path, key_ids: Collection[str]) -> list[Path]:
    found = []
    for path in _files(folder):
        try:
            if read_header(path).key_id in key_ids:
                found.append(path)
        except (OSError, VaultError):
            continue  # deleted meanwhile, or damaged: nothing seals it anew
    return found
