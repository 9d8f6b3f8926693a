"""How the first start plugs in."""

from collections.abc import Awaitable, Callable

from contactcenter.first_run import acts, permissions, routes
from contactcenter.first_run.routes import Facts
from contactcenter.first_run.service import FirstRun
from contactcenter.identity.service import Identity
from contactcenter.plugin import Plugin
from contactcenter.queues.calendars import Calendars
from contactcenter.queues.service import Queues
from contactcenter.telephony import UserAgent


def facts_of(
    queues: Queues,
    calendars: Calendars,
    identity: Identity,
    user_agent: UserAgent,
    *,
    number: str,
    address: Callable[[], str],
) -> Callable[[], Awaitable[Facts]]:
    """What there is at the moment; `address` is where calls reach `number` by SIP."""

    async def facts() -> Facts:
        return Facts(
            queues=len(queues.ids()),
            calendars=len(calendars.ids()),
            people=len(await identity.list_users()),
            telephones=user_agent.registrar.count(),
            number=number,
            address=address(),
        )

    return facts


def load(first: FirstRun, facts: Callable[[], Awaitable[Facts]]) -> Plugin:
    return Plugin(
        name="first_run",
        permissions=permissions.ALL,
        routes=routes.routes(first, facts),
        acts=acts.ALL,
    )
