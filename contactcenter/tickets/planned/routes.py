"""Reminders and recurring tickets over HTTP, and how they plug in."""

from __future__ import annotations

from typing import Any

from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.plugin import Plugin
from contactcenter.tickets import acts
from contactcenter.tickets.permissions import TICKETS_SET_UP, TICKETS_VIEW
from contactcenter.tickets.planned import settings
from contactcenter.tickets.planned.configuration import section
from contactcenter.tickets.planned.planner import Planner
from contactcenter.tickets.planned.privacy import personal
from contactcenter.tickets.planned.schedule import Schedule
from contactcenter.tickets.routes import ONE

RECURRING, ONE_RECURRING = "/api/v1/ticket-recurrences", "/api/v1/ticket-recurrences/{id}"
MINE, OF_TICKET = "/api/v1/ticket-reminders", f"{ONE}/reminders"
SET_UP: dict[str, Any] = {"audited": (acts.SET_UP,)}
OWN: dict[str, Any] = {"audited": NotAudited("a note to oneself")}


def load(planner: Planner) -> Plugin:
    return Plugin(
        name="ticket-plans",
        routes=(*_reminders(planner), *_recurring(planner)),
        personal=(personal(planner.tickets.database),),
        configuration=(section(planner.recurring, planner.tickets.database),),
    )


def _reminders(planner: Planner) -> list[Route]:
    reminders, may, listed, new = planner.reminders, TICKETS_VIEW, settings.ReminderList, settings.NewReminder

    async def mine(call: Call) -> settings.ReminderList:
        return await reminders.of(call.principal)

    async def of_ticket(call: Call) -> settings.ReminderList:
        return await reminders.of(call.principal, call.path("id"))

    async def add(call: Call) -> settings.ReminderOut:
        return await reminders.add(call.path("id"), call.body(settings.NewReminder), call.principal)

    async def remove(call: Call) -> None:
        await reminders.remove(call.path("id"), _number(call.path("reminder")), call.principal)

    out: dict[str, Any] = {"response": settings.ReminderOut, "status": 201, "errors": (404,), **OWN}
    return [
        Route("GET", MINE, mine, may, "One's own reminders to come", response=listed),
        Route("GET", OF_TICKET, of_ticket, may, "One's own reminders of a ticket", response=listed, errors=(404,)),
        Route("POST", OF_TICKET, add, may, "Be reminded of a ticket", body=new, **out),
        Route("DELETE", f"{OF_TICKET}/{{reminder}}", remove, may, "Forget a reminder", errors=(404,), **OWN),
    ]


def _number(text: str) -> int:
    """An id that cannot be one is nobody's."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _recurring(planner: Planner) -> list[Route]:
    recurring, may = planner.recurring, TICKETS_SET_UP
    new, body, out, listed = (
        settings.NewRecurrence,
        settings.RecurrenceBody,
        settings.RecurrenceOut,
        settings.RecurrenceList,
    )

    async def every(call: Call) -> settings.RecurrenceList:
        return settings.RecurrenceList(items=await recurring.every())

    async def make(call: Call) -> settings.RecurrenceOut:
        asked = call.body(settings.NewRecurrence)
        plain = settings.RecurrenceBody.model_validate(asked.model_dump(exclude={"id"}))
        return await recurring.put(None, plain, asked.id)

    async def change(call: Call) -> settings.RecurrenceOut:
        return await recurring.put(call.path("id"), call.body(settings.RecurrenceBody))

    async def remove(call: Call) -> None:
        await recurring.remove(call.path("id"))

    async def moments(call: Call) -> settings.Moments:
        return settings.Moments(items=recurring.moments(call.body(Schedule)))

    preview: dict[str, Any] = {"body": Schedule, "response": settings.Moments, "audited": NotAudited("only reckoned")}
    made: dict[str, Any] = {"body": new, "response": out, "status": 201, "errors": (409,), **SET_UP}
    changed: dict[str, Any] = {"body": body, "response": out, "errors": (404, 409), **SET_UP}
    return [
        Route("GET", RECURRING, every, may, "Tickets that are made again and again", response=listed),
        Route("POST", RECURRING, make, may, "Add a recurring ticket", **made),
        Route("POST", f"{RECURRING}/moments", moments, may, "When a schedule comes next", **preview),
        Route("PUT", ONE_RECURRING, change, may, "Change a recurring ticket", **changed),
        Route("DELETE", ONE_RECURRING, remove, may, "Remove a recurring ticket", errors=(404,), **SET_UP),
    ]
