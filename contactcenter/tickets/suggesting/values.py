"""What there is to choose from."""

from __future__ import annotations

from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.model import Priority


def choosable(catalog: Catalog) -> dict[str, dict[str, str]]:
    """By field, the names of the values that are in use."""
    return {
        "type": {key: row.name for key, row in catalog.types.items() if not row.retired},
        "category": {key: " › ".join(catalog.path(key)) for key, row in catalog.categories.items() if not row.retired},
        "priority": {each.word: each.word.title() for each in Priority},
    }
