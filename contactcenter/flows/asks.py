"""What a queue step asks of an agent, as its author writes it, and as the engine's expression."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from acd.model import MAX_LEVEL, MIN_LEVEL, AllOf, AnyOf, Expression, Not, SkillRequirement
from contactcenter.flows.hours import flaw

OPERATORS = ("all", "any", "not")

_Skill = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=64)]
_Level = Annotated[int, Field(ge=MIN_LEVEL, le=MAX_LEVEL)]


def _asks(value: Any) -> Any:
    """Every key that is no operator is a skill with its least level; a name alone is a skill at any level."""
    if isinstance(value, Asks):
        return value
    if isinstance(value, str) and value.strip():
        return {"skills": {value: MIN_LEVEL}}
    if not isinstance(value, dict) or not value:
        raise flaw(
            "this asks for no skill", "as in `{english: 2}`, `{any: [{english: 2}, german]}` or `{not: trainee}`"
        )
    parts = {key: value[key] for key in OPERATORS if key in value}
    return parts | {"skills": {key: level for key, level in value.items() if key not in OPERATORS}}


class Asks(BaseModel):
    """All that is written must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    skills: dict[_Skill, _Level] = {}
    all: tuple[_Part, ...] | None = Field(default=None, min_length=1)
    any: tuple[_Part, ...] | None = Field(default=None, min_length=1)
    negated: _Part | None = Field(default=None, alias="not")

    @property
    def requirements(self) -> tuple[Expression, ...]:
        """All of them must hold."""
        found: list[Expression] = [SkillRequirement(skill, level) for skill, level in self.skills.items()]
        for part in self.all or ():
            found += part.requirements
        if self.any is not None:
            found.append(AnyOf(tuple(part.expression for part in self.any)))
        if self.negated is not None:
            found.append(Not(self.negated.expression))
        return tuple(found)

    @property
    def expression(self) -> Expression:
        found = self.requirements
        return found[0] if len(found) == 1 else AllOf(found)


_Part = Annotated[Asks, BeforeValidator(_asks)]


def _wishes(value: Any) -> Any:
    if value in ({}, []):
        return {}
    return _asks({"all": value} if isinstance(value, list) else value)


Wishes = Annotated[Asks, BeforeValidator(_wishes)]
"""Asks as a whole, which may be a list (all of it) or ask for nothing."""
