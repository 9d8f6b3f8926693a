"""What a page needs to know of the server before it connects."""

from collections.abc import Callable

from pydantic import BaseModel

from contactcenter.api.routes import Call, Route
from contactcenter.identity.permissions import DIRECTORY_VIEW
from contactcenter.supervision.notices import Notices
from contactcenter.supervision.permissions import SYSTEM_VIEW


class NoticeOut(BaseModel):
    level: str
    text: str


class SystemOut(BaseModel):
    """`sip_address` is what callers dial; `ice_servers` are for the browser's softphone."""

    version: str
    sip_address: str
    ice_servers: list[str]
    notices: list[NoticeOut]


def routes(version: str, sip_address: Callable[[], str], ice_servers: list[str], notices: Notices) -> list[Route]:
    async def system(call: Call) -> SystemOut:
        rows = notices.all().values() if call.principal.may(SYSTEM_VIEW) else ()
        return SystemOut(
            version=version,
            sip_address=sip_address(),
            ice_servers=ice_servers,
            notices=[NoticeOut(level=row["level"], text=row["text"]) for row in rows],
        )

    return [
        Route("GET", "/api/v1/system", system, DIRECTORY_VIEW, "Version, SIP address and notices", response=SystemOut)
    ]
