"""Who may take what: skills with levels. The only place that reads a requirement's inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from acd.model import MAX_LEVEL, MIN_LEVEL, Refused, SkillRequirement

Requirement = tuple[tuple[str, int], ...]
"""(skill, level) pairs sorted by skill, each skill once: equal requirements compare equal, so they can be a key."""


def combine(*parts: Iterable[SkillRequirement]) -> Requirement:
    """All of the parts together; where two ask for one skill the higher level counts."""
    levels: dict[str, int] = {}
    for part in parts:
        for required in part:
            levels[required.skill] = max(required.level, levels.get(required.skill, 0))
    return tuple(sorted(levels.items()))


def meets(skills: Mapping[str, int], requirement: Requirement) -> bool:
    for skill, level in requirement:  # noqa: SIM110  (asked for every member when a cell is made: a third the time of all())
        if skills.get(skill, 0) < level:
            return False
    return True


def describe(requirement: Requirement) -> str:
    """In words behind "agents": " with english≥3 and sales≥1", or nothing."""
    if not requirement:
        return ""
    return " with " + " and ".join(f"{skill}≥{level}" for skill, level in requirement)


def check_levels(code: str, field: str, levels: Iterable[tuple[str, int]]) -> None:
    """Raises Refused(code) naming the field when a level cannot be."""
    for skill, level in levels:
        if not MIN_LEVEL <= level <= MAX_LEVEL:
            raise Refused(
                code, f"{field}: level {level} of {skill!r} is not possible; levels go from {MIN_LEVEL} to {MAX_LEVEL}."
            )
