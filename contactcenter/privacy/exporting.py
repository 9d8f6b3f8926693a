"""Everything about one person as a ZIP: data.json for machines, report.html for people, files. Sealed on the disk.

docs/privacy.md describes data.json.
"""

from __future__ import annotations

import asyncio
import shutil
import zipfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

import orjson

from contactcenter.plugin import Opened, Person
from contactcenter.privacy.ground import Ground
from contactcenter.privacy.subjects import Subject
from contactcenter.vault.files import seal_file
from contactcenter.vault.keyring import Context, Keyring

FORMAT: Final = "contactcenter-subject-export/1"
EXPORTS: Final = "exports"
_COPY_BYTES = 1024 * 1024
Progress = Callable[[dict[str, int]], Awaitable[None]]


def file_of(folder: Path, request_id: str) -> Path:
    return folder / EXPORTS / f"{request_id}.zip.sealed"


def context_of(request_id: str) -> Context:
    return ("privacy_exports", request_id)


def remove_file(folder: Path, request_id: str) -> None:
    """In whatever state it is; none there is no error. Raises OSError."""
    for path in (folder / EXPORTS).glob(f"{request_id}.zip*"):
        path.unlink(missing_ok=True)


async def export(ground: Ground, subject: Subject, request_id: str, made_at: str, told: Progress) -> dict[str, int]:
    """How many of each kind it holds. Raises StorageUnavailable, OSError, VaultError."""
    await ground.journal.flush()
    target = file_of(ground.folder, request_id)
    await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
    plain = target.with_suffix(".part")
    try:
        # Opened and closed here, written in a thread.
        with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as archive:
            counts = await _fill(ground, subject.person(ground.country), archive, subject, made_at, told)
        await asyncio.to_thread(_seal, ground.vault.keyring, plain, target, context_of(request_id))
    finally:
        await asyncio.to_thread(plain.unlink, missing_ok=True)
    return counts


async def _fill(
    ground: Ground, person: Person, archive: zipfile.ZipFile, subject: Subject, made_at: str, told: Progress
) -> dict[str, int]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for data in ground.personal():
        documents = found.setdefault(data.kind, [])
        async for each in data.export(person):
            documents.append(each.document)
            for name, opener in each.files.items():
                await asyncio.to_thread(_copy, archive, f"{data.kind}/{name}", await opener())
            await told({kind: len(rows) for kind, rows in found.items()})
    words = {data.kind: data.words for data in ground.personal()}
    head = {
        "format": FORMAT,
        "made_at": made_at,
        "subject": {
            "identities": [[each.kind, each.channel, each.value] for each in subject.identities],
            "customers": list(subject.customers),
            "users": list(subject.users),
        },
    }
    await asyncio.to_thread(_write, archive, head, found, words)
    return {kind: len(rows) for kind, rows in found.items()}


def _write(
    archive: zipfile.ZipFile,
    head: Mapping[str, Any],
    found: Mapping[str, Sequence[Mapping[str, Any]]],
    words: Mapping[str, str],
) -> None:
    archive.writestr("data.json", orjson.dumps({**head, "data": found}, option=orjson.OPT_INDENT_2))
    archive.writestr("report.html", report(head, found, words).encode())


def _copy(archive: zipfile.ZipFile, name: str, opened: Opened) -> None:
    with opened as source, archive.open(name, "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target, _COPY_BYTES)


def _seal(keyring: Keyring, plain: Path, target: Path, context: Context) -> None:
    seal_file(keyring, plain, target, context)


def report(head: Mapping[str, Any], found: Mapping[str, Sequence[Mapping[str, Any]]], words: Mapping[str, str]) -> str:
    """One page without anything from elsewhere."""
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><title>Data about one person</title>",
        "<style>body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse;margin:0 0 1.5rem}th,td{text-align:left;vertical-align:top;"
        "padding:.15rem .8rem .15rem 0;border-bottom:1px solid #ddd}th{font-weight:600;white-space:nowrap}</style>",
        f"<h1>Data about one person</h1><p>Made {escape(head['made_at'])}. ",
        "The same stands in data.json for programs; recordings are in the folder beside it.</p>",
    ]
    for kind, documents in found.items():
        parts.append(f"<h2>{escape(words[kind])} ({len(documents)})</h2>")
        parts += ["<p>Nothing.</p>"] if not documents else [_shown(document) for document in documents]
    return "".join([*parts, "</html>\n"])


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        rows = "".join(
            f"<tr><th scope=row>{escape(str(key).replace('_', ' '))}</th><td>{_shown(item)}</td></tr>"
            for key, item in value.items()
            if item not in (None, "", [], {})
        )
        return f"<table>{rows}</table>"
    if isinstance(value, list | tuple):
        return "".join(f"<div>{_shown(item)}</div>" for item in value)
    return escape("yes" if value is True else "no" if value is False else str(value))
