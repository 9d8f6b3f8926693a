"""A row for every table that one version of the schema brings, as portable SQL, for the tests of migrations.

    PYTHONPATH=. python tools/schema_rows.py 0016 > tests/fixtures/schemas/0016.sql

Made once for a version that is released, and not changed any more: it stands for data from then.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, inspect, make_url, types

from contactcenter.storage import migrations
from contactcenter.storage.database import create_engine

MOMENT = "2026-01-02 03:04:05.000000"
_SKILL = [{"type": "skill", "skill": "skills-id", "level": 2}]
# What programs read back has to be what they write: words of their own, and documents of a shape.
WORDS: dict[str, Any] = {
    "agent_profiles.device": "browser",
    "calendars.zone": "Europe/Berlin",
    "calendars.weekly": [{"day": 0, "start": "08:00", "end": "17:00"}],
    "customer_fields.type": "text",
    "customer_identities.kind": "phone",
    "customer_identities.value": "+493023125000",
    "customer_segments.filter": {"vip": True},
    "customers.kind": "person",
    "customers.timezone": "Europe/Berlin",
    "customers.language": "de",
    "customers.root_id": "customers-id",
    "identity_providers.kind": "oidc",
    "identity_providers.settings": {
        "name": "Directory",
        "kind": "oidc",
        "oidc": {"issuer": "https://id.example.com", "client_id": "house"},
    },
    "trunks.settings": {
        "name": "Trunk",
        "kind": "by-address",
        "host": "sip.example.com",
        "addresses": ["192.0.2.1"],
    },
    "interactions.channel": "voice",
    "interactions.direction": "in",
    "interactions.outcome": "handled",
    "interactions.state": "ended",
    "legal_holds.filter": {},
    "queues.strategy": "longest-idle",
    "queues.required_skills": _SKILL,
    "queues.ring_timeout_s": 20,
    "queues.wrap_up_s": 60,
    "queues.service_level_goal": 0.8,
    "ticket_fields.type": "text",
    "ticket_deliveries.body": "{}",
    "ticket_deliveries.state": "done",
    "ticket_rule_runs.event": "made",
    "ticket_rule_runs.outcome": "done",
    "ticket_rules.document": {
        "events": ["made"],
        "became": [],
        "clock": None,
        "timer": None,
        "conditions": {"all": [], "any": []},
        "actions": [{"do": "tags", "add": ["seen"], "remove": []}],
    },
    "ticket_macros.actions": [{"do": "tags", "add": ["seen"], "remove": []}],
    "ticket_sla_policies.conditions": {},
    "ticket_states.state_class": "open",
    "tickets.state_class": "open",
    "retention_rules.kind": "recordings",
    "retention_rules.queue_id": "queues-id",
    "roles.permissions": ["customers.view"],
    "routing_profiles.channels": {},
    "routing_settings.name": "order",
    "routing_settings.value": "priority",
    "user_roles.role": "agent",
    "users.email": "anna@example.com",
    "users.role": "agent",
}
OBJECTS = {
    "counts",
    "data",
    "document",
    "done",
    "fields",
    "filter",
    "settings",
    "sla",
    "targets",
    "changed",
}
SKIPPED = ("alembic_version", "data_keys", "sqlite_sequence", "user_roles")
"""Keys are made with a master key, and a wrapped one of another house opens nothing. Roles were made of users."""


def value_of(table: Table, column: Any, present: dict[str, Any]) -> Any:
    name = f"{table.name}.{column.name}"
    if name in WORDS:
        return WORDS[name]
    for key in column.foreign_keys:
        target = key.target_fullname
        # What may be empty is, where the row it would name comes later or is itself.
        return present.get(target, None if column.nullable else present[target])
    if column.nullable and not isinstance(column.type, types.String | types.JSON | types.DateTime):
        return None
    if column.nullable and column.name.endswith(("_id", "_at", "retired", "removed", "undone", "merged_into", "noted")):
        return None
    if isinstance(column.type, types.JSON):
        return None if column.nullable else {} if column.name in OBJECTS else []
    if isinstance(column.type, types.Boolean):
        return False
    if isinstance(column.type, types.DateTime):
        return MOMENT
    if isinstance(column.type, types.LargeBinary):
        return bytes.fromhex("00ff")
    if isinstance(column.type, types.Integer | types.Numeric | types.Float):
        return 1
    return f"{table.name}-{column.name}"[: getattr(column.type, "length", None) or 64]


def literal(value: Any, column: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(column.type, types.JSON):
        value = json.dumps(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    return "'" + str(value).replace("'", "''") + "'"


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def statements(connection: Connection, known: set[str]) -> list[str]:
    """`known`: tables that were there before, and have their rows."""
    metadata = MetaData()
    metadata.reflect(connection)
    found: list[str] = []
    present: dict[str, Any] = {}
    for table in metadata.sorted_tables:
        if table.name in SKIPPED or "_search" in table.name:
            continue
        values = {column.name: value_of(table, column, present) for column in table.columns}
        present |= {f"{table.name}.{name}": value for name, value in values.items() if value is not None}
        if table.name in known:
            continue
        # Some names are words of SQL.
        names = ", ".join(f'"{name}"' for name in values)
        told = ", ".join(literal(values[column.name], column) for column in table.columns)
        found.append(f"INSERT INTO {table.name} ({names}) VALUES ({told});")  # noqa: S608 - made here
    return found


async def run(version: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'schema.db'}"
        engine = create_engine(make_url(url))
        known: set[str] = set()
        try:
            if before := migrations.versions()[: migrations.versions().index(version)]:
                await migrations.upgrade(url, before[-1])
                async with engine.connect() as connection:
                    known = await connection.run_sync(tables)
            await migrations.upgrade(url, version)
            async with engine.connect() as connection:
                return await connection.run_sync(statements, known)
        finally:
            await engine.dispose()


if __name__ == "__main__":
    sys.stdout.write("\n".join(asyncio.run(run(sys.argv[1]))) + "\n")
