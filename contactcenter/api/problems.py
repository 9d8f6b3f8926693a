"""Errors as the API shows them: application/problem+json (RFC 9457)."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web
from pydantic import ValidationError

from contactcenter.permissions import Permission

TYPE_PREFIX = "/problems/"


class Problem(Exception):  # noqa: N818 - the name of RFC 9457
    """Raise to answer with this error. `type_slug` is stable and for machines, `detail` a sentence for a person."""

    def __init__(
        self,
        status: int,
        type_slug: str,
        title: str,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.type_slug = type_slug
        self.title = title
        self.detail = detail
        self.headers = headers or {}
        self.extra = extra

    def as_dict(self) -> dict[str, Any]:
        return {
            "type": TYPE_PREFIX + self.type_slug,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }


def response(problem: Problem, request_id: str) -> web.Response:
    return web.Response(
        status=problem.status,
        body=orjson.dumps({**problem.as_dict(), "request_id": request_id}),
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store", **problem.headers},
    )


def not_signed_in() -> Problem:
    return Problem(401, "not-signed-in", "Not signed in", "Sign in first; the session may have ended.")


def forbidden(permission: Permission | None = None) -> Problem:
    """Tells which permission is missing, where there is one that would open it."""
    named: dict[str, Any] = {} if permission is None else {"permission": permission.name}
    return Problem(403, "forbidden", "Not allowed", "Your role does not allow this.", **named)


def step_up() -> Problem:
    """The page asks for a proof (POST /api/v1/session/proof) and repeats the request."""
    return Problem(403, "step-up", "Prove who you are", "It is some time since you signed in. Prove again who you are.")


def not_found(what: str = "page") -> Problem:
    return Problem(404, "not-found", "Not found", f"There is no such {what}.")


def no_longer(what: str) -> Problem:
    """Of work that is kept in memory only."""
    sentence = f"This {what} is not there: it ended when the server was restarted, or is too long ago. Begin it again."
    return Problem(404, "not-found", "Not found", sentence)


def bad_cursor(detail: str = "This cursor was not made by this API.") -> Problem:
    return Problem(422, "bad-cursor", "The query cannot be used", detail, field="cursor")


def invalid(error: ValidationError, place: str) -> Problem:
    """`place` is "body", "query" or "arguments". Given values are not repeated: they may be personal."""
    errors = [
        {"field": ".".join(str(part) for part in item["loc"]) or place, "message": _message(item["msg"])}
        for item in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    first = errors[0]
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    detail = f"{first['field']}: {first['message']}{more}."
    return Problem(422, "invalid", f"The {place} cannot be used", detail, field=first["field"], errors=errors)


def _message(text: str) -> str:
    return text.removeprefix("Value error, ").rstrip(".")
