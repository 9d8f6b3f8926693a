"""Rules, macros and ready answers over HTTP."""

from __future__ import annotations

from typing import Any

from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.tickets import acts
from contactcenter.tickets.automation import settings, variables
from contactcenter.tickets.automation.automation import Automation
from contactcenter.tickets.automation.settings import RuleBody
from contactcenter.tickets.documents import TicketOut
from contactcenter.tickets.permissions import TICKETS_SET_UP, TICKETS_VIEW, TICKETS_WORK
from contactcenter.tickets.values import CUSTOM

RULES, ONE_RULE = "/api/v1/ticket-rules", "/api/v1/ticket-rules/{id}"
MACROS, ONE_MACRO = "/api/v1/ticket-macros", "/api/v1/ticket-macros/{id}"
REPLIES, ONE_REPLY = "/api/v1/ticket-replies", "/api/v1/ticket-replies/{id}"
DRY = f"{RULES}/dry-run"
SET_UP: dict[str, Any] = {"audited": (acts.SET_UP,)}
NOTHING: dict[str, Any] = {"audited": NotAudited("nothing is changed: history is read")}
APPLIED = (acts.TICKET_CHANGED, acts.TICKET_SAID, acts.TICKET_DECIDED)


def routes(automation: Automation) -> list[Route]:
    return [*_rules(automation), *_dry_runs(automation), *_macros(automation), *_replies(automation)]


def _rules(automation: Automation) -> list[Route]:
    book, may = automation.book, TICKETS_SET_UP

    async def every(call: Call) -> settings.RuleList:
        return settings.RuleList(items=book.shown())

    async def make(call: Call) -> settings.RuleOut:
        body = call.body(settings.NewRule)
        return await book.put(None, RuleBody.model_validate(body.model_dump(exclude={"id"})), body.id)

    async def change(call: Call) -> settings.RuleOut:
        return await book.put(call.path("id"), call.body(RuleBody))

    async def remove(call: Call) -> None:
        await book.remove(call.path("id"))

    async def order(call: Call) -> settings.RuleList:
        return settings.RuleList(items=await book.order(call.body(settings.Order).ids))

    async def runs(call: Call) -> settings.RunList:
        return await automation.runs(call.query(settings.RunFilter))

    new, out, listed = settings.NewRule, settings.RuleOut, settings.RuleList
    log = "What rules have done to tickets, the newest first"
    return [
        Route("GET", RULES, every, may, "Rules for tickets in their order", response=listed),
        Route("POST", RULES, make, may, "Add a rule", body=new, response=out, status=201, errors=(409,), **SET_UP),
        Route("PUT", RULES, order, may, "Order rules", body=settings.Order, response=listed, **SET_UP),
        Route("PUT", ONE_RULE, change, may, "Change a rule", body=RuleBody, response=out, errors=(404, 409), **SET_UP),
        Route("DELETE", ONE_RULE, remove, may, "Remove a rule", errors=(404,), **SET_UP),
        Route("GET", f"{RULES}/runs", runs, may, log, query=settings.RunFilter, response=settings.RunList),
    ]


def _dry_runs(automation: Automation) -> list[Route]:
    dry, may, out = automation.dry_runs, TICKETS_SET_UP, settings.DryRunOut

    async def begin(call: Call) -> settings.DryRunOut:
        return await dry.begin(call.body(settings.DryRunBody), call.principal)

    async def get(call: Call) -> settings.DryRunOut:
        return dry.get(call.path("job"), call.principal)

    async def cancel(call: Call) -> settings.DryRunOut:
        return dry.cancel(call.path("job"), call.principal)

    words, body, one = "Try which tickets a rule would have met", settings.DryRunBody, f"{DRY}/{{job}}"
    return [
        Route("POST", DRY, begin, may, words, body=body, response=out, status=202, errors=(409,), **NOTHING),
        Route("GET", one, get, may, "How far the trial is", response=out, errors=(404,)),
        Route("DELETE", one, cancel, may, "Cancel a trial", response=out, errors=(404,), **NOTHING),
    ]


def _macros(automation: Automation) -> list[Route]:
    macros, may = automation.macros, TICKETS_WORK

    async def every(call: Call) -> settings.MacroList:
        return settings.MacroList(items=await macros.every(call.principal))

    async def make(call: Call) -> settings.MacroOut:
        return await macros.put(None, call.body(settings.MacroBody), call.principal)

    async def change(call: Call) -> settings.MacroOut:
        return await macros.put(call.path("id"), call.body(settings.MacroBody), call.principal)

    async def remove(call: Call) -> None:
        await macros.remove(call.path("id"), call.principal)

    async def preview(call: Call) -> settings.PreviewOut:
        return await macros.preview(call.path("id"), call.path("macro"), call.principal)

    async def apply(call: Call) -> TicketOut:
        choice = call.query(settings.ApplyQuery).children
        return await macros.apply(call.path("id"), call.path("macro"), call.principal, choice)

    body, out, on = settings.MacroBody, settings.MacroOut, "/api/v1/tickets/{id}/macros/{macro}"
    shown, asked = settings.PreviewOut, settings.ApplyQuery
    return [
        Route("GET", MACROS, every, may, "One's own macros and everybody's", response=settings.MacroList),
        Route("POST", MACROS, make, may, "Add a macro", body=body, response=out, status=201, errors=(409,), **SET_UP),
        Route("PUT", ONE_MACRO, change, may, "Change a macro", body=body, response=out, errors=(404, 409), **SET_UP),
        Route("DELETE", ONE_MACRO, remove, may, "Remove a macro", errors=(404,), **SET_UP),
        Route("GET", on, preview, may, "What a macro would do to a ticket", response=shown, errors=(404, 422)),
        Route(
            "POST",
            on,
            apply,
            may,
            "Apply a macro",
            query=asked,
            response=TicketOut,
            errors=(404, 409, 422),
            audited=APPLIED,
        ),
    ]


def _replies(automation: Automation) -> list[Route]:
    replies, may = automation.replies, TICKETS_WORK

    async def every(call: Call) -> settings.ReplyList:
        return settings.ReplyList(items=await replies.every(call.principal))

    async def make(call: Call) -> settings.ReplyOut:
        return await replies.put(None, call.body(settings.ReplyBody), call.principal)

    async def change(call: Call) -> settings.ReplyOut:
        return await replies.put(call.path("id"), call.body(settings.ReplyBody), call.principal)

    async def remove(call: Call) -> None:
        await replies.remove(call.path("id"), call.principal)

    async def filled(call: Call) -> settings.FilledOut:
        return settings.FilledOut(text=await replies.filled(call.path("id"), call.path("reply"), call.principal))

    async def known(call: Call) -> settings.VariableList:
        return _variables(automation)

    body, out, on = settings.ReplyBody, settings.ReplyOut, "/api/v1/tickets/{id}/replies/{reply}"
    summary = "What can be filled in in texts of tickets"
    return [
        Route("GET", REPLIES, every, may, "One's own ready answers and everybody's", response=settings.ReplyList),
        Route(
            "POST", REPLIES, make, may, "Add an answer", body=body, response=out, status=201, errors=(409,), **SET_UP
        ),
        Route("PUT", ONE_REPLY, change, may, "Change an answer", body=body, response=out, errors=(404, 409), **SET_UP),
        Route("DELETE", ONE_REPLY, remove, may, "Remove an answer", errors=(404,), **SET_UP),
        Route("GET", on, filled, may, "An answer for one ticket", response=settings.FilledOut, errors=(404,)),
        Route("GET", "/api/v1/ticket-variables", known, TICKETS_VIEW, summary, response=settings.VariableList),
    ]


def _variables(automation: Automation) -> settings.VariableList:
    fields = automation.tickets.set_up.catalog.fields.items()
    ready = [settings.VariableOut(name=v.name, summary=v.summary, example=v.example) for v in variables.VARIABLES]
    own = [settings.VariableOut(name=CUSTOM + key, summary=row.name, example="") for key, row in fields]
    return settings.VariableList(items=[*ready, *own])
