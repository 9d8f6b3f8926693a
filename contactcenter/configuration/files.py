"""The files: one a section, a mapping of documents by id, in YAML 1.2, with the line of everything in it."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from contactcenter.section import Document, Section

SUFFIX: Final = ".yaml"
MAX_BYTES: Final = 8 * 1024 * 1024
_WIDTH = 120
_LONGEST_ID = 320


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a file, with the line from 1 (0: the file as a whole)."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}" if self.line else f"{self.file}: {self.sentence}"


class Mistakes(Exception):  # noqa: N818 - what is in the files, not the failure
    """The files cannot be applied; nothing was changed."""

    def __init__(self, found: Iterable[Mistake]) -> None:
        self.found = sorted(found, key=lambda each: (each.file, each.line))
        super().__init__("\n".join(map(str, self.found)))


@dataclass(frozen=True, slots=True)
class Read:
    """The documents of one file, and where they stand."""

    file: str
    documents: dict[str, Document]
    tree: CommentedMap

    def line(self, path: Iterable[str | int]) -> int:
        """Of the deepest part of `path` that is there; lines count from 1."""
        here: Any = self.tree
        line = 1
        for step in path:
            try:
                if isinstance(here, CommentedMap) and step in here:
                    line = here.lc.key(step)[0] + 1
                elif isinstance(here, CommentedSeq) and isinstance(step, int) and step < len(here):
                    line = here.lc.item(step)[0] + 1
                else:
                    break
                here = here[step]
            except (KeyError, TypeError, AttributeError):
                break
        return line


def read(section: Section, text: str) -> Read:
    """Raises Mistakes: no YAML, something else than documents by id, or documents the model does not take."""
    file = section.name + SUFFIX
    tree = _parsed(file, text)
    found = Read(file, {}, tree)
    mistakes: list[Mistake] = []
    for key, value in tree.items():
        if not isinstance(key, str) or not key or len(key) > _LONGEST_ID:
            mistakes.append(Mistake(file, found.line([key]), "an id is a text of 1 to 320 characters."))
            continue
        try:
            document = section.model.model_validate_json(json.dumps(value, default=_plain))
            found.documents[key] = document.model_dump(mode="json")
        except ValidationError as error:
            for each in error.errors(include_url=False, include_context=False):
                path = [key, *each["loc"]]
                field = ".".join(str(part) for part in each["loc"])
                sentence = f"{key}{': ' + field if field else ''}: {each['msg'].removeprefix('Value error, ')}."
                mistakes.append(Mistake(file, found.line(path), sentence))
        except (TypeError, ValueError, RecursionError):
            mistakes.append(Mistake(file, found.line([key]), f"{key}: this holds what no setting can be."))
    if mistakes:
        raise Mistakes(mistakes)
    return found


def write(section: Section, documents: Mapping[str, Document], present: str | None = None) -> str:
    """The file's text, in a stable order. Comments and order of a `present` text stay where its keys do."""
    tree = CommentedMap()
    if present is not None:
        try:
            tree = _parsed(section.name + SUFFIX, present)
        except Mistakes:
            tree = CommentedMap()
    _merge(tree, {key: documents[key] for key in sorted(documents)})
    if not tree:
        return f"# {section.title}: none.\n{{}}\n"
    if present is None:
        tree.yaml_set_start_comment(section.title)
    stream = io.StringIO()
    _yaml().dump(tree, stream)
    return stream.getvalue()


def rewritten(name: str, text: str, present: str) -> str:
    """A text that was made elsewhere, with the comments and the order of the `present` one."""
    try:
        tree, wanted = _parsed(name, present), _parsed(name, text)
    except Mistakes:
        return text
    _merge(tree, json.loads(json.dumps(wanted, default=_plain)))
    if not tree:
        return text
    stream = io.StringIO()
    _yaml().dump(tree, stream)
    return stream.getvalue()


def _merge(tree: CommentedMap, wanted: Mapping[str, Any]) -> None:
    for key in [key for key in tree if key not in wanted]:
        del tree[key]
    for key, value in wanted.items():
        present = tree.get(key)
        if isinstance(present, CommentedMap) and isinstance(value, Mapping) and value:
            _merge(present, value)
        elif key not in tree or json.dumps(present, default=_plain) != json.dumps(value):
            tree[key] = value


def _parsed(file: str, text: str) -> CommentedMap:
    if len(text) > MAX_BYTES:
        raise Mistakes([Mistake(file, 0, f"the file is longer than {MAX_BYTES // 2**20} MiB.")])
    try:
        tree = _yaml().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Mistakes(
            [Mistake(file, mark.line + 1 if mark is not None else 0, f"{error.problem or 'this is no YAML'}.")]
        ) from None
    except (YAMLError, ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError) as error:
        # ruamel's scanner raises bare Python errors on some malformed directives and escapes.
        raise Mistakes([Mistake(file, 0, f"this is not readable as YAML ({error}).")]) from None
    if tree is None:
        return CommentedMap()
    if not isinstance(tree, CommentedMap):
        raise Mistakes([Mistake(file, 1, "the file must hold documents by their ids, as `sales:` with fields below.")])
    return tree


def _yaml() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.width = _WIDTH
    yaml.allow_unicode = True
    yaml.default_flow_style = False
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _plain(value: Any) -> Any:
    """What YAML knows and JSON does not: dates. Everything else is refused."""
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
