"""The document describes the server that runs: its structure holds, and real answers fit the schemas it gives."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contactcenter.app import App
from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.storage.journal import Insert
from tests.fakes.center import Page, populate, running, settings

Json = dict[str, Any]
KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def mismatches(value: Any, schema: Json, document: Json, where: str = "$") -> list[str]:
    """Where a value breaks a schema, for the keywords that the document uses."""
    if "$ref" in schema:
        return mismatches(value, resolve(schema["$ref"], document), document, where)
    if "anyOf" in schema:
        tries = [mismatches(value, option, document, where) for option in schema["anyOf"]]
        return [] if [] in tries else min(tries, key=len)
    kind = schema.get("type")
    if kind is not None and (not isinstance(value, KINDS[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return [f"{where}: {value!r} is no {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is not allowed"]
    if schema.get("format") == "date-time" and not re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
        return [f"{where}: {value!r} is no moment in UTC"]
    found = []
    if isinstance(value, dict) and "properties" in schema:
        found += [f"{where}.{name} is missing" for name in schema.get("required", ()) if name not in value]
        found += [f"{where}.{name} is not documented" for name in value if name not in schema["properties"]]
        for name, inner in schema["properties"].items():
            if name in value:
                found += mismatches(value[name], inner, document, f"{where}.{name}")
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            found += mismatches(item, schema["items"], document, f"{where}[{number}]")
    return found


def resolve(ref: str, document: Json) -> Json:
    place: Any = document
    for part in ref.removeprefix("#/").split("/"):
        place = place[part]
    found: Json = place
    return found


def refs(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for value in node.values() for ref in refs(value)]
    return [ref for item in node for ref in refs(item)] if isinstance(node, list) else []


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        now = datetime.now(UTC)
        values: Json = {
            "id": "call",
            "channel": "voice",
            "direction": "in",
            "state": "ended",
            "outcome": "handled",
            "caller_address": "+4930",
            "queue_id": "sales",
            "agent_id": "anna",
            "disposition_id": "sold",
            "note": "Two.",
            "data": [{"label": "Number", "value": "42"}],
            "started_at": now,
            "queued_at": now,
            "answered_at": now,
            "ended_at": now,
            "wait_s": 1.5,
            "talk_s": 2.0,
            "recording": {"path": "x.wav", "duration_s": 2.0, "segments": [[0, 0.0, 1.0]]},
        }
        app.journal.append(Insert(Interaction, values))
        event: Json = {"interaction_id": "call", "sequence": 0, "at": now, "type": "recording.started", "data": {}}
        app.journal.append(Insert(InteractionEvent, event))
        yield app


async def test_the_document_is_whole(center: App) -> None:
    async with Page(center, "sue") as sue:
        document = await sue.get("/api/v1/openapi.json")
    assert document["openapi"].startswith("3.1.")
    assert document["info"].keys() >= {"title", "version"}
    for ref in refs(document):
        resolve(ref, document)
    names = []
    for path, operations in document["paths"].items():
        assert path.startswith("/")
        for method, operation in operations.items():
            assert method in {"get", "post", "put", "patch", "delete"}
            names.append(operation["operationId"])
            assert operation["summary"]
            assert all(re.fullmatch(r"[1-5]\d\d", status) for status in operation["responses"])
            assert all(response["description"] for response in operation["responses"].values())
            in_path = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
            assert in_path == set(re.findall(r"{(\w+)}", path))
            for scheme in operation.get("security", ()):
                assert scheme.keys() <= document["components"]["securitySchemes"].keys()
    assert len(names) == len(set(names))


async def test_answers_fit_their_schemas(center: App) -> None:
    paths = {
        "/api/v1/session": "",
        "/api/v1/queues": "",
        "/api/v1/dispositions": "",
        "/api/v1/pause-reasons": "",
        "/api/v1/agents": "",
        "/api/v1/system": "",
        "/api/v1/interactions": "?limit=1",
        "/api/v1/interactions/{id}": "",
        "/healthz": "",
        "/readyz": "",
    }
    async with Page(center, "sue") as sue:
        document = await sue.get("/api/v1/openapi.json")
        for path, query in paths.items():
            answer = await sue.get(path.replace("{id}", "call") + query)
            schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            assert mismatches(answer, schema, document) == [], path
        status, body = await sue.fetch("/api/v1/interactions/none")
        assert status == 404
        problem = document["paths"]["/api/v1/interactions/{id}"]["get"]["responses"]["404"]["content"]
        assert mismatches(json.loads(body), problem["application/problem+json"]["schema"], document) == []


def test_the_checker_finds_what_does_not_fit() -> None:
    inner = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    schema: Json = {"type": "object", "properties": {"a": inner}, "required": ["a"]}
    assert mismatches({"a": None}, schema, {}) == []
    bad: list[Any] = [{}, {"a": "x"}, {"a": True}, {"a": 1, "b": 2}, []]
    for wrong in bad:
        assert mismatches(wrong, schema, {}), wrong
