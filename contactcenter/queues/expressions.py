"""Skill expressions of a queue that cannot work, each refused at its own place in the settings."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from acd.model import MAX_LEVEL, MIN_LEVEL
from contactcenter.queues.fields import bad
from contactcenter.queues.settings import AllIs, AnyIs, ExpressionIs, NotIs, QueueBody, SkillIs


def check_skills(body: QueueBody, known: Collection[str]) -> None:
    """Raises Problem 422 naming the field for an unknown skill, a level that is none, a group of nothing."""
    for field, expressions in (("required_skills", body.required_skills), ("preferred_skills", body.preferred_skills)):
        for place, each in enumerate(expressions):
            for path, part in _parts(f"{field}.{place}", each):
                _check_part(path, part, known)
    for place, step in enumerate(body.relax):
        for skill in step.drop:
            if skill not in known:
                raise bad(f"relax.{place}.drop", f"there is no skill {skill!r}.")


def check_level(path: str, level: int) -> None:
    if not MIN_LEVEL <= level <= MAX_LEVEL:
        raise bad(path, f"there is no level {level}; levels go from {MIN_LEVEL} to {MAX_LEVEL}.")


def _parts(path: str, expression: ExpressionIs) -> Iterator[tuple[str, ExpressionIs]]:
    yield path, expression
    if isinstance(expression, NotIs):
        yield from _parts(f"{path}.of", expression.of)
    elif isinstance(expression, AllIs | AnyIs):
        for place, inner in enumerate(expression.of):
            yield from _parts(f"{path}.of.{place}", inner)


def _check_part(path: str, part: ExpressionIs, known: Collection[str]) -> None:
    if isinstance(part, SkillIs):
        if part.skill not in known:
            raise bad(f"{path}.skill", f"there is no skill {part.skill!r}.")
        check_level(f"{path}.level", part.level)
    elif isinstance(part, AllIs | AnyIs) and not part.of:
        raise bad(f"{path}.of", f"`{part.type}` of nothing; name at least one skill in it.")
