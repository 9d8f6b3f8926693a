"""Pydantic's findings in the words of a flow's author."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from contactcenter.flows import followups, hours, model
from contactcenter.flows.parts import MusicPrompt
from contactcenter.flows.problems import did_you_mean
from contactcenter.flows.source import Node, find

_COMPARED = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_KINDS_OF_VALUE = {
    "string_type": "a text",
    "bool_parsing": "`true` or `false`",
    "bool_type": "`true` or `false`",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}


def explain(detail: ErrorDetails, root: Node) -> tuple[str, str, bool]:
    """Message, hint, and whether it is the key (not its value) that is wrong."""
    kind = detail["type"]
    path: tuple[Any, ...] = detail["loc"]
    context = detail.get("ctx", {})
    last = str(path[-1]) if path else ""
    if kind == "flow":
        return context["message"], context["hint"], last == "[key]"
    if kind == "extra_forbidden":
        return _unknown_key(path, root)
    if kind == "missing":
        return f"`{last}` is missing here", _missing_hint(last, path), True
    if kind.startswith("union_tag"):
        return _no_step_kind(path, root)
    if kind in _KINDS_OF_VALUE:
        return f"`{_named(path)}` must be {_KINDS_OF_VALUE[kind]}", _value_hint(path, root), False
    if kind in _COMPARED:
        key, words = _COMPARED[kind]
        return f"`{_named(path)}` must be {words} {context[key]:g}", "", False
    if kind == "literal_error":
        return f"`{_named(path)}` must be {context['expected'].replace(chr(39), '`')}", "", False
    if kind == "string_pattern_mismatch":
        on_key = last == "[key]"
        return (
            f"`{find_text(path, root)}` is no name",
            "a name begins with a letter: letters, digits, `_` and `-`",
            on_key,
        )
    if kind in ("too_short", "string_too_short"):
        return f"`{_named(path)}` is empty", "", False
    if kind == "string_too_long":
        return f"`{_named(path)}` is longer than {context['max_length']} characters", "", False
    return f"`{_named(path)}`: {detail['msg']}", "", False


def find_text(path: tuple[Any, ...], root: Node) -> str:
    if path and path[-1] == "[key]":
        return str(path[-2])
    return find(root, path).text


def _named(path: tuple[Any, ...]) -> str:
    words = [str(part) for part in path if isinstance(part, str) and part[:1] not in "<[" and part not in _INNER]
    return words[-1] if words else "the flow"


# Parts of a path that pydantic knows and the text does not have.
_INNER = frozenset({"items", "bool", "PromptItems"})


def _value_hint(path: tuple[Any, ...], root: Node) -> str:
    node = find(root, path)
    if node.kind == "scalar" and not node.quoted and node.text == "":
        return "nothing is written here"
    return _brace_hint(node)


def _brace_hint(node: Node) -> str:
    """YAML takes an unquoted `{name}` for a mapping with a key and no value."""
    if node.kind == "map" and len(node.entries) == 1:
        key, value = node.entries[0]
        if value.kind == "scalar" and value.text == "" and not value.quoted:
            return f'a text that begins with a brace needs quotes: "{{{key.text}}}"'
    return ""


def _missing_hint(key: str, path: tuple[Any, ...]) -> str:
    return {
        "next": "name the step that follows",
        "on_failure": "name the step for a caller who presses nothing, or nothing valid",
        "else": "name the step for when no `when` holds",
        "flow": "begin the file with `flow: its_name`",
        "start": "name the first step, as in `start: welcome`",
        "steps": "write the steps below `steps:`",
        "label": "say what agents shall see, as in `label: Customer number`",
        "into": "name the data the digits go into, as in `into: customer_number`",
        "choices": 'as in `choices: {"1": {label: Sales, next: sales}}`',
        "timezone": "as in `timezone: Europe/Berlin`",
        "to": "say who gets it, as in `to: {team: service}` or `to: {mail: office@example.com}`",
        "subject": "say in a line what it is about",
        "kind": "say what is asked for, as in `kind: recording`",
        "prompt": "write what the caller shall hear",
        "id": 'the agent\'s id, mostly from data, as in `id: "{agent}"`',
    }.get(key, "")


def _no_step_kind(path: tuple[Any, ...], root: Node) -> tuple[str, str, bool]:
    node = find(root, path)
    name = str(path[-1])
    known = ", ".join(f"`{kind}`" for kind in model.KINDS)
    if node.kind != "map":
        return f"the step `{name}` is no mapping", f"a step has one of {known}", False
    present = [key for key in node.key_texts() if key in model.KINDS]
    if len(present) > 1:
        both = " and ".join(f"`{key}`" for key in present)
        return f"the step `{name}` has {both}", "a step does one thing: make two steps", True
    hints = (did_you_mean(key, model.KINDS, otherwise="-") for key in node.key_texts())
    near = next((hint for hint in hints if hint.startswith("did")), "")
    return f"the step `{name}` does nothing", near or f"write one of {known}", True


_MODELS: dict[str, type[BaseModel]] = {
    "<say>": model.SayStep,
    "<menu>": model.MenuStep,
    "<collect>": model.CollectStep,
    "<branch>": model.BranchStep,
    "<set>": model.SetStep,
    "<queue>": model.QueueStep,
    "<hangup>": model.HangupStep,
    "items": model.PromptItem,
    "music": MusicPrompt,
    "menu": model.Menu,
    "choices": model.Choice,
    "collect": model.Collect,
    "branch": model.Way,
    "when": model.Condition,
    "data": model.Test,
    "all": model.Condition,
    "any": model.Condition,
    "not": model.Condition,
    "queue": model.Queue,
    "agent": model.PreferredAgent,
    "announce": model.Announce,
    "hangup": model.Hangup,
    "keys": model.WaitingKey,
    "<voicemail>": followups.VoicemailStep,
    "<callback>": followups.CallbackStep,
    "<transfer>": followups.TransferStep,
    "<message>": followups.MessageStep,
    "<ticket>": followups.TicketStep,
    "<consent>": followups.ConsentStep,
    "voicemail": followups.Voicemail,
    "callback": followups.Callback,
    "transfer": followups.Transfer,
    "message": followups.Message,
    "to": followups.Receiver,
    "ticket": followups.Ticket,
    "consent": followups.Consent,
    "hours": hours.OpeningHours,
    "<calendar>": hours.StoredHours,
    "open": hours.WeeklySpan,
    "holidays": hours.SpecialDay,
}


def _unknown_key(path: tuple[Any, ...], root: Node) -> tuple[str, str, bool]:
    key = str(path[-1])
    allowed = _allowed_keys(path[:-1])
    elsewhere = _brace_hint(find(root, path[:-1])) or _belongs_elsewhere(key, path)
    return f"unknown key `{key}`", elsewhere or did_you_mean(key, allowed, otherwise=_listing(allowed)), True


def _listing(allowed: list[str]) -> str:
    return "known here: " + ", ".join(f"`{name}`" for name in allowed)


def _allowed_keys(parents: tuple[Any, ...]) -> list[str]:
    for part in reversed(parents):
        if part == "<hours>":
            return [*_keys(hours.OpeningHours), *_keys(hours.StoredHours)]
        if isinstance(part, str) and part in _MODELS:
            return _keys(_MODELS[part])
    return _keys(model.Flow)


def _keys(of: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in of.model_fields.items()]


_FOLLOW_UPS = ("voicemail", "callback", "transfer", "message", "ticket", "consent")


def _belongs_elsewhere(key: str, path: tuple[Any, ...]) -> str:
    inside = path[-2] if len(path) > 1 else None
    if inside in ("menu", "collect") and key in ("on_failure", "next"):
        return f"`{key}` belongs beside `{inside}`, not inside it"
    if inside in _FOLLOW_UPS and key in ("next", "on_failure", "on_busy", "on_no_answer"):
        return f"`{key}` belongs beside `{inside}`, not inside it"
    if inside == "queue" and key in ("on", *model.QUEUE_WAYS):
        return f"`{key}` belongs beside `queue`, not inside it"
    if inside == "<menu>" and key == "next":
        return "each choice of a menu has its own `next`"
    if inside == "<queue>" and key == "next":
        return "a queue leads to an agent; `on_max_wait`, `on_closed` and `on_failure` name steps for when it does not"
    if inside == "<hangup>" and key in ("next", "say"):
        return "nothing follows a hangup" if key == "next" else "`say` goes inside: `hangup: {say: …}`"
    if inside == "<transfer>" and key == "next":
        return (
            "who is put through does not come back; `on_busy`, `on_no_answer` and `on_failure` name steps for the rest"
        )
    beside = ("<menu>", "<collect>", "<queue>", *(f"<{kind}>" for kind in _FOLLOW_UPS))
    if inside in beside and key in _keys(_MODELS[str(inside)[1:-1]]):
        return f"`{key}` belongs inside `{str(inside)[1:-1]}`"
    return ""
