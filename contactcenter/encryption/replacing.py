"""Keys are replaced and the act is recorded, in one transaction; for the screen and for the command."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.encryption.acts import DATA_KEYS_REPLACED, MASTER_KEY_REPLACED
from contactcenter.vault.keyring import Purpose
from contactcenter.vault.service import Changed, Vault

REPLACED: tuple[Purpose, ...] = ("values", "files")
"""The index key stays: blind indexes would have to be made anew from the opened values."""


async def replace_data_keys(vault: Vault, now: float) -> list[str]:
    """New keys for values and files; ids of those they replace. `now`: unix seconds. Raises as Vault.replace_keys."""

    async def recorded(session: AsyncSession, changed: Changed) -> None:
        subject = Subject("encryption", "data-keys")
        before, after = {"keys": changed.before}, {"keys": changed.after}
        await record(session, Act(kind=DATA_KEYS_REPLACED, subject=subject, before=before, after=after), at=now)

    return await vault.replace_keys(REPLACED, now, also=recorded)


async def replace_master_key(vault: Vault, now: float) -> str:
    """A new master key around the data keys; its id. Raises as Vault.replace_master."""

    async def recorded(session: AsyncSession, changed: Changed) -> None:
        subject = Subject("encryption", "master-key")
        before, after = {"key": changed.before}, {"key": changed.after}
        await record(session, Act(kind=MASTER_KEY_REPLACED, subject=subject, before=before, after=after), at=now)

    return await vault.replace_master(also=recorded)
