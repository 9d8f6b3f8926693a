"""Permissions on simulations."""

from typing import Final

from contactcenter.permissions import Permission, Role

SIMULATIONS_RUN: Final = Permission(
    "simulations.run",
    "Run past days again, changed or not, and days that never were",
    {Role.SUPERVISOR, Role.PLANNER},
)
ALL: Final = (SIMULATIONS_RUN,)
