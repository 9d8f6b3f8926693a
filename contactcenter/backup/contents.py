"""What is in a backup, in numbers: what people are shown of it, and what the audit trail keeps."""

from __future__ import annotations

from typing import Any

import msgspec

from contactcenter.backup.entries import Manifest


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """`octets` before sealing; `recordings` and `ticket_files` are files, `files` all others that are not the
    database's. `masters`: ids of the master keys that what is sealed in it needs."""

    database: str
    rows: int
    recordings: int
    ticket_files: int
    files: int
    octets: int
    masters: list[str]


def contents_of(manifest: Manifest) -> Contents:
    counts = {"recordings": 0, "ticket_files": 0, "files": 0}
    for entry in manifest.entries:
        area = entry.name.partition("/")[0]
        if area != "database":
            counts[area if area in counts else "files"] += 1
    return Contents(
        database=manifest.database,
        rows=sum(manifest.tables.values()),
        octets=sum(entry.size for entry in manifest.entries),
        masters=manifest.masters,
        **counts,
    )


def document(contents: Contents, archive_octets: int) -> dict[str, Any]:
    """As the audit trail keeps it, with the size of the file."""
    return {"size": archive_octets, **msgspec.to_builtins(contents)}
