"""Who may take what: skills with levels, any, all and not, and how less is asked for. Nothing else reads an expression.

A requirement is a tuple of expressions that must all hold, simplified and sorted, so that equal ones compare equal and
can be a key. A dropped skill counts as met wherever it stands, under a `not` too, so that less is asked for and never
more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from acd.model import MAX_LEVEL, MIN_LEVEL, AllOf, AnyOf, Expression, Not, Refused, SkillRequirement

Requirement = tuple[Expression, ...]

MAX_DEPTH = 8
MAX_TERMS = 64


def combine(*parts: Iterable[Expression]) -> Requirement:
    """All of the parts together; where two ask for one skill outright the higher level counts."""
    levels: dict[str, int] = {}
    others: dict[bytes, Expression] = {}
    pending = [each for part in reversed(parts) for each in reversed(tuple(part))]
    while pending:
        each = pending.pop()
        if isinstance(each, SkillRequirement):
            levels[each.skill] = max(each.level, levels.get(each.skill, 0))
        elif isinstance(each, AllOf):
            pending.extend(each.of)
        else:
            others[msgspec.json.encode(each)] = each
    skills = [SkillRequirement(skill, levels[skill]) for skill in sorted(levels)]
    return (*skills, *(others[key] for key in sorted(others)))


def relax(requirement: Requirement, level_down: int, drop: Collection[str]) -> Requirement:
    """The requirement with all levels lower by `level_down`, down to 1, and without the skills in `drop`."""
    if not level_down and not drop:
        return requirement
    left = (_relax(each, level_down, drop) for each in requirement)
    return combine([each for each in left if each is not None])


def meets(skills: Mapping[str, int], requirement: Requirement) -> bool:
    return all(_holds(skills, each) for each in requirement)


def who_meets(requirement: Requirement, people: int, by_level: Mapping[tuple[str, int], int]) -> int:
    """Those of `people`, as bits, whom `meets` holds for. by_level: who has the skill at that level or above."""
    for each in requirement:
        people = _who_holds(each, people, by_level)
    return people


def describe(requirement: Requirement) -> str:
    """In words: "english≥3 and (sales≥1 or support≥1)", "" for nothing asked."""
    return " and ".join(_words(each, inside="and" if len(requirement) > 1 else "") for each in requirement)


def skills_named(requirement: Iterable[Expression]) -> list[str]:
    """Skills that it is good to have, sorted: those under a `not` are left out."""
    names: set[str] = set()
    pending = list(requirement)
    while pending:
        each = pending.pop()
        if isinstance(each, SkillRequirement):
            names.add(each.skill)
        elif not isinstance(each, Not):
            pending.extend(each.of)
    return sorted(names)


def check_expressions(code: str, field: str, expressions: Iterable[Expression]) -> None:
    """Raises Refused(code) naming the field when an expression cannot be."""
    terms = 0
    pending = [(each, 1) for each in expressions]
    while pending:
        each, depth = pending.pop()
        terms += 1
        if terms > MAX_TERMS or depth > MAX_DEPTH:
            raise Refused(code, f"{field}: at most {MAX_TERMS} terms, nested {MAX_DEPTH} deep.")
        if isinstance(each, SkillRequirement):
            check_levels(code, field, ((each.skill, each.level),))
        elif isinstance(each, Not):
            pending.append((each.of, depth + 1))
        else:
            if not each.of:
                word = "all" if isinstance(each, AllOf) else "any"
                raise Refused(code, f"{field}: `{word}` of nothing; name at least one skill in it.")
            pending.extend((inner, depth + 1) for inner in each.of)


def check_levels(code: str, field: str, levels: Iterable[tuple[str, int]]) -> None:
    """Raises Refused(code) naming the field when a level cannot be."""
    for skill, level in levels:
        if not MIN_LEVEL <= level <= MAX_LEVEL:
            raise Refused(
                code, f"{field}: level {level} of {skill!r} is not possible; levels go from {MIN_LEVEL} to {MAX_LEVEL}."
            )


def _holds(skills: Mapping[str, int], each: Expression) -> bool:
    if isinstance(each, SkillRequirement):
        return skills.get(each.skill, 0) >= each.level
    if isinstance(each, Not):
        return not _holds(skills, each.of)
    if isinstance(each, AllOf):
        return all(_holds(skills, inner) for inner in each.of)
    return any(_holds(skills, inner) for inner in each.of)


def _who_holds(each: Expression, people: int, by_level: Mapping[tuple[str, int], int]) -> int:
    if isinstance(each, SkillRequirement):
        return people & by_level.get((each.skill, each.level), 0)
    if isinstance(each, Not):
        return people & ~_who_holds(each.of, people, by_level)
    if isinstance(each, AllOf):
        return who_meets(each.of, people, by_level)
    found = 0
    for inner in each.of:
        found |= _who_holds(inner, people, by_level)
    return found


def _relax(each: Expression, level_down: int, drop: Collection[str]) -> Expression | None:
    """None: nothing is asked any more. Under a `not` levels stay, since a lower one there would ask for more."""
    if isinstance(each, SkillRequirement):
        return None if each.skill in drop else SkillRequirement(each.skill, max(MIN_LEVEL, each.level - level_down))
    if isinstance(each, Not):
        return None if any(skill in drop for skill in _every_skill(each)) else each
    left = [_relax(inner, level_down, drop) for inner in each.of]
    asked = tuple(inner for inner in left if inner is not None)
    if isinstance(each, AllOf):
        return AllOf(asked) if asked else None
    return AnyOf(asked) if len(asked) == len(left) else None


def _every_skill(each: Expression) -> Iterator[str]:
    if isinstance(each, SkillRequirement):
        yield each.skill
    elif isinstance(each, Not):
        yield from _every_skill(each.of)
    else:
        for inner in each.of:
            yield from _every_skill(inner)


def _words(each: Expression, inside: str) -> str:
    if isinstance(each, SkillRequirement):
        return f"{each.skill}≥{each.level}"
    if isinstance(each, Not):
        return f"not {_words(each.of, 'not')}"
    joint = "and" if isinstance(each, AllOf) else "or"
    words = f" {joint} ".join(_words(inner, joint) for inner in each.of)
    return f"({words})" if inside not in ("", joint) and len(each.of) > 1 else words
