from __future__ import annotations

import json
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, make_url, text

import contactcenter.agents.models
import contactcenter.audit.models
import contactcenter.branding.models
import contactcenter.calls.models
import contactcenter.customers.models
import contactcenter.first_run.models
import contactcenter.flows.models
import contactcenter.identity.models
import contactcenter.identity.sign_in_models
import contactcenter.identity.sso.models
import contactcenter.interactions.models
import contactcenter.mail.models
import contactcenter.notifications.models
import contactcenter.portal.models
import contactcenter.privacy.models
import contactcenter.prompts.models
import contactcenter.queues.models
import contactcenter.templates.models
import contactcenter.tickets.automation.models
import contactcenter.tickets.bulk_models
import contactcenter.tickets.importing.models
import contactcenter.tickets.models
import contactcenter.tickets.notices_models
import contactcenter.tickets.planned.models
import contactcenter.tickets.setup_models
import contactcenter.tickets.side_models
import contactcenter.tickets.suggesting.models
import contactcenter.trunks.models
import contactcenter.vault.models  # noqa: F401 - their tables belong to the metadata
from contactcenter.storage import migrations
from contactcenter.storage.base import Base
from contactcenter.storage.database import create_engine

pytestmark = pytest.mark.usefixtures("real_migrations")


def _modelled(name: str) -> bool:
    """Full-text indexes and the tables in which FTS5 keeps them stand outside the models."""
    return "_search" not in name


def _differences(connection: Connection) -> list[Any]:
    options = {
        "compare_type": True,
        "compare_server_default": True,
        "include_name": lambda name, kind, _parents: kind != "table" or _modelled(name or ""),
    }
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


async def test_models_and_migrations_agree(url: str) -> None:
    await migrations.upgrade(url)
    engine = create_engine(make_url(url))
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(_differences) == []
            names = set(await connection.run_sync(lambda c: inspect(c).get_table_names()))
    finally:
        await engine.dispose()
    assert {name for name in names if _modelled(name)} == set(Base.metadata.tables) | {"alembic_version"}


async def test_upgrade_tells_versions_and_repeats(url: str) -> None:
    assert await migrations.current(url) is None
    await migrations.upgrade(url)
    assert await migrations.current(url) == migrations.head()
    await migrations.upgrade(url)
    assert await migrations.current(url) == migrations.head()


def _to_first(connection: Connection) -> None:
    command.upgrade(migrations._config(connection), "0001")


_BEFORE = """
INSERT INTO users VALUES ('u1', 'a@example.com', 'A', 'agent', 'x', '2026-01-01 00:00:00', NULL)
INSERT INTO skills VALUES ('english', 'English'), ('billing', 'Billing')
INSERT INTO queues VALUES ('help', 'Help', 'longest-idle', 20, 60, true, NULL, NULL, 20, 0.8, 0, 1)
INSERT INTO queues VALUES ('sales', 'Sales', 'round-robin', 11, 22, false, 33, 'help', 44, 0.9, 5, 2)
INSERT INTO queues VALUES ('vip', 'VIP', 'longest-idle', 20, 60, true, 99, NULL, 20, 0.8, 0, 3)
INSERT INTO queues VALUES ('odd', 'Odd', 'longest-idle', 20, 60, true, NULL, 'help', 20, 0.8, 0, 4)
INSERT INTO queue_skills VALUES ('sales', 'english', 2), ('sales', 'billing', 4)
INSERT INTO queue_members VALUES ('sales', 'u1')
INSERT INTO agent_profiles VALUES ('u1', 'sip', 3)
INSERT INTO dispositions VALUES ('sold', 'Sold', NULL, 'sales', 0)
INSERT INTO pause_reasons VALUES ('lunch', 'Lunch', false, 1)
"""


def _rows(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    tables = ("users", "queues", "queue_members", "agent_profiles", "dispositions", "pause_reasons")
    return {
        table: [dict(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")).mappings()]
        for table in tables
    }


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


async def test_the_second_version_keeps_what_was_set_up(url: str) -> None:
    engine = create_engine(make_url(url))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_to_first)
            for statement in _BEFORE.strip().splitlines():
                await connection.execute(text(statement))
        await migrations.upgrade(url)
        async with engine.connect() as connection:
            rows = await connection.run_sync(_rows)
    finally:
        await engine.dispose()
    queues = {row["id"]: row for row in rows["queues"]}
    assert set(queues) == {"help", "sales", "vip", "odd"}
    sales = queues["sales"]
    kept = ("name", "strategy", "ring_timeout_s", "wrap_up_s", "service_level_target_s", "service_level_goal", "weight")
    assert [sales[name] for name in kept] == ["Sales", "round-robin", 11, 22, 44, 0.9, 5]
    assert not sales["wrap_up_forced"]
    assert _json(sales["required_skills"]) == [
        {"type": "skill", "skill": "billing", "level": 4},
        {"type": "skill", "skill": "english", "level": 2},
    ]
    rule = {"cause": "max-wait", "to": {"kind": "queue", "value": "help"}, "limit": 33, "absent": []}
    assert _json(sales["overflow"]) == [rule]
    assert _json(queues["vip"]["overflow"]) == [rule | {"to": {"kind": "leave", "value": None}, "limit": 99}]
    assert _json(queues["odd"]["overflow"]) == _json(queues["help"]["overflow"]) == []
    new = ("refusal_lapse_s", "ring_next_s", "fair_window_s", "cost", "tier_delay_s", "calendar_id")
    assert [sales[name] for name in new] == [30, 10, 3600, 1, None, None]
    assert (_json(sales["relax"]), bool(sales["keeps_clock"])) == ([], True)
    member = {"queue_id": "sales", "user_id": "u1", "tier": 1, "position": 0, "weight": 1}
    assert rows["queue_members"] == [member]
    assert rows["agent_profiles"] == [
        {"user_id": "u1", "device": "sip", "misses_before_not_responding": 3, "profile_id": None}
    ]
    assert [row["queue_id"] for row in rows["dispositions"]] == ["sales"]
    assert not rows["pause_reasons"][0]["occupancy"]
