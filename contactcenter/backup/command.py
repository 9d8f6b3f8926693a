"""What the commands do, without the command line."""

from __future__ import annotations

from contactcenter.backup.archive import Keys
from contactcenter.config import Config
from contactcenter.vault.errors import VaultError
from contactcenter.vault.sources import MasterSource


def keys_of(config: Config, source: MasterSource, passphrase: str, *, to_make: bool) -> Keys:
    """The keys that the settings and the operator give. Without a master key a passphrase does, to open at least.

    Raises VaultError when there is neither. Blocks.
    """
    passphrase = passphrase or config.backup.passphrase.get_secret_value()
    try:
        masters = source.read(may_make=False)
    except VaultError:
        if to_make or not passphrase:
            raise
        masters = []
    return Keys(masters=masters, passphrase=passphrase)
