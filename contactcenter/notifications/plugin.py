"""How notices plug in."""

from contactcenter.notifications import acts, routes
from contactcenter.notifications.kinds import DIGEST
from contactcenter.notifications.privacy import NoticePrivacy
from contactcenter.notifications.service import Notifications
from contactcenter.plugin import Plugin


def load(notices: Notifications) -> Plugin:
    """When every slice has registered its kinds."""
    privacy = NoticePrivacy(notices.database)
    return Plugin(
        name="notifications",
        routes=tuple(routes.routes(notices)),
        acts=acts.ALL,
        personal=(privacy.personal,),
        retention=(privacy.retention,),
        templates=(DIGEST, *(kind.template for kind in notices.kinds)),
    )
