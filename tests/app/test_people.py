"""Users, roles and teams over the API of a running server: who may give what, what it opens, and when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from contactcenter.app import App
from contactcenter.interactions.models import Interaction
from contactcenter.permissions import Role
from contactcenter.storage.base import Base
from contactcenter.storage.journal import Insert
from tests.fakes.center import PASSWORD, Page, populate, running, settings
from tests.fakes.waiting import until

CARL: dict[str, Any] = {"email": "Carl@Example.com", "name": "Carl", "roles": [{"role": "agent"}], "teams": []}


class Office:
    """Somebody at the API, signed in as `name`."""

    def __init__(self, app: App) -> None:
        self.app = app
        jar = aiohttp.CookieJar(unsafe=True)
        self.http = aiohttp.ClientSession(f"http://127.0.0.1:{app.http_port}", cookie_jar=jar)

    async def sign_in(self, name: str) -> Office:
        credentials = {"email": f"{name}@example.com", "password": PASSWORD}
        async with self.http.post("/api/v1/session", json=credentials) as response:
            assert response.status == 200
        return self

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        async with self.http.request(method, f"/api/v1{path}", json=body) as response:
            if response.content_type.endswith("json"):
                return response.status, await response.json()
            return response.status, await response.text()

    async def give(self, user_id: str, roles: list[dict[str, Any]], **changes: Any) -> tuple[int, Any]:
        _, user = await self.ask("GET", f"/users/{user_id}")
        body = {"email": user["email"], "name": user["name"], "roles": roles, "teams": [t["id"] for t in user["teams"]]}
        return await self.ask("PUT", f"/users/{user_id}", body | changes)


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD, user_id="ada")
        yield app


@pytest.fixture
async def ada(center: App) -> AsyncIterator[Office]:
    office = Office(center)
    yield await office.sign_in("ada")
    await office.http.close()


@pytest.fixture
async def sue(center: App) -> AsyncIterator[Office]:
    office = Office(center)
    yield await office.sign_in("sue")
    await office.http.close()


async def test_a_user_is_invited_changed_disabled_and_removed(ada: Office) -> None:
    status, carl = await ada.ask("POST", "/users", CARL)
    assert (status, carl["email"], carl["state"]) == (201, "carl@example.com", "invited")
    await ada.app.bus.drain()
    assert ada.app.agents.find(carl["id"]) is not None
    assert (await ada.ask("POST", "/users", CARL))[0] == 409
    _, page = await ada.ask("GET", "/users?q=carl&role=agent&state=invited")
    assert ([user["id"] for user in page["items"]], page["total"]) == ([carl["id"]], 1)
    status, carl = await ada.give(carl["id"], [{"role": "planner"}], name="Carl C.", disabled=True)
    assert (status, carl["name"], carl["state"]) == (200, "Carl C.", "disabled")
    assert await ada.ask("DELETE", f"/users/{carl['id']}") == (204, "")
    assert (await ada.ask("GET", f"/users/{carl['id']}"))[0] == 404
    assert (await ada.ask("GET", "/users?q=carl"))[1]["total"] == 0


async def test_the_list_is_sorted_as_asked(ada: Office) -> None:
    for sort in ("name", "email", "created_at"):
        rows = (await ada.ask("GET", f"/users?sort={sort}"))[1]["items"]
        keys = [row[sort].lower() for row in rows]
        assert len(keys) > 2
        assert keys == sorted(keys)
        back = (await ada.ask("GET", f"/users?sort=-{sort}"))[1]["items"]
        assert [row[sort].lower() for row in back] == keys[::-1]
    assert (await ada.ask("GET", "/users?sort=shoe_size"))[1]["field"] == "sort"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "carl"}, "email"),
        ({"name": " "}, "name"),
        ({"roles": [{"role": "king"}]}, "roles.0.role"),
        ({"roles": [{"role": "agent"}, {"role": "agent"}]}, "roles.1.role"),
        ({"roles": [{"role": "agent", "where": {}}]}, "roles.0.where"),
        ({"roles": [{"role": "agent", "where": {"teams": ["north"]}}]}, "roles.0.where.teams.0"),
        ({"roles": [{"role": "agent", "where": {"queues": ["sales", "sales"]}}]}, "roles.0.where.queues.1"),
        ({"teams": ["north"]}, "teams.0"),
        ({"shoe_size": 44}, "shoe_size"),
    ],
)
async def test_what_cannot_be_is_refused_naming_the_field(ada: Office, change: dict[str, Any], field: str) -> None:
    status, problem = await ada.ask("POST", "/users", CARL | change)
    assert (status, problem["field"]) == (422, field), problem
    assert (await ada.ask("GET", "/users?q=carl"))[1]["total"] == 0


async def test_the_last_administrator_stays(ada: Office) -> None:
    for roles, change in (([{"role": "agent"}], {}), ([{"role": "administrator"}], {"disabled": True})):
        status, problem = await ada.give("ada", roles, **change)
        assert (status, problem["type"]) == (409, "/problems/last-administrator")
    scoped = [{"role": "administrator", "where": {"queues": ["sales"]}}]
    assert (await ada.give("ada", scoped))[0] == 409
    assert (await ada.ask("DELETE", "/users/ada"))[0] == 409
    # An invited one cannot sign in yet.
    await ada.ask("POST", "/users", CARL | {"roles": [{"role": "administrator"}]})
    assert (await ada.give("ada", [{"role": "agent"}]))[0] == 409
    assert (await ada.give("sue", [{"role": "administrator"}]))[0] == 200
    assert (await ada.give("ada", [{"role": "agent"}]))[0] == 200


async def test_nobody_gives_or_takes_what_he_may_not_himself(ada: Office, sue: Office) -> None:
    hr = {"id": "hr", "name": "Human resources", "permissions": ["users.manage", "roles.manage", "teams.manage"]}
    assert (await ada.ask("POST", "/roles", hr))[0] == 201
    assert (await ada.give("sue", [{"role": "hr"}]))[0] == 200
    status, problem = await sue.give("sue", [{"role": "hr"}, {"role": "administrator"}])
    assert (status, problem["field"]) == (403, "roles.1.role")
    assert (await sue.ask("POST", "/users", CARL))[1]["type"] == "/problems/beyond-own-rights"
    assert (await sue.give("ada", [{"role": "administrator"}], email="mine@example.com"))[0] == 403
    assert (await sue.ask("DELETE", "/users/ada"))[0] == 403
    stronger = hr | {"permissions": [*hr["permissions"], "routing.manage"]}
    status, problem = await sue.ask("PUT", "/roles/hr", stronger)
    assert (status, problem["field"]) == (403, "permissions.3")
    assert (await sue.ask("POST", "/roles", {"name": "Copy", "permissions": ["users.manage"]}))[0] == 201


async def test_somebody_is_signed_out_everywhere_and_may_come_back(ada: Office, sue: Office) -> None:
    assert (await sue.ask("GET", "/session"))[0] == 200
    assert (await ada.ask("DELETE", "/users/nobody/sessions"))[0] == 404
    assert (await ada.ask("DELETE", "/users/sue/sessions"))[0] == 204
    assert (await sue.ask("GET", "/session"))[0] == 401
    assert (await ada.ask("DELETE", "/users/ada/sessions"))[0] == 204
    assert (await ada.ask("GET", "/session"))[0] == 200, "where it is asked from stays"
    _, trail = await ada.ask("GET", "/audit?act=session.revoked")
    assert [each["subject"]["id"] for each in trail["items"]] == ["sue"]
    await sue.sign_in("sue")
    assert (await sue.ask("GET", "/session"))[0] == 200


async def test_a_team_on_which_ones_rights_depend_is_for_others_to_fill(ada: Office, sue: Office) -> None:
    assert (await ada.ask("POST", "/teams", {"id": "north", "name": "North", "members": ["anna"]}))[0] == 201
    manage = {"id": "hr", "name": "HR", "permissions": ["teams.manage"]}
    assert (await ada.ask("POST", "/roles", manage))[0] == 201
    north = {"role": "supervisor", "where": {"teams": ["north"]}}
    assert (await ada.give("sue", [{"role": "hr"}, north]))[0] == 200
    more = {"name": "North", "members": ["anna", "ben"]}
    assert (await sue.ask("PUT", "/teams/north", more))[0] == 403
    assert (await sue.ask("POST", "/teams", {"name": "Below", "parent_id": "north"}))[0] == 403
    assert (await ada.ask("PUT", "/teams/north", more))[0] == 200


async def test_roles_are_copied_changed_and_removed_and_count_at_once(ada: Office, sue: Office) -> None:
    _, supervisor = await ada.ask("GET", "/roles/supervisor")
    assert supervisor["ready_made"]
    assert (await ada.ask("PUT", "/roles/supervisor", {"name": "Boss"}))[1]["type"] == "/problems/ready-made-role"
    body = {"name": "Lead", "description": "", "permissions": supervisor["permissions"]}
    status, lead = await ada.ask("POST", "/roles", body)
    assert (status, lead["id"], lead["users"]) == (201, "lead", 0)
    assert (await ada.ask("POST", "/roles", body | {"permissions": ["fly"]}))[1]["field"] == "name"
    assert (await ada.ask("POST", "/roles", body | {"name": "L", "permissions": ["fly"]}))[1][
        "field"
    ] == "permissions.0"
    assert (await ada.give("sue", [{"role": "lead"}]))[0] == 200
    assert (await sue.ask("GET", "/simulations"))[0] == 200
    fewer = [name for name in supervisor["permissions"] if name != "simulations.run"]
    assert (await ada.ask("PUT", "/roles/lead", body | {"permissions": fewer}))[0] == 200
    assert (await sue.ask("GET", "/simulations"))[0] == 403
    assert (await ada.ask("DELETE", "/roles/lead"))[0] == 409
    assert (await ada.give("sue", []))[0] == 200
    assert (await ada.ask("DELETE", "/roles/lead"))[0] == 204


async def test_teams_have_no_circles_and_take_their_scopes_with_them(ada: Office) -> None:
    assert (await ada.ask("POST", "/teams", {"name": "North", "leader_id": "sue"}))[0] == 201
    assert (await ada.ask("POST", "/teams", {"name": "Harbour", "parent_id": "north", "members": ["anna"]}))[0] == 201
    _, problem = await ada.ask("PUT", "/teams/north", {"name": "North", "parent_id": "harbour"})
    assert problem["field"] == "parent_id"
    _, problem = await ada.ask("PUT", "/teams/north", {"name": "North", "members": ["anna", "nobody"]})
    assert problem["field"] == "members.1"
    await ada.give("sue", [{"role": "supervisor", "where": {"teams": ["north"]}}])
    assert await ada.ask("DELETE", "/teams/north") == (204, "")
    _, sue = await ada.ask("GET", "/users/sue")
    assert sue["roles"][0]["where"] == {"teams": [], "queues": []}
    _, harbour = await ada.ask("GET", "/teams/harbour")
    assert harbour["parent_id"] is None


def interaction(name: str, queue: str, agent: str | None) -> Insert:
    values: dict[str, Any] = {
        "id": name,
        "channel": "voice",
        "direction": "in",
        "state": "ended",
        "caller_address": "+4930",
        "queue_id": queue,
        "agent_id": agent,
        "started_at": datetime(2026, 5, 4, tzinfo=UTC),
        "data": [],
        "note": "",
    }
    return Insert(Interaction, values)


async def test_a_supervisor_of_a_team_or_queue_sees_and_acts_on_that_only(ada: Office, sue: Office) -> None:
    await ada.ask("POST", "/teams", {"id": "north", "name": "North"})
    await ada.ask("POST", "/teams", {"id": "harbour", "name": "Harbour", "parent_id": "north", "members": ["anna"]})
    calls = (("1", "sales", "anna"), ("2", "sales", "ben"), ("3", "help", "anna"), ("4", "help", None))
    for name, queue, agent in calls:
        ada.app.journal.append(interaction(name, queue, agent))

    async def seen() -> set[str]:
        _, page = await sue.ask("GET", "/interactions")
        alone = {name for name in "1234" if (await sue.ask("GET", f"/interactions/{name}"))[0] == 200}
        assert {row["id"] for row in page["items"]} == alone
        return alone

    assert await seen() == {"1", "2", "3", "4"}
    await ada.give("sue", [{"role": "supervisor", "where": {"teams": ["north"]}}])
    assert await seen() == {"1", "3"}
    await ada.give("sue", [{"role": "supervisor", "where": {"queues": ["sales"]}}])
    assert await seen() == {"1", "2"}
    assert (await sue.ask("GET", "/interactions/3/explanation"))[0] == 404
    assert (await sue.ask("GET", "/interactions/3/recording"))[0] == 404
    assert (await sue.ask("GET", "/simulations"))[0] == 403
    await ada.give("sue", [{"role": "supervisor", "where": {"queues": ["sales"], "teams": ["harbour"]}}])
    assert await seen() == {"1", "2", "3"}


async def test_an_open_wallboard_follows_a_change_of_rights(ada: Office) -> None:
    await ada.ask("POST", "/teams", {"id": "north", "name": "North", "members": ["anna"]})
    async with Page(ada.app, "sue") as page:
        await page.subscribe("wallboard")
        assert set(page.rows["queues"]) == {"sales"}
        assert set(page.rows["agents"]) == {"anna", "ben", "dora"}
        await ada.give("sue", [{"role": "supervisor", "where": {"teams": ["north"]}}])
        await ada.app.bus.drain()
        await page.subscribe("wallboard")
        assert set(page.rows["agents"]) == {"anna"}
        assert set(page.rows["queues"]) == {"sales"}
        await ada.ask("PUT", "/teams/north", {"name": "North", "members": ["anna", "ben"]})
        await until(lambda: set(page.rows["agents"]) == {"anna", "ben"}, "the new member is shown")
        await ada.give("sue", [{"role": "agent"}])
        await ada.app.bus.drain()
        answer = await page._socket.call("subscribe", {"topic": "wallboard"}, namespace="/live")
        assert answer["problem"]["status"] == 403


async def test_a_team_opens_the_queues_its_members_work_in_for_looking(ada: Office, sue: Office) -> None:
    queue = {"name": "Help", "members": [{"agent_id": "ben"}]}
    assert (await ada.ask("POST", "/queues", queue | {"id": "help"}))[0] == 201
    await ada.ask("POST", "/teams", {"id": "north", "name": "North", "members": ["ben"]})
    await ada.app.bus.drain()
    _, sales = await ada.ask("GET", "/queues/sales")
    sales["members"] = [member for member in sales["members"] if member["agent_id"] != "ben"]
    assert (await ada.ask("PUT", "/queues/sales", sales))[0] == 200
    await ada.give("sue", [{"role": "supervisor", "where": {"teams": ["north"]}}])

    async def names(path: str) -> set[str]:
        return {item["id"] for item in (await sue.ask("GET", path))[1]["items"]}

    assert (await names("/queues"), await names("/agents")) == ({"help"}, {"ben"})
    assert [(await sue.ask("GET", f"/queues/{queue_id}"))[0] for queue_id in ("help", "sales")] == [200, 404]
    assert [(await sue.ask("GET", f"/agents/{agent}/routing"))[0] for agent in ("ben", "anna")] == [200, 404]
    assert (await sue.ask("PUT", "/queues/help", queue))[0] == 403
    sales["members"].append({"agent_id": "ben"})
    assert (await ada.ask("PUT", "/queues/sales", sales))[0] == 200
    assert await names("/queues") == {"help", "sales"}
    await ada.give("sue", [{"role": "supervisor", "where": {"queues": ["sales"]}}])
    assert (await names("/queues"), await names("/agents")) == ({"sales"}, {"anna", "ben", "dora"})
    await ada.give("sue", [{"role": "agent"}])
    await ada.app.bus.drain()
    everybody = {"anna", "ben", "dora", "sue"}
    assert (await names("/queues"), await names("/agents")) == ({"help", "sales"}, everybody)


async def test_figures_of_the_house_are_those_of_the_queues_one_sees(ada: Office) -> None:
    app = ada.app
    await ada.ask("POST", "/queues", {"id": "help", "name": "Help"})
    await ada.give("sue", [{"role": "supervisor", "where": {"queues": ["help"]}}])
    now = app.driver.now
    for queue_id in ("sales", "sales", "help"):
        app.day.offered(queue_id, now)
    app.day.answered("help", now, 3.0, 20.0)
    app.wallboard.refresh()

    def shown(page: Page) -> list[tuple[int, int]]:
        rows = [*page.rows["totals"].values(), *page.rows["intervals"].values()]
        return [(row["offered"], row["answered"]) for row in rows]

    async with Page(app, "ada") as page:
        await page.subscribe("wallboard")
        assert shown(page) == [(3, 1), (3, 1)]
    async with Page(app, "sue") as page:
        await page.subscribe("wallboard")
        assert shown(page) == [(1, 1), (1, 1)]
        app.day.moved("sales", "help", now, now)
        app.wallboard.refresh()
        await until(lambda: shown(page) == [(2, 1), (2, 1)], "the one that was moved counts where it is now")
        await ada.give("sue", [{"role": "supervisor", "where": {"queues": ["sales"]}}])
        await app.bus.drain()
        await page.subscribe("wallboard")
        assert shown(page) == [(1, 0), (1, 0)]


TABLE = """email;name;roles;teams
dan@example.com;Dan;agent;
broken;Bo;agent;
eve@example.com;Eve;supervisor@queue:sales@team:north|x;
fay@example.com;Fay;supervisor@queue:sales;north
dan@example.com;Dan again;agent;
anna@example.com;Anna;agent;
gus@example.com;Gus;king;
hal@example.com;Hal;agent@moon:1;
"""


async def counted(app: App) -> dict[str, int]:
    """Rows of every table but the sessions', which are touched by whoever asks."""
    async with app.database.session() as session:
        return {
            name: int(await session.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0)
            for name in Base.metadata.tables
            if name != "sessions"
        }


async def test_a_file_of_users_is_previewed_taken_and_given_back(ada: Office) -> None:
    await ada.ask("POST", "/teams", {"id": "north", "name": "North"})
    before = await counted(ada.app)
    _, preview = await ada.ask("POST", "/users/import", {"csv": TABLE})
    assert await counted(ada.app) == before, "a preview writes nothing: nobody, no link, no mail, no entry"
    assert (preview["applied"], preview["good"], preview["bad"]) == (False, 2, 6)
    faults = {row["line"]: row["field"] for row in preview["rows"] if row["problem"]}
    assert faults == {
        3: "email",
        4: "roles.0.where.teams.0",
        6: "email",
        7: "email",
        8: "roles.0.role",
        9: "roles",
    }
    assert (await ada.ask("GET", "/users?q=dan"))[1]["total"] == 0
    _, taken = await ada.ask("POST", "/users/import", {"csv": TABLE, "apply": True})
    assert taken["rows"] == preview["rows"]
    _, page = await ada.ask("GET", "/users?team=north")
    assert page["items"][0]["roles"][0]["where"] == {"teams": [], "queues": ["sales"]}
    status, exported = await ada.ask("GET", "/users/export")
    assert status == 200
    assert "fay@example.com,Fay,supervisor@queue:sales,north,invited" in exported.splitlines()
    assert (await ada.ask("POST", "/users/import", {"csv": "name\nx"}))[1]["field"] == "csv"


async def test_the_table_of_permissions_is_what_is_declared(ada: Office) -> None:
    _, table = await ada.ask("GET", "/permissions")
    assert {row["name"] for row in table["items"]} == {permission.name for permission in ada.app.permissions}
    assert all(row["summary"] and "administrator" in row["roles"] for row in table["items"])
