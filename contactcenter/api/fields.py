"""What settings over HTTP are made of: names, ids, and what a change is refused with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from contactcenter.api.problems import Problem

ID_LENGTH = 64


def _printable(text: str) -> str:
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise ValueError("must not hold control characters")
    return text


def _lines(text: str) -> str:
    for line in text.replace("\r\n", "\n").split("\n"):
        _printable(line.replace("\t", " "))
    return text


Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)
]
Text = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_lines)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=ID_LENGTH)]
"""Of something new. What was set up before may have another form."""
Ref = Annotated[str, StringConstraints(min_length=1, max_length=ID_LENGTH), AfterValidator(_printable)]
"""The id of something that is there."""
Whole = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class Settings(BaseModel):
    """A body that is taken only when every field in it is known."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Named(BaseModel):
    id: str
    name: str


def slug(name: str, taken: Collection[str]) -> str:
    """An id made from a name: "Überweisung & Co" becomes "uberweisung-co", the next one of that name "…-2"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: ID_LENGTH - 8].strip("-") or "new"
    number, found = 1, base
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    return found


def bad(field: str, sentence: str, kind: str = "bad-setting") -> Problem:
    """422: `field` is the path of what is wrong ("relax.0.drop"), `sentence` says it without naming the field."""
    return Problem(422, kind, "This cannot work", f"{field}: {sentence}", field=field)


def taken(field: str, sentence: str) -> Problem:
    return Problem(409, "taken", "Already there", sentence, field=field)


def new_id(asked: str | None, name: str, present: dict[str, str]) -> str:
    """`present`: the names of those there are, by id. Raises Problem when the id or the name is taken."""
    if asked is not None and asked in present:
        raise taken("id", f"There is one with the id {asked!r} already.")
    check_name(name, present)
    return asked or slug(name, present)


def check_name(name: str, others: dict[str, str]) -> None:
    if name.casefold() in (other.casefold() for other in others.values()):
        raise taken("name", f"There is one called {name!r} already; two of one name cannot be told apart.")
