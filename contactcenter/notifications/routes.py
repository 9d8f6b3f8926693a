"""Everybody's own notices over HTTP."""

from __future__ import annotations

from contactcenter.api.routes import OWN_ACCOUNT, Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.identity.devices import device_of
from contactcenter.notifications.acts import PREFERENCES_CHANGED, PUSH_CHANGED
from contactcenter.notifications.pushing import Pushing
from contactcenter.notifications.service import Notifications
from contactcenter.notifications.settings import (
    NoticePage,
    NoticeQuery,
    PreferencesBody,
    PreferencesOut,
    PushBody,
    PushList,
    PushOut,
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


def push_routes(pushing: Pushing) -> list[Route]:
    async def browsers(call: Call) -> PushList:
        return await pushing.browsers(call.principal)

    async def add(call: Call) -> PushOut:
        return await pushing.add(
            call.principal, call.body(PushBody), device_of(call.request.headers.get("User-Agent", ""))
        )

    async def remove(call: Call) -> None:
        await pushing.remove(call.principal, call.path("id"))

    path, audited = f"{BASE}/browsers", (PUSH_CHANGED,)
    return [
        Route("GET", path, browsers, OWN_ACCOUNT, "The own browsers that notices are pushed to", response=PushList),
        Route("POST", path, add, OWN_ACCOUNT, "Push notices to this browser as long as its session lasts (RFC 8030)",
              body=PushBody, response=PushOut, status=201, audited=audited),
        Route("DELETE", f"{path}/{{id}}", remove, OWN_ACCOUNT, "Push to an own browser no longer", errors=(404,),
              audited=audited),
    ]  # fmt: skip
