"""The API under generated requests, valid and broken, from several roles: what comes back is always as documented.

FUZZ_EXAMPLES=200 digs deeper than the few per operation and kind that every run of the tests can afford.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from contactcenter.api.routes import PORTAL
from contactcenter.permissions import Role
from tests.fakes.center import settings as center_settings
from tests.security.threaded import CUSTOMER, NOBODY, Threaded

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
OTHERS = tuple(str(role) for role in Role if str(role) not in (NOBODY, str(Role.ADMINISTRATOR)))
"""One of them each time: who may what is the table's to say, in tests/app/permitted."""
KNOWN = ("anna", "ben", "sue", "sales", "selling", "sold", "break", "agent", "x")
"""Ids that exist, of one thing or another: with invented ones alone every answer would be a 404."""
OAUTH = "/api/v1/oauth2/token"
"""Its errors are those of RFC 6749."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
Operation = APIOperation[Any, Any, Any, Any]


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Threaded]:
    with Threaded(center_settings(tmp_path_factory.mktemp("fuzzed"))) as center:
        yield center


def operations(center: Threaded) -> list[Operation]:
    document = requests.get(f"{center.url}/api/v1/openapi.json", timeout=60).json()
    results = list(schemathesis.openapi.from_dict(document).get_all_operations())
    found = [result.ok() for result in results if isinstance(result, Ok)]
    assert len(found) == len(results)
    assert len(found) > 100
    return found


def breakable(operation: Operation) -> bool:
    """Whether anything of it can be wrong: where there are parameters in the path only, those that take any text
    cannot."""
    more = (*operation.query, *operation.headers, *operation.cookies, *operation.body)
    texts = [each.definition["schema"].keys() <= {"type", "title"} for each in operation.path_parameters]
    return bool(more) or not (texts and all(texts))


def faults(case: Case[Any], response: Response) -> list[str]:
    """How an answer departs from the document and from the house's rule for errors."""
    found = []
    try:
        case.validate_response(response, checks=CHECKS)
    except FailureGroup as group:
        found += [
            f"{failure.title}: {failure.message[:300]}" for failure in group.exceptions if isinstance(failure, Failure)
        ]
    except Failure as failure:
        found.append(f"{failure.title}: {failure.message[:300]}")
    if response.status_code >= 400 and not (case.path == OAUTH and response.status_code in (400, 401)):
        found += problem_faults(response)
    return found


def problem_faults(response: Response) -> list[str]:
    kind = response.headers.get("content-type")
    if kind != ["application/problem+json"]:
        return [f"{response.status_code} is no problem: {kind}"]
    problem = response.json()
    found = [f"no {name}" for name in ("type", "title", "status", "detail", "request_id") if not problem.get(name)]
    if problem["status"] != response.status_code:
        found.append("another status in the body")
    if response.status_code == 422 and not problem.get("field"):
        found.append(f"422 without the field's name: {problem['detail']}")
    return found


class Fuzzer:
    def __init__(self, center: Threaded, http: requests.Session) -> None:
        self.center = center
        self.found: dict[str, str] = {}
        self.statuses: dict[int, int] = {}
        self.tokens: dict[str, str] = {}
        self._http = http

    def fuzz(self, operation: Operation, mode: GenerationMode, examples: int) -> None:
        generated = operation.as_strategy(generation_mode=mode)

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        )
        @given(case=generated, known=st.sampled_from(KNOWN), real=st.booleans(), other=st.sampled_from(OTHERS))
        def three_roles(case: Case[Any], known: str, real: bool, other: str) -> None:
            if real and case.path_parameters:
                case.path_parameters = dict.fromkeys(case.path_parameters, known)
            for role in (CUSTOMER,) if case.path.startswith(PORTAL) else (str(Role.ADMINISTRATOR), other):
                self.send(case, role)
            if mode is GenerationMode.POSITIVE:
                # Who is refused before anything is read: what is broken makes no difference.
                self.send(case, NOBODY)

        try:
            three_roles()
        except Unsatisfiable:
            # Nothing can be broken in an operation that takes nothing.
            assert mode is GenerationMode.NEGATIVE, operation.label

    def send(self, case: Case[Any], role: str) -> None:
        if role not in self.tokens:
            # Some operations end the session.
            self.tokens[role] = self.center.session_of(role)
        token = self.tokens[role]
        cookies = {"cc_portal" if role == CUSTOMER else "cc_session": token} if token else {}
        response = case.call(base_url=self.center.url, session=self._http, cookies=cookies, timeout=30)
        # Whoever comes next is not who this was.
        self._http.cookies.clear()
        self.statuses[response.status_code] = self.statuses.get(response.status_code, 0) + 1
        if response.status_code == 401:
            self.tokens.pop(role, None)
        for fault in faults(case, response):
            key = f"{case.operation.label} {response.status_code} {fault}"
            self.found.setdefault(key, f"{role}: {case.as_curl_command()}")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_answers_are_as_documented_whatever_is_sent(center: Threaded, mode: GenerationMode) -> None:
    with closing(requests.Session()) as http:
        fuzzer = Fuzzer(center, http)
        for operation in operations(center):
            if mode is GenerationMode.POSITIVE or breakable(operation):
                fuzzer.fuzz(operation, mode, EXAMPLES)
    assert not fuzzer.found, "\n".join(f"{key}\n    {how}" for key, how in fuzzer.found.items())
    assert fuzzer.statuses.keys() >= {401, 403}
