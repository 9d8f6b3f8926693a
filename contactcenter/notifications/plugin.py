"""How notices plug in."""

from contactcenter.notifications import acts, routes
from contactcenter.notifications.kinds import DIGEST
from contactcenter.notifications.privacy import NoticePrivacy
from contactcenter.notifications.pushing import Pushing
from contactcenter.notifications.service import Notifications
from contactcenter.plugin import Plugin


def load(notices: Notifications, pushing: Pushing) -> Plugin:
    """When every slice has registered its kinds."""
    privacy = NoticePrivacy(notices.database)
    return Plugin(
        name="notifications",
        routes=(*routes.routes(notices), *routes.push_routes(pushing)),
        acts=acts.ALL,
        personal=(privacy.personal,),
        retention=(privacy.retention,),
        templates=(DIGEST, *(kind.template for kind in notices.kinds)),
    )
