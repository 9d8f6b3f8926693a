"""The portal over HTTP, as staff use it: customers' accounts, requests about data, settings."""

from __future__ import annotations

from typing import Any

from contactcenter.api.routes import AnyOf, Call, Route
from contactcenter.audit.acts import ActKind
from contactcenter.customers.acts import CUSTOMER_CHANGED
from contactcenter.customers.permissions import CUSTOMERS_VIEW
from contactcenter.identity.session_acts import SESSION_REVOKED
from contactcenter.portal import acts
from contactcenter.portal.permissions import PORTAL_ACCOUNTS, PORTAL_SET_UP
from contactcenter.portal.service import Portal
from contactcenter.portal.settings import (
    AccountsOut,
    DecisionBody,
    InviteBody,
    LockBody,
    PortalSettingsBody,
    PortalSettingsOut,
    StaffRequestList,
)
from contactcenter.privacy.acts import ERASURE_ASKED, EXPORT_ASKED
from contactcenter.privacy.permissions import PRIVACY_ERASE, PRIVACY_EXPORT, PRIVACY_VIEW

TAG = "Portal"


def routes(portal: Portal) -> tuple[Route, ...]:
    return (*_accounts(portal), *_requests(portal), *_settings(portal))


def _accounts(portal: Portal) -> list[Route]:
    staff = portal.staff

    async def of(call: Call) -> AccountsOut:
        return await staff.of(call.path("id"))

    async def invite(call: Call) -> AccountsOut:
        return await staff.invite(call.path("id"), call.body(InviteBody))

    async def lock(call: Call) -> None:
        await staff.lock(call.path("id"), call.body(LockBody).locked)

    async def sign_out(call: Call) -> None:
        await staff.sign_out(call.path("id"))

    async def confirm(call: Call) -> None:
        await portal.profiles.confirm_number(call.path("id"), call.path("number"))

    of_customer, one = "/api/v1/customers/{id}/portal-accounts", "/api/v1/portal-accounts/{id}"
    may = PORTAL_ACCOUNTS
    return [
        Route("GET", of_customer, of, CUSTOMERS_VIEW, "A customer's accounts in the portal", tag=TAG,
              response=AccountsOut, errors=(404,)),
        Route("POST", of_customer, invite, may, "Invite a customer to the portal", tag=TAG, body=InviteBody,
              response=AccountsOut, errors=(404, 409), audited=(acts.ACCOUNT_INVITED, acts.LINK_SENT)),
        Route("PUT", f"{one}/lock", lock, may, "Lock an account in the portal, or unlock it", tag=TAG, body=LockBody,
              errors=(404,), audited=(acts.ACCOUNT_LOCKED, SESSION_REVOKED)),
        Route("DELETE", f"{one}/sessions", sign_out, may, "Sign a customer out everywhere", tag=TAG, errors=(404,),
              audited=(SESSION_REVOKED,)),
        Route("PUT", f"{one}/numbers/{{number}}", confirm, may, "Confirm that a number is the customer's", tag=TAG,
              errors=(404,), audited=(acts.NUMBER_SET, CUSTOMER_CHANGED)),
    ]  # fmt: skip


def _requests(portal: Portal) -> list[Route]:
    async def every(call: Call) -> StaffRequestList:
        return await portal.requests.every()

    async def approve(call: Call) -> StaffRequestList:
        return await portal.requests.decide(call.path("id"), True, call.body(DecisionBody), call.principal)

    async def refuse(call: Call) -> StaffRequestList:
        return await portal.requests.decide(call.path("id"), False, call.body(DecisionBody), call.principal)

    path = "/api/v1/portal-requests"
    decided: tuple[ActKind, ...] = (acts.REQUEST_DECIDED, EXPORT_ASKED, ERASURE_ASKED)
    more: dict[str, Any] = {
        "tag": TAG,
        "body": DecisionBody,
        "response": StaffRequestList,
        "audited": decided,
        "errors": (404, 409),
    }
    may = AnyOf(PRIVACY_EXPORT, PRIVACY_ERASE)
    return [
        Route("GET", path, every, PRIVACY_VIEW, "What customers ask in the portal about their data", tag=TAG,
              response=StaffRequestList),
        Route("POST", f"{path}/{{id}}/approval", approve, may, "Approve a customer's request", **more),
        Route("POST", f"{path}/{{id}}/refusal", refuse, may, "Refuse a customer's request", **more),
    ]  # fmt: skip


def _settings(portal: Portal) -> list[Route]:
    def shown(body: PortalSettingsBody) -> PortalSettingsOut:
        return PortalSettingsOut(**body.model_dump(), mail=portal.letters.possible, url=portal.url)

    async def read(call: Call) -> PortalSettingsOut:
        return shown(portal.set_up.current)

    async def change(call: Call) -> PortalSettingsOut:
        return shown(await portal.set_up.set(call.body(PortalSettingsBody)))

    path = "/api/v1/portal-settings"
    return [
        Route("GET", path, read, PORTAL_SET_UP, "How the portal is set up", tag=TAG, response=PortalSettingsOut),
        Route("PUT", path, change, PORTAL_SET_UP, "Set up the portal", tag=TAG, body=PortalSettingsBody,
              response=PortalSettingsOut, audited=(acts.PORTAL_SET,)),
    ]  # fmt: skip
