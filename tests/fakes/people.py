"""Principals and a sign-in table for tests of the API."""

from __future__ import annotations

from contactcenter.identity import permissions as identity
from contactcenter.identity.sso import permissions as sso
from contactcenter.interactions import permissions as interactions
from contactcenter.permissions import Catalogue, Holding, Principal
from contactcenter.queues import permissions as queues
from contactcenter.recordings import permissions as recordings
from contactcenter.supervision import permissions as supervision
from contactcenter.whatif import permissions as whatif

CATALOGUE = Catalogue(
    *(
        each
        for declared in (identity, sso, queues, interactions, recordings, supervision, whatif)
        for each in declared.ALL
    )
)


def person(role: str = "agent", user_id: str | None = None) -> Principal:
    name = user_id or role
    grants = CATALOGUE.grants([Holding(role, CATALOGUE.of_role(role))])
    return Principal(name, f"{name}@example.com", name.title(), (role,), f"session-{name}", grants)


class SignedIn:
    """Token to principal; the token of a person is `token-<id>`. Remove one to end the session."""

    def __init__(self, *people: Principal) -> None:
        self.sessions = {f"token-{someone.user_id}": someone for someone in people}
        self.error: Exception | None = None

    async def __call__(self, token: str) -> Principal | None:
        if self.error is not None:
            raise self.error
        return self.sessions.get(token)

    def end(self, user_id: str) -> None:
        del self.sessions[f"token-{user_id}"]


def cookie(user_id: str) -> dict[str, str]:
    return {"Cookie": f"cc_session=token-{user_id}"}
