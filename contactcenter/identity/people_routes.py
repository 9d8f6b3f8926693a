"""Users, roles, teams and the table of permissions, over HTTP."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from pydantic import BaseModel

from contactcenter.api.routes import AnyOf, Call, Route
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import note
from contactcenter.identity import acts
from contactcenter.identity.acts import USERS_EXPORTED
from contactcenter.identity.permissions import DIRECTORY_VIEW, ROLES_MANAGE, TEAMS_MANAGE, USERS_MANAGE
from contactcenter.identity.roles import NewRole, RoleBody, RoleList, RoleOut, RoleSetUp
from contactcenter.identity.session_acts import SESSION_REVOKED
from contactcenter.identity.set_up import SetUp
from contactcenter.identity.teams import NewTeam, TeamBody, TeamList, TeamOut, TeamSetUp
from contactcenter.identity.user_csv import written
from contactcenter.identity.user_import import ImportBody, ImportOut, UserImport
from contactcenter.identity.user_list import UserFilter, UserList, UserOut, UserPage
from contactcenter.identity.users import NewUser, UserBody, UserSetUp
from contactcenter.permissions import Catalogue

PEOPLE = AnyOf(USERS_MANAGE, ROLES_MANAGE)


class PermissionOut(BaseModel):
    """`roles` are the ready-made ones that have it. `scoped`: can be given for some teams and queues; `own`: it opens
    what is one's own; `dangerous`: think before giving it."""

    name: str
    summary: str
    roles: list[str]
    scoped: bool
    own: bool
    dangerous: bool


class PermissionList(BaseModel):
    items: list[PermissionOut]


def routes(set_up: SetUp) -> list[Route]:
    return [
        *_users(set_up),
        *_roles(RoleSetUp(set_up)),
        *_teams(TeamSetUp(set_up)),
        _permissions(set_up.catalogue),
    ]


def _users(set_up: SetUp) -> list[Route]:
    users, listed = UserSetUp(set_up), UserList(set_up.database)
    imported = UserImport(set_up, users)

    async def page(call: Call) -> UserPage:
        return await listed.page(call.query(UserFilter))

    async def one(call: Call) -> UserOut:
        return await listed.one(call.path("id"))

    async def invite(call: Call) -> UserOut:
        return await listed.one(await users.invite(call.body(NewUser), call.principal))

    async def change(call: Call) -> UserOut:
        await users.change(call.path("id"), call.body(UserBody), call.principal)
        return await listed.one(call.path("id"))

    async def remove(call: Call) -> None:
        await users.remove(call.path("id"), call.principal)

    async def sign_out(call: Call) -> None:
        await users.end_sessions(call.path("id"), call.principal)

    async def take(call: Call) -> ImportOut:
        return await imported.take(call.body(ImportBody), call.principal)

    async def export(call: Call) -> web.Response:
        rows = await listed.every()
        act = Act(kind=USERS_EXPORTED, subject=Subject("users", "all"), after={"users": len(rows)})
        await note(set_up.database, act)
        headers = {"Content-Disposition": 'attachment; filename="users.csv"'}
        return web.Response(text=written(rows), content_type="text/csv", charset="utf-8", headers=headers)

    path, one_path, may = "/api/v1/users", "/api/v1/users/{id}", USERS_MANAGE
    out: dict[str, Any] = {"response": UserOut, "errors": (409,)}
    return [
        Route("GET", path, page, may, "People who can sign in", query=UserFilter, response=UserPage),
        Route(
            "POST", path, invite, may, "Invite somebody", body=NewUser, status=201, audited=(acts.USER_CREATED,), **out
        ),
        Route(
            "GET",
            f"{path}/export",
            export,
            may,
            "All users as CSV",
            media_type="text/csv",
            audited=(acts.USERS_EXPORTED,),
        ),
        Route(
            "POST",
            f"{path}/import",
            take,
            may,
            "Add many, or preview it",
            body=ImportBody,
            response=ImportOut,
            audited=(acts.USER_CREATED,),
        ),
        Route("GET", one_path, one, may, "One user", response=UserOut),
        Route(
            "PUT",
            one_path,
            change,
            may,
            "Change, disable or enable a user",
            body=UserBody,
            audited=(acts.USER_CHANGED, SESSION_REVOKED),
            **out,
        ),
        Route(
            "DELETE",
            one_path,
            remove,
            may,
            "Remove a user; what was done stays, without the name",
            errors=(409,),
            audited=(acts.USER_REMOVED, SESSION_REVOKED),
        ),
        Route(
            "DELETE",
            f"{one_path}/sessions",
            sign_out,
            may,
            "Sign a user out everywhere",
            audited=(SESSION_REVOKED,),
        ),
    ]


def _roles(roles: RoleSetUp) -> list[Route]:
    async def every(call: Call) -> RoleList:
        return await roles.all()

    async def get(call: Call) -> RoleOut:
        return await roles.get(call.path("id"))

    async def make(call: Call) -> RoleOut:
        return await roles.make(call.body(NewRole), call.principal)

    async def change(call: Call) -> RoleOut:
        return await roles.change(call.path("id"), call.body(RoleBody), call.principal)

    async def remove(call: Call) -> None:
        await roles.remove(call.path("id"), call.principal)

    path, one, may = "/api/v1/roles", "/api/v1/roles/{id}", ROLES_MANAGE
    out: dict[str, Any] = {"response": RoleOut, "errors": (409,)}
    return [
        Route("GET", path, every, PEOPLE, "Roles, ready-made and own", response=RoleList),
        Route("GET", one, get, PEOPLE, "One role", response=RoleOut),
        Route("POST", path, make, may, "Make a role", body=NewRole, status=201, audited=(acts.ROLE_CREATED,), **out),
        Route(
            "PUT",
            one,
            change,
            may,
            "Change an own role; counts at once",
            body=RoleBody,
            audited=(acts.ROLE_CHANGED,),
            **out,
        ),
        Route(
            "DELETE",
            one,
            remove,
            may,
            "Remove an own role that nobody has",
            errors=(409,),
            audited=(acts.ROLE_REMOVED,),
        ),
    ]


def _teams(teams: TeamSetUp) -> list[Route]:
    async def every(call: Call) -> TeamList:
        return await teams.all()

    async def get(call: Call) -> TeamOut:
        return await teams.get(call.path("id"))

    async def make(call: Call) -> TeamOut:
        return await teams.make(call.body(NewTeam), call.principal)

    async def change(call: Call) -> TeamOut:
        return await teams.change(call.path("id"), call.body(TeamBody), call.principal)

    async def remove(call: Call) -> None:
        await teams.remove(call.path("id"), call.principal)

    path, one, may = "/api/v1/teams", "/api/v1/teams/{id}", TEAMS_MANAGE
    out: dict[str, Any] = {"response": TeamOut, "errors": (409,)}
    return [
        Route("GET", path, every, DIRECTORY_VIEW, "Teams and who is in them", response=TeamList),
        Route("GET", one, get, DIRECTORY_VIEW, "One team", response=TeamOut),
        Route("POST", path, make, may, "Make a team", body=NewTeam, status=201, audited=(acts.TEAM_CREATED,), **out),
        Route("PUT", one, change, may, "Change a team", body=TeamBody, audited=(acts.TEAM_CHANGED,), **out),
        Route("DELETE", one, remove, may, "Remove a team; its members stay", audited=(acts.TEAM_REMOVED,)),
    ]


def _permissions(catalogue: Catalogue) -> Route:
    async def table(call: Call) -> PermissionList:
        return PermissionList(
            items=[
                PermissionOut(
                    name=each.name,
                    summary=each.summary,
                    roles=sorted(each.roles),
                    scoped=each.scoped,
                    own=each.own,
                    dangerous=each.dangerous,
                )
                for each in sorted(catalogue, key=lambda each: each.name)
            ]
        )

    return Route("GET", "/api/v1/permissions", table, PEOPLE, "What can be allowed", response=PermissionList)
