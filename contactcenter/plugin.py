"""What a slice hands to the rest of the house, as data: nothing registers itself, nothing happens at import.

Every slice has a `plugin.py` whose `load` takes its services and gives one `Plugin`; the composition root calls it and
deals the parts out: permissions to the catalogue, routes to the router, and so on. docs/adding-a-slice.md has the way.
"""

from __future__ import annotations

from dataclasses import dataclass

from contactcenter.api.routes import Route
from contactcenter.audit.acts import ActKind
from contactcenter.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One slice's part in what concerns all of them. Whatever it does not fill in, it has none of."""

    name: str
    permissions: tuple[Permission, ...] = ()
    routes: tuple[Route, ...] = ()
    acts: tuple[ActKind, ...] = ()
