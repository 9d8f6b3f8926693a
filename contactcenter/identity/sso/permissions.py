"""The permission on identity providers."""

from typing import Final

from contactcenter.permissions import Permission

PROVIDERS_MANAGE: Final = Permission(
    "providers.manage",
    "Set up identity providers, what they let people do, and who may sign in without one",
    dangerous=True,
)
ALL: Final = (PROVIDERS_MANAGE,)
