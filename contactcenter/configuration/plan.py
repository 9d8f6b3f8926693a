"""What applying files would change, and doing it: all of it or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, Literal

from pydantic import ValidationError

from contactcenter.api.problems import Problem
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import note
from contactcenter.configuration.acts import CONFIGURATION_APPLIED
from contactcenter.configuration.files import SUFFIX, Mistake, Mistakes, Read, read, write
from contactcenter.permissions import Principal
from contactcenter.section import Document, Documents, Section, applying
from contactcenter.storage.database import Database

What = Literal["create", "change", "remove"]
Told = Callable[[int, str], None]
"""How many of the changes are done, and the section that is worked on."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field as it is and as it is to be; what is made has no `before`, what is removed no `after`."""

    field: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class Change:
    """`line` of the file that asks for it, 0 for what no file names."""

    section: str
    id: str
    what: What
    differences: tuple[Difference, ...] = ()
    line: int = 0

    @property
    def fields(self) -> tuple[str, ...]:
        """That differ; of what is made or removed none is named."""
        return tuple(each.field for each in self.differences) if self.what == "change" else ()


@dataclass(frozen=True, slots=True)
class Plan:
    """`kept`: what is there and in no file, and stays as nothing is to be removed."""

    changes: tuple[Change, ...]
    kept: int
    files: Mapping[str, Read]
    wanted: Mapping[str, Documents]
    present: Mapping[str, Documents]
    prune: bool = False

    def __bool__(self) -> bool:
        return bool(self.changes)


def ordered(sections: Iterable[Section]) -> list[Section]:
    """As they are to be applied: what others refer to comes first."""
    by_name = {section.name: section for section in sections}
    graph = TopologicalSorter({name: [each for each in by_name[name].after if each in by_name] for name in by_name})
    return [by_name[name] for name in graph.static_order()]


async def export(sections: Sequence[Section], present: Mapping[str, str] | None = None) -> dict[str, str]:
    """Texts by file name. `present`: those to be written over, whose comments stay."""
    given = present or {}
    return {
        section.name + SUFFIX: write(section, await section.read(), given.get(section.name + SUFFIX))
        for section in sections
    }


async def plan(sections: Sequence[Section], texts: Mapping[str, str], *, prune: bool = False) -> Plan:
    """What the files (texts by name) would change. A section without a file stays as it is; without `prune` so does
    what a file does not name. Raises Mistakes."""
    mistakes = _unknown_files(sections, texts)
    files: dict[str, Read] = {}
    for section in sections:
        if (text := texts.get(section.name + SUFFIX)) is None:
            continue
        try:
            files[section.name] = read(section, text)
        except Mistakes as found:
            mistakes += found.found
    if mistakes:
        raise Mistakes(mistakes)
    present = {section.name: dict(await section.read()) for section in sections}
    wanted = {
        section.name: _wanted(section, present[section.name], files.get(section.name), prune) for section in sections
    }
    if mistakes := [*_dangling(sections, files, wanted), *_clashing(sections, files, wanted)]:
        raise Mistakes(mistakes)
    changes = [
        change
        for section in sections
        for change in _changes(section.name, present[section.name], wanted[section.name], files.get(section.name))
    ]
    kept = sum(len(present[name].keys() - found.documents.keys()) for name, found in files.items())
    removed = sum(change.what == "remove" for change in changes)
    return Plan(tuple(changes), kept - removed, files, wanted, present, prune)


def _untold(done: int, section: str) -> None:
    """Nobody watches."""


async def apply(
    sections: Sequence[Section], planned: Plan, database: Database, *, by: Principal | None, told: Told = _untold
) -> None:
    """Do what was planned, and record that, in one transaction. `by`: who changes, and can give no more than he may;
    None: an operator.

    Raises Mistakes, and then nothing has changed. Killed on the way, it leaves everything as it was.
    """
    touched = {change.section for change in planned.changes}
    affected = [section for section in sections if section.name in touched]
    count = Counter(change.section for change in planned.changes if change.what != "remove")
    done = 0
    try:
        with applying(by):
            async with database.together():
                for section in affected:
                    told(done, section.name)
                    await _put(section, planned)
                    done += count[section.name]
                for section in reversed(affected):
                    told(done, section.name)
                    await _remove(section, planned)
                if planned:
                    await note(database, _act(planned))
    finally:
        for section in affected:
            if section.settle is not None:
                await section.settle()


def _act(planned: Plan) -> Act:
    counted = Counter(change.section for change in planned.changes)
    after = {"changes": len(planned.changes), "prune": planned.prune, "sections": dict(counted)}
    return Act(kind=CONFIGURATION_APPLIED, subject=Subject("configuration", "all"), after=after)


async def _put(section: Section, planned: Plan) -> None:
    wanted = planned.wanted[section.name]
    if section.replace is not None:
        try:
            await section.replace(wanted)
        except (Problem, ValidationError) as problem:
            raise _told(section, planned, None, problem) from problem
        return
    assert section.put is not None
    mine = [change for change in planned.changes if change.section == section.name and change.what != "remove"]
    later: list[str] = []
    for change in mine:
        document, there = wanted[change.id], change.what == "change"
        if not there and section.first is not None and (first := section.first(document)) != document:
            later.append(change.id)
            document = first
        if there and section.first is not None:
            # Changed ones may refer to what is made after them, and let go of what others are to lead to.
            later.append(change.id)
            if not _lets_go(section.first, document, planned.present[section.name][change.id]):
                continue
            document = section.first(document)
        await _put_one(section, planned, change.id, document, there)
    for key in later:
        await _put_one(section, planned, key, wanted[key], True)


def _lets_go(first: Callable[[Document], Document], document: Document, present: Document) -> bool:
    """Whether what refers to others of its section differs."""
    cut, before = first(document), first(present)
    fields = [key for key in document if cut[key] != document[key] or before[key] != present[key]]
    return any(document[key] != present[key] for key in fields)


async def _put_one(section: Section, planned: Plan, key: str, document: Document, there: bool) -> None:
    assert section.put is not None
    try:
        await section.put(key, document, there)
    except (Problem, ValidationError) as problem:
        raise _told(section, planned, key, problem) from problem


async def _remove(section: Section, planned: Plan) -> None:
    if section.remove is None:
        return
    for change in planned.changes:
        if change.section == section.name and change.what == "remove":
            try:
                await section.remove(change.id)
            except Problem as problem:
                raise _told(section, planned, change.id, problem) from problem


def _told(section: Section, planned: Plan, key: str | None, problem: Problem | ValidationError) -> Mistakes:
    """The service's own words, at the line of what it refuses."""
    found = planned.files[section.name]
    if isinstance(problem, ValidationError):
        # Of what a new thing must have besides its document: the form of its id.
        first = problem.errors(include_url=False, include_context=False)[0]
        path, detail = list(first["loc"]), f"{first['msg'].removeprefix('Value error, ')}."
    else:
        field, detail = str(problem.extra.get("field", "")), problem.detail
        path = [int(part) if part.isdigit() else part for part in field.split(".") if part]
    if key is None and path[:1] == ["items"] and len(path) > 1 and isinstance(path[1], int):
        key = list(planned.wanted[section.name])[path[1]]
        path = path[2:]
    line = 0 if key is None else found.line([key, *path])
    return Mistakes([Mistake(found.file, line, f"{key + ': ' if key else ''}{detail}")])


def _unknown_files(sections: Sequence[Section], texts: Mapping[str, str]) -> list[Mistake]:
    known = [section.name + SUFFIX for section in sections]
    return [
        Mistake(name, 0, f"there is no such section; there are {', '.join(known)}.")
        for name in sorted(texts)
        if name not in known
    ]


def _wanted(section: Section, present: Documents, found: Read | None, prune: bool) -> Documents:
    if found is None:
        return present
    removable = section.remove is not None or section.replace is not None
    kept = {} if prune and removable else {key: each for key, each in present.items() if key not in found.documents}
    return {**kept, **found.documents}


def _changes(name: str, present: Documents, wanted: Documents, found: Read | None) -> list[Change]:
    changes = []
    for key, document in wanted.items():
        line = 0 if found is None or key not in found.documents else found.line([key])
        if key not in present:
            made = tuple(Difference(field, after=value) for field, value in document.items())
            changes.append(Change(name, key, "create", made, line))
        elif document != present[key]:
            changes.append(Change(name, key, "change", _differences(present[key], document), line))
    for key in [key for key in present if key not in wanted]:
        gone = tuple(Difference(field, before=value) for field, value in present[key].items())
        changes.append(Change(name, key, "remove", gone))
    return changes


def _differences(before: Document, after: Document) -> tuple[Difference, ...]:
    return tuple(
        Difference(field, before.get(field), after.get(field))
        for field in sorted({*before, *after})
        if before.get(field) != after.get(field)
    )


def _dangling(sections: Sequence[Section], files: Mapping[str, Read], wanted: Mapping[str, Documents]) -> list[Mistake]:
    """References to what will not be there: in the files, and in what stays while its target goes."""
    mistakes = []
    for section in sections:
        for key, document in wanted[section.name].items():
            for reference in section.references(document):
                if reference.id in wanted.get(reference.section, {}):
                    continue
                found = files.get(section.name)
                line = found.line([key, *reference.path]) if found is not None and key in found.documents else 0
                field = ".".join(str(part) for part in reference.path)
                sentence = f"{key}: {field}: there is no {reference.id!r} in {reference.section}{SUFFIX}."
                mistakes.append(Mistake(section.name + SUFFIX, line, sentence))
    return mistakes


def _clashing(sections: Sequence[Section], files: Mapping[str, Read], wanted: Mapping[str, Documents]) -> list[Mistake]:
    mistakes = []
    for section in sections:
        if (found := files.get(section.name)) is None:
            continue
        for clash in section.clashes(wanted[section.name]):
            line = found.line([clash.id, *clash.path]) if clash.id in found.documents else 0
            mistakes.append(Mistake(found.file, line, f"{clash.id}: {clash.sentence}"))
    return mistakes
