"""Everybody's own notices over HTTP."""

from __future__ import annotations

from contactcenter.api.routes import OWN_ACCOUNT, Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.notifications.acts import PREFERENCES_CHANGED
from contactcenter.notifications.service import Notifications
from contactcenter.notifications.settings import (
    NoticePage,
    NoticeQuery,
    PreferencesBody,
    PreferencesOut,
    ReadBody,
    UnreadOut,
)

BASE = "/api/v1/notifications"


def routes(notices: Notifications) -> list[Route]:
    async def page(call: Call) -> NoticePage:
        return await notices.page(call.principal.user_id, call.query(NoticeQuery))

    async def read(call: Call) -> UnreadOut:
        return UnreadOut(unread=await notices.read(call.principal.user_id, call.body(ReadBody)))

    async def preferences(call: Call) -> PreferencesOut:
        return await notices.preferences(call.principal.user_id)

    async def prefer(call: Call) -> PreferencesOut:
        return await notices.prefer(call.principal.user_id, call.principal.name, call.body(PreferencesBody))

    own = OWN_ACCOUNT
    return [
        Route("GET", BASE, page, own, "The own notices by what they are about, newest first", query=NoticeQuery,
              response=NoticePage),
        Route("POST", f"{BASE}/read", read, own, "Mark own notices as read, or as unread", body=ReadBody,
              response=UnreadOut, audited=NotAudited("that somebody has read a notice")),
        Route("GET", f"{BASE}/preferences", preferences, own, "Where the own notices go", response=PreferencesOut),
        Route("PUT", f"{BASE}/preferences", prefer, own, "Choose where the own notices go", body=PreferencesBody,
              response=PreferencesOut, audited=(PREFERENCES_CHANGED,)),
    ]  # fmt: skip
