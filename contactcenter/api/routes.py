"""Routes as data: each names its permission, its models and its summary, so that checks and documents come from it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from aiohttp import web
from pydantic import BaseModel

from contactcenter.api.problems import not_signed_in
from contactcenter.audit.acts import Audited
from contactcenter.permissions import Permission, Principal

M = TypeVar("M", bound=BaseModel)


REQUEST_ID: Final = web.RequestKey("request_id", str)
ADDRESS: Final = web.RequestKey("address", str)
"""The client's address, found behind a proxy too."""


class Public:
    """The permission of a route that needs no sign-in."""

    def __repr__(self) -> str:
        return "PUBLIC"


class SignedInOnly:
    """The permission of a route that every signed-in user may call."""

    def __repr__(self) -> str:
        return "SIGNED_IN"


class OwnAccountOnly:
    """The permission of a route on the caller's own account: every person who has signed in, no API key."""

    def __repr__(self) -> str:
        return "OWN_ACCOUNT"


@dataclass(frozen=True, slots=True, init=False)
class AnyOf:
    """One of these permissions is enough; what each of them opens is the handler's to tell apart."""

    permissions: tuple[Permission, ...]

    def __init__(self, *permissions: Permission) -> None:
        object.__setattr__(self, "permissions", permissions)

    def __str__(self) -> str:
        return " or ".join(permission.name for permission in self.permissions)


PORTAL: Final = "/api/v1/portal/"
"""Routes under it are the customers': a session of the portal opens them, and neither one of staff nor a key does.
A session of the portal opens no other."""
PUBLIC: Final = Public()
SIGNED_IN: Final = SignedInOnly()
OWN_ACCOUNT: Final = OwnAccountOnly()
Access = Permission | AnyOf | Public | SignedInOnly | OwnAccountOnly


def lacking(principal: Principal, access: Access) -> Permission | None:
    """The permission that is missing, the first where one of several would do; None when access is given."""
    if isinstance(access, Public | SignedInOnly | OwnAccountOnly):
        return None
    wanted = access.permissions if isinstance(access, AnyOf) else (access,)
    return None if any(principal.may(permission) for permission in wanted) else wanted[0]


def asks_for_proof(route: Route) -> bool:
    """Whether the caller must have proven lately who he is: to change something with a dangerous permission, or to take
    it out as a file."""
    access = route.permission
    wanted = access.permissions if isinstance(access, AnyOf) else (access,) if isinstance(access, Permission) else ()
    acts = route.method != "GET" or route.media_type != "application/json"
    return route.fresh or (acts and any(permission.dangerous for permission in wanted))


@dataclass(slots=True)
class Call:
    """One request as a handler sees it: who asks, and what, already validated."""

    request: web.Request
    caller: Principal | None = None
    raw_body: BaseModel | None = None
    raw_query: BaseModel | None = None
    headers: dict[str, str] = field(default_factory=dict)
    """Headers to add to the answer."""

    @property
    def principal(self) -> Principal:
        if self.caller is None:
            raise not_signed_in()
        return self.caller

    @property
    def address(self) -> str:
        """The client's address."""
        return self.request[ADDRESS]

    def path(self, name: str) -> str:
        return self.request.match_info[name]

    def body(self, model: type[M]) -> M:
        assert isinstance(self.raw_body, model)
        return self.raw_body

    def query(self, model: type[M]) -> M:
        assert isinstance(self.raw_query, model)
        return self.raw_query


Handler = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Files that a route takes as multipart/form-data, under the name `field`; api/uploads.py reads them.

    `kinds`: media types by content (None: whatever it is); `most_bytes` of each file.
    """

    most_bytes: int
    kinds: frozenset[str] | None = None
    field: str = "file"
    least_files: int = 1
    most_files: int = 1


@dataclass(frozen=True, slots=True)
class Route:
    """`handler` returns what `response` describes (a model, plain data), None for 204, or a web.StreamResponse.

    `path` is an aiohttp template ("/api/v1/interactions/{id}"); `permission` has no default on purpose.
    `media_type` names the answer's type when it is not JSON, `or_as` others that may be asked for.
    `errors` lists problem statuses worth documenting.
    `error_model`: what those look like, as JSON, where a standard of its own says so (RFC 6749 §5.2).
    `audited`: what a call may leave in the audit trail, or why nothing; to be said of everything but a GET.
    `upload`: files it takes, in place of a `body`.
    `fresh`: asked again who he is, whose last proof is too old (as with a dangerous permission).
    `from_other_sites`: taken from pages of other sites too, as nothing is done by the browser's cookies (SAML).
    """

    method: str
    path: str
    handler: Handler
    permission: Access
    summary: str
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    response: Any = None
    status: int = 200
    description: str = ""
    tag: str = ""
    media_type: str = "application/json"
    or_as: tuple[str, ...] = ()
    errors: tuple[int, ...] = ()
    error_model: type[BaseModel] | None = None
    audited: Audited | None = None
    upload: Upload | None = None
    fresh: bool = False
    from_other_sites: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.permission, Access):
            raise TypeError(
                f"{self.method} {self.path}: permission must be a Permission, AnyOf, PUBLIC, SIGNED_IN or OWN_ACCOUNT"
            )
        if self.method not in {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            raise ValueError(f"{self.path}: unknown method {self.method}")
        if (self.body is not None or self.upload is not None) and self.method == "GET":
            raise ValueError(f"GET {self.path}: a GET takes no body")

    @property
    def portal(self) -> bool:
        """Whether it is for customers, who have sessions of their own."""
        return self.path.startswith(PORTAL)

    @property
    def parameters(self) -> list[str]:
        """Names in the path."""
        return re.findall(r"{(\w+)(?::[^}]*)?}", self.path)


class Router:
    def __init__(self) -> None:
        self._routes: dict[tuple[str, str], Route] = {}

    def add(self, *routes: Route) -> None:
        for route in routes:
            if (route.method, route.path) in self._routes:
                raise ValueError(f"{route.method} {route.path} is registered twice")
            self._routes[route.method, route.path] = route

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes.values())
