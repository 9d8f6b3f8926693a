"""Where the master key comes from: a file, the environment, or a command such as a KMS client. All calls block."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import structlog

from contactcenter.vault.errors import VaultError
from contactcenter.vault.master import MasterKey, parse

COMMAND_TIMEOUT_S = 30

log = structlog.get_logger(__name__)


class MasterSource(Protocol):
    """`name` begins a sentence: where the key is kept."""

    @property
    def name(self) -> str: ...

    def read(self, *, may_make: bool) -> list[MasterKey]:
        """The key in use, then those it may have replaced. `may_make`: nothing has been sealed yet.

        Raises VaultError.
        """

    def stage(self, key: MasterKey) -> None:
        """Keep `key` beside the one in use, before the data keys are wrapped with it.

        Raises VaultError when the key is not this program's to replace.
        """

    def settle(self, used: MasterKey) -> None:
        """Keep `used`, which wraps the data keys, and forget a staged key that does not. Safe to repeat."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """`path` is made at the first start, for its owner alone; a successor waits in `path`.new until it is in use."""

    path: Path

    @property
    def name(self) -> str:
        return f"The file {self.path}"

    @property
    def _next(self) -> Path:
        return self.path.with_name(self.path.name + ".new")

    def read(self, *, may_make: bool) -> list[MasterKey]:
        if may_make and not self.path.exists() and not self._next.exists():
            _write_new(self.path, MasterKey.new())
        keys = [self._one(path) for path in (self.path, self._next) if path.exists()]
        if not keys:
            raise VaultError(
                f"The master key is missing: {self.path} is not there, but this database was sealed with one. "
                "Put the file back, or set [vault] master_key_file."
            )
        return keys

    def _one(self, path: Path) -> MasterKey:
        try:
            text = path.read_text("ascii", "replace")
            open_to_others = path.stat().st_mode & 0o077
        except OSError as error:
            raise VaultError(f"The master key file {path} cannot be read: {error.strerror or error}.") from error
        if open_to_others:
            log.warning("vault.key_file_open_to_others", file=str(path), advice="chmod 600")
        return parse(text, f"The file {path}")

    def stage(self, key: MasterKey) -> None:
        self._next.unlink(missing_ok=True)
        _write_new(self._next, key)

    def settle(self, used: MasterKey) -> None:
        if not self._next.exists():
            return
        if self._one(self._next).id == used.id:
            self._next.replace(self.path)
        else:
            self._next.unlink()
        _sync_folder(self.path.parent)


@dataclass(frozen=True, slots=True)
class Given:
    """Keys that somebody else looks after: `current` and `previous` answer a key's text; they may raise VaultError."""

    name: str
    current: Callable[[], str] = field(repr=False)
    previous: Callable[[], str] | None = field(default=None, repr=False)

    def read(self, *, may_make: bool) -> list[MasterKey]:
        keys = [parse(self.current(), self.name)]
        if self.previous is not None:
            keys.append(parse(self.previous(), f"{self.name} (the previous one)"))
        return keys

    def stage(self, key: MasterKey) -> None:
        raise VaultError(
            f"{self.name} is not this program's to change. Set the new master key there and the old one as "
            "[vault] previous_master_key (or previous_master_key_command), then run `vault rotate --master` again."
        )

    def settle(self, used: MasterKey) -> None:
        """Nothing is kept here."""


def command_output(command: str, key_name: str) -> str:
    """What `command` (words as a shell splits them, no shell) writes to standard output; raises VaultError.

    Its error output is not repeated: nobody knows what a foreign program puts there.
    """
    try:
        words = shlex.split(command)
        done = subprocess.run(words, capture_output=True, timeout=COMMAND_TIMEOUT_S, check=False)  # noqa: S603
    except (OSError, ValueError, IndexError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise VaultError(f"The command of [vault] {key_name} cannot be run: {reason}.") from None
    except subprocess.TimeoutExpired:
        raise VaultError(f"The command of [vault] {key_name} gave no key within {COMMAND_TIMEOUT_S} s.") from None
    if done.returncode != 0:
        raise VaultError(f"The command of [vault] {key_name} failed with status {done.returncode}.")
    return done.stdout.decode("ascii", "replace")


def _write_new(path: Path, key: MasterKey) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key.text + "\n")
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(path.parent)
    except FileExistsError:
        return  # another process came first: its key is read next
    except OSError as error:
        raise VaultError(f"The master key file {path} cannot be written: {error.strerror or error}.") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
