"""Settings from `config.toml`, overridden by `CC_<SECTION>_<KEY>` in the environment. Every error is a sentence."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_origin

from pydantic import (
    SecretStr,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import ErrorDetails

from contactcenter.config import SECTIONS, Config, ConfigError


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """The settings of `path` (None: the defaults) with `environ` laid over them.

    Raises ConfigError with one sentence per mistake.
    """
    source = str(path) if path else "the defaults"
    data = _read(path) if path else {}
    problems = _unknown_keys(data, source)
    overrides, names = _from_environment(environ, problems)
    if problems:
        raise ConfigError("\n".join(problems))
    for (section, key), value in overrides.items():
        data.setdefault(section, {})[key] = value
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        sentences = [_sentence(detail, source, names) for detail in error.errors()]
        raise ConfigError("\n".join(sentences)) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}.") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}.") from None


def _unknown_keys(data: Mapping[str, Any], source: str) -> list[str]:
    problems = []
    for section, values in data.items():
        if section not in SECTIONS:
            kind = f"section [{section}]" if isinstance(values, dict) else f'key "{section}" outside any section'
            problems.append(
                f"{source}: unknown {kind}.{_guess(section, SECTIONS)} Allowed sections: {_list(SECTIONS)}."
            )
            continue
        if not isinstance(values, dict):
            problems.append(f"{source}: [{section}] must be a section with keys, but is {_given(values)}.")
            continue
        allowed = SECTIONS[section].model_fields
        problems += [
            f'{source}: unknown key "{key}" in [{section}].{_guess(key, allowed)} Allowed keys: {_list(allowed)}.'
            for key in values
            if key not in allowed
        ]
    return problems


def _from_environment(
    environ: Mapping[str, str], problems: list[str]
) -> tuple[dict[tuple[str, str], Any], dict[tuple[str, str], str]]:
    """Values of the `CC_…` variables, and which variable each came from; mistakes are added to `problems`."""
    values: dict[tuple[str, str], Any] = {}
    names: dict[tuple[str, str], str] = {}
    for name in sorted(environ):
        if not name.startswith("CC_") or name != name.upper():
            continue
        section, _, key = name.removeprefix("CC_").lower().partition("_")
        if section not in SECTIONS:
            # Compilers own the CC_ prefix too: only what looks like one of ours is an error.
            if key and (close := difflib.get_close_matches(section, SECTIONS, 1, 0.7)):
                guess = f"CC_{close[0]}_{key}".upper()
                problems.append(f"Environment variable {name}: unknown section [{section}]. Did you mean {guess}?")
            continue
        fields = SECTIONS[section].model_fields
        if key not in fields:
            problems.append(
                f'Environment variable {name}: unknown key "{key}" in [{section}].{_guess(key, fields)} '
                f"Allowed keys: {_list(fields)}."
            )
            continue
        values[section, key] = _coerce(environ[name], fields[key].annotation)
        names[section, key] = name
    return values, names


def _coerce(text: str, annotation: Any) -> Any:
    """The text as the field's plain type; as it is when it does not fit, so that validation says what was expected."""
    if get_origin(annotation) is list:
        return [part.strip() for part in text.split(",") if part.strip()]
    if annotation in (int, float, bool):
        try:
            return TypeAdapter(annotation).validate_python(text, strict=False)
        except ValidationError:
            return text
    return text


_EXPECTED = {
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "path_type": "a path",
    "greater_than_equal": "a number of at least {ge}",
    "greater_than": "a number above {gt}",
    "less_than_equal": "a number of at most {le}",
    "literal_error": "one of {expected}",
}


def _sentence(detail: ErrorDetails, source: str, names: Mapping[tuple[str, str], str]) -> str:
    location = [str(part) for part in detail["loc"]]
    text = str(detail.get("ctx", {}).get("error", detail["msg"]))
    if not location:
        # A rule across sections names them itself.
        return f"{source}: {text}."
    section, key = location[0], location[1] if len(location) > 1 else ""
    if not key:
        origin = ", ".join(name for (part, _), name in names.items() if part == section) or source
        return f"{origin}: [{section}] {text}."
    where = f"Environment variable {names[section, key]}" if (section, key) in names else source
    item = f", item {location[2]}" if len(location) > 2 else ""
    secret = SECTIONS[section].model_fields[key].annotation is SecretStr
    expected = _EXPECTED.get(detail["type"], "").format(**detail.get("ctx", {})) or detail["msg"]
    given = "something else" if secret else _given(detail["input"])
    return f'{where}: "{key}" in [{section}]{item} must be {expected}, but is {given}.'


def _given(value: Any) -> str:
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, str):
        return f'the text "{value}"'
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a section"
    return f"the {type(value).__name__} {value}"


def _guess(name: str, allowed: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(name, allowed, 1, 0.6)
    return f' Did you mean "{close[0]}"?' if close else ""


def _list(allowed: Mapping[str, Any]) -> str:
    return ", ".join(allowed)
