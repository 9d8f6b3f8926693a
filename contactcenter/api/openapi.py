"""OpenAPI 3.1 from the routes and their models."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core import to_json

from contactcenter.api import docs_page
from contactcenter.api.routes import PUBLIC, Access, Call, OwnAccountOnly, Public, Route, Router, SignedInOnly, Upload
from contactcenter.api.security import document_policy
from contactcenter.api.session_cookie import PORTAL, SESSION

_REF = "#/components/schemas/{model}"
_MEANINGS = {
    400: "The body is not JSON.",
    401: "Not signed in.",
    403: "Not allowed.",
    404: "Not found.",
    409: "Not possible now.",
    413: "The body is too large.",
    415: "The body is not declared as what the route takes.",
    422: "The input cannot be used; `errors` names the fields.",
    429: "Too many attempts; see Retry-After.",
    503: "Not available now.",
}


class FieldError(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """An error by RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str | None = None
    field: str | None = Field(None, description="The path of what is at fault, as `relax.0.after_s`.")
    errors: list[FieldError] | None = Field(None, description="The fields at fault, when the input cannot be used.")


class _Cached:
    """A document made when it is first asked for, by when the router has every route; then it never changes."""

    def __init__(self, make: Callable[[], bytes], content_type: str, headers: dict[str, str]) -> None:
        self._make = make
        self._content_type = content_type
        self._headers = headers
        self._body = b""
        self._etag = ""

    def answer(self, request: web.Request) -> web.Response:
        if not self._body:
            self._body = self._make()
            self._etag = hashlib.sha256(self._body).hexdigest()[:32]
        headers = {"Cache-Control": "no-cache", "ETag": f'"{self._etag}"', **self._headers}
        known = request.if_none_match or ()
        if any(etag.value in (self._etag, "*") for etag in known):
            return web.Response(status=304, headers=headers)
        return web.Response(body=self._body, headers=headers | {"Content-Type": self._content_type})


def routes(router: Router, *, version: str, secure: bool = False) -> tuple[Route, ...]:
    """The document and its readable page; both show the routes that `router` has when they are first asked for."""
    data = _Cached(lambda: to_json(document(router, version=version, secure=secure)), "application/json", {})
    page = _Cached(
        lambda: docs_page.render(document(router, version=version, secure=secure)).encode(),
        "text/html; charset=utf-8",
        {"Content-Security-Policy": document_policy(docs_page.STYLE)},
    )

    async def show_document(call: Call) -> web.Response:
        return data.answer(call.request)

    async def show_page(call: Call) -> web.Response:
        return page.answer(call.request)

    return (
        Route(
            "GET",
            "/api/v1/openapi.json",
            show_document,
            PUBLIC,
            "This API as OpenAPI 3.1",
            response=dict[str, Any],
            tag="Documents",
        ),
        Route("GET", "/api/docs", show_page, PUBLIC, "This API as a page", media_type="text/html", tag="Documents"),
    )


def document(routes: Iterable[Route], *, version: str, secure: bool = False) -> dict[str, Any]:
    """The OpenAPI document of the routes that have a tag or lie under /api/. `secure`: cookies are those of TLS."""
    shown = [route for route in routes if not route.path.startswith("/{")]
    schemas, refs = _schemas(shown)
    paths: dict[str, dict[str, Any]] = {}
    for route in shown:
        path = re.sub(r"{(\w+):[^}]*}", r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, schemas, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Contact center", "version": version, "description": _INTRODUCTION},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": SESSION.named(secure=secure)},
                "portal": {"type": "apiKey", "in": "cookie", "name": PORTAL.named(secure=secure)},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


_INTRODUCTION = (
    "Sign in with POST /api/v1/session; the cookie it sets names the session. Programs send an API key, or an access "
    "token got with one, as Authorization: Bearer. Customers sign in with POST /api/v1/portal/session; "
    "their cookie opens what is under /api/v1/portal/ and nothing else. Bodies are JSON. "
    "Moments are ISO 8601 in UTC, durations are seconds. Errors are application/problem+json (RFC 9457)."
)

Refs = dict[tuple[int, JsonSchemaMode], dict[str, Any]]


def _schemas(routes: list[Route]) -> tuple[dict[str, Any], Refs]:
    """Component schemas by name, and for each model or type the schema that stands for it in an operation."""
    inputs: list[tuple[Any, JsonSchemaMode]] = [(Problem, "validation")]
    for route in routes:
        inputs += [(model, "validation") for model in (route.body, route.query) if model is not None]
        inputs += [(kind, "serialization") for kind in (route.response, route.error_model) if kind is not None]
    unique = {(id(kind), mode): (kind, mode) for kind, mode in inputs}
    adapters = [(key, mode, TypeAdapter(kind)) for key, (kind, mode) in unique.items()]
    refs, definitions = TypeAdapter.json_schemas(adapters, ref_template=_REF, schema_generator=GenerateJsonSchema)
    found: Refs = {(key[0], key[1]): schema for (key, _), schema in refs.items()}
    return dict(definitions.get("$defs", {})), found


def _operation(route: Route, schemas: dict[str, Any], refs: Refs) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "tags": [route.tag or _tag(route.path)],
        "responses": _responses(route, refs),
        "x-permission": _permission(route.permission),
    }
    if route.description:
        operation["description"] = route.description
    if parameters := _parameters(route, schemas, refs):
        operation["parameters"] = parameters
    if route.body is not None:
        content = {"application/json": {"schema": refs[id(route.body), "validation"]}}
        operation["requestBody"] = {"required": True, "content": content}
    elif route.upload is not None:
        operation["requestBody"] = {"required": True, "content": _upload(route.upload)}
    if not isinstance(route.permission, Public):
        by_key: list[dict[str, Any]] = [] if isinstance(route.permission, OwnAccountOnly) else [{"bearer": []}]
        operation["security"] = [{"portal": []}] if route.portal else [{"session": []}, *by_key]
    return operation


def _upload(upload: Upload) -> dict[str, Any]:
    file = {"type": "string", "format": "binary", "maxLength": upload.most_bytes}
    several = {"type": "array", "items": file, "minItems": upload.least_files, "maxItems": upload.most_files}
    schema = {"type": "object", "properties": {upload.field: file if upload.most_files == 1 else several}}
    if upload.least_files:
        schema["required"] = [upload.field]
    return {"multipart/form-data": {"schema": schema}}


def _operation_id(route: Route) -> str:
    words = re.findall(r"\w+", route.path.removeprefix("/api/v1"))
    return "_".join([route.method.lower(), *words])


def _tag(path: str) -> str:
    first = path.removeprefix("/api/v1").split("/")[1]
    return first.replace("-", " ").capitalize()


def _permission(access: Access) -> str:
    if isinstance(access, Public):
        return "none"
    if isinstance(access, OwnAccountOnly):
        return "every person, for the own account; no API key"
    return "any signed-in user" if isinstance(access, SignedInOnly) else str(access)


def _parameters(route: Route, schemas: dict[str, Any], refs: Refs) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in route.parameters
    ]
    if route.query is None:
        return parameters
    schema = refs[id(route.query), "validation"]
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    for name, kind in schema.get("properties", {}).items():
        kind = dict(kind)
        parameter = {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": kind}
        if description := kind.pop("description", None):
            parameter["description"] = description
        parameters.append(parameter)
    return parameters


def _responses(route: Route, refs: Refs) -> dict[str, Any]:
    status = 204 if route.response is None and route.media_type == "application/json" else route.status
    good: dict[str, Any] = {"description": "Done." if status == 204 else "The answer."}
    if route.response is not None:
        good["content"] = {route.media_type: {"schema": refs[id(route.response), "serialization"]}}
    elif route.media_type != "application/json":
        good["content"] = {each: {} for each in (route.media_type, *route.or_as)}
    responses: dict[str, Any] = {str(status): good}
    problem = {"application/problem+json": {"schema": refs[id(Problem), "validation"]}}
    for code in sorted(_errors(route)):
        content = problem
        if route.error_model is not None and code in route.errors:
            content = {"application/json": {"schema": refs[id(route.error_model), "serialization"]}}
        responses[str(code)] = {"description": _MEANINGS.get(code, "An error."), "content": content}
    return responses


def _errors(route: Route) -> set[int]:
    errors = set(route.errors)
    if not isinstance(route.permission, Public):
        errors |= {401} if isinstance(route.permission, SignedInOnly) else {401, 403}
    if route.body is not None or route.upload is not None:
        errors |= {400, 413, 415, 422}
    if route.query is not None:
        errors.add(422)
    if route.method not in {"GET"}:
        errors.add(403)
    if route.parameters:
        errors.add(404)
    return errors
