from __future__ import annotations

import pytest

from contactcenter.api.routes import Call, Route, asks_for_proof
from contactcenter.audit.acts import NotAudited
from contactcenter.permissions import Permission

PLAIN = Permission("things.view", "See things")
DANGEROUS = Permission("things.export", "Take things out", dangerous=True)


async def handler(call: Call) -> None:
    """Nothing to do."""


@pytest.mark.parametrize(
    ("method", "permission", "media_type", "fresh", "asked"),
    [
        ("GET", DANGEROUS, "application/json", False, False),
        ("GET", DANGEROUS, "text/csv", False, True),
        ("GET", DANGEROUS, "application/zip", False, True),
        ("GET", PLAIN, "text/csv", False, False),
        ("GET", PLAIN, "application/json", True, True),
        ("DELETE", DANGEROUS, "application/json", False, True),
        ("DELETE", PLAIN, "application/json", False, False),
    ],
)
def test_a_fresh_proof_is_asked_for_what_does_harm(
    method: str, permission: Permission, media_type: str, fresh: bool, asked: bool
) -> None:
    audited = None if method == "GET" else NotAudited("nothing is done")
    route = Route(method, "/x", handler, permission, "X", media_type=media_type, fresh=fresh, audited=audited)
    assert asks_for_proof(route) is asked
