"""YAML text as a tree that knows where each key and value stands.

Scalars keep the text as written: `007` stays `007`, `08:00` is no number, and whether a text is a number or a truth
value is decided by the model's field. Built from parser events with a stack, so deep nesting cannot overflow ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

MAX_BYTES = 256 * 1024
MAX_NODES = 20_000
MAX_DEPTH = 24
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class SourceError(Exception):
    """The text is no YAML this language reads. Position counts from 1."""

    def __init__(self, line: int, column: int, message: str, hint: str = "") -> None:
        self.line, self.column, self.message, self.hint = line, column, message, hint
        super().__init__(message)


@dataclass(slots=True, eq=False)
class Node:
    kind: Literal["map", "list", "scalar"]
    line: int
    column: int
    end_line: int
    text: str = ""
    quoted: bool = False
    entries: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    # Nodes below, aliases counted as often as they are used: what the text would unfold to.
    size: int = 1

    def entry(self, key: str) -> tuple[Node, Node] | None:
        return next((pair for pair in self.entries if pair[0].text == key), None)

    def key_texts(self) -> list[str]:
        return [key.text for key, _ in self.entries]


@dataclass(slots=True)
class _Open:
    node: Node
    anchor: str | None
    key: Node | None = None


def decode(raw: bytes) -> str:
    """The text of a flow file. Raises SourceError when it is too large or not UTF-8."""
    if len(raw) > MAX_BYTES:
        raise SourceError(1, 1, f"the file has {len(raw)} bytes; a flow may have {MAX_BYTES}", "split it into flows")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise SourceError(
            before.count(b"\n") + 1, column, "the file is not UTF-8 text", "save it with the encoding UTF-8"
        ) from error


def parse(text: str) -> Node:
    """The tree of the one document in `text`. Raises SourceError."""
    builder = _Builder()
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        raise _syntax_error(text, error) from error
    except ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        column = len(before) - (before.rfind("\n") + 1) + 1
        raise SourceError(
            before.count("\n") + 1, column, "a character here is not allowed in YAML", "delete the control character"
        ) from error
    except (YAMLError, ValueError, LookupError, AttributeError, TypeError, AssertionError) as error:
        # ruamel's scanner raises bare Python errors on some malformed directives and escapes.
        raise SourceError(1, 1, f"the file is not readable as YAML ({error})") from error
    if builder.root is None:
        raise SourceError(1, 1, "the file is empty", "a flow begins with `flow: its_name`")
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._documents = 0

    def take(self, event: Any) -> None:
        line, column = _position(event)
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise SourceError(
                    line, column, "a second YAML document begins here", "one flow to a file: remove `---`"
                )
        elif isinstance(event, AliasEvent):
            self._add(self._aliased(event, line, column))
        elif isinstance(event, CollectionEndEvent):
            self._close(event)
        elif isinstance(event, NodeEvent):
            self._node(event, line, column)

    def _node(self, event: Any, line: int, column: int) -> None:
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            raise SourceError(line, column, f"the tag `{tag}` is not used in flows", "remove it")
        if isinstance(event, ScalarEvent):
            quoted = event.style is not None
            node = Node("scalar", line, column, event.end_mark.line + 1, text=event.value, quoted=quoted)
            if event.anchor:
                self._anchors[event.anchor] = node
            self._add(node)
            return
        if len(self._open) >= MAX_DEPTH:
            raise SourceError(line, column, f"nested deeper than {MAX_DEPTH} levels")
        assert isinstance(event, MappingStartEvent | SequenceStartEvent)
        kind: Literal["map", "list"] = "map" if isinstance(event, MappingStartEvent) else "list"
        self._open.append(_Open(Node(kind, line, column, line), event.anchor))

    def _aliased(self, event: Any, line: int, column: int) -> Node:
        target = self._anchors.get(event.anchor)
        if target is None:
            raise SourceError(
                line,
                column,
                f"`*{event.anchor}` refers to nothing above it",
                f'to mean the text, write "*{event.anchor}"',
            )
        return target

    def _close(self, event: Any) -> None:
        done = self._open.pop()
        done.node.end_line = event.end_mark.line + 1
        if done.anchor:
            self._anchors[done.anchor] = done.node
        self._add(done.node)

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        top = self._open[-1]
        top.node.size += node.size
        if top.node.size > MAX_NODES:
            raise SourceError(node.line, node.column, f"the file unfolds to more than {MAX_NODES} values")
        if top.node.kind == "list":
            top.node.items.append(node)
        elif top.key is None:
            top.key = _checked_key(node, top.node)
        else:
            top.node.entries.append((top.key, node))
            top.key = None


def _checked_key(key: Node, mapping: Node) -> Node:
    if key.kind != "scalar":
        raise SourceError(
            key.line, key.column, "a key must be a plain word", 'a value that begins with `{` needs quotes: "{name}"'
        )
    if key.text == "<<" and not key.quoted:
        raise SourceError(key.line, key.column, "`<<` merging is not part of YAML 1.2", "write the keys out")
    earlier = mapping.entry(key.text)
    if earlier is not None:
        raise SourceError(
            key.line, key.column, f"`{key.text}` stands here a second time; first on line {earlier[0].line}", "keep one"
        )
    return key


def _position(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _syntax_error(text: str, error: MarkedYAMLError) -> SourceError:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    lines = text.splitlines() or [""]
    here = lines[min(line, len(lines)) - 1]
    indent = here[: len(here) - len(here.lstrip())]
    if "\t" in indent:
        return SourceError(line, indent.index("\t") + 1, "a tab indents this line", "YAML is indented with spaces only")
    problem = " ".join((error.problem or "not readable as YAML").split())
    if "mapping values are not allowed" in problem:
        return SourceError(
            line, column, "a `:` stands where no key can be", "put quotes around a text that contains `: `"
        )
    if here.strip() == "" or line > len(lines):
        line = min(line, len(lines))
    return SourceError(line, column, f"not readable as YAML: {problem}", _syntax_hint(problem, here))


def _syntax_hint(problem: str, here: str) -> str:
    if "undefined alias" in problem or "alphabetic or numeric" in problem:
        return 'to mean the star key, write "*"'
    if "block end" in problem or "block mapping" in problem:
        return "check the indentation: keys of one step stand in one column"
    if "cannot start any token" in problem:
        return "put quotes around a text that begins with this character"
    if "flow mapping" in problem or "flow sequence" in problem:
        return "a `{` or `[` is not closed, or a comma is missing"
    if here.count('"') % 2:
        return "a quotation mark is not closed"
    return ""


def to_plain(node: Node) -> Any:
    """Dicts, lists, texts and None. Only the unquoted words for nothing become None; all else stays text."""
    if node.kind == "scalar":
        return None if not node.quoted and node.text in _NULLS else node.text
    if node.kind == "list":
        return [to_plain(item) for item in node.items]
    return {key.text: to_plain(value) for key, value in node.entries}


@dataclass(frozen=True, slots=True)
class Place:
    line: int
    column: int


def walk(root: Node, path: tuple[str | int, ...], *, on_key: bool = False) -> Place:
    """Where `path` stands. Elements the text does not have are passed over, so the nearest place above is named."""
    key: Node | None = None
    node = root
    for element in path:
        found = _child(node, element)
        if found is not None:
            key, node = found
    at = key if on_key and key is not None else node
    return Place(at.line, at.column)


def find(root: Node, path: tuple[str | int, ...]) -> Node:
    """The nearest node to `path`, found as `walk` does."""
    node = root
    for element in path:
        found = _child(node, element)
        if found is not None:
            node = found[1]
    return node


def _child(node: Node, element: str | int) -> tuple[Node | None, Node] | None:
    if isinstance(element, int):
        return (None, node.items[element]) if node.kind == "list" and element < len(node.items) else None
    return node.entry(element) if node.kind == "map" else None
