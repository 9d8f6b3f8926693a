"""The set-up of queues, calendars and what holds for all of them, over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

from pydantic import BaseModel

from contactcenter.api.routes import Call, Handler, Route
from contactcenter.audit.acts import ActKind
from contactcenter.queues import acts
from contactcenter.queues.calendar_set_up import CalendarSetUp, Preview, PreviewQuery
from contactcenter.queues.calendar_settings import (
    CalendarList,
    CalendarOut,
    ChangedCalendar,
    EmergencyBody,
    NewCalendar,
)
from contactcenter.queues.dispositions import DispositionSettings, DispositionSetUp
from contactcenter.queues.general import GeneralSetUp, OrderIs, ReasonSettings, StrategyList, strategies
from contactcenter.queues.holiday_countries import CountryList, holiday_countries
from contactcenter.queues.permissions import ROUTING_MANAGE, ROUTING_VIEW
from contactcenter.queues.queue_set_up import QueueSetUp
from contactcenter.queues.set_up import SetUp
from contactcenter.queues.settings import ChangedQueue, NewQueue, QueueSettings

VIEW, MANAGE = ROUTING_VIEW, ROUTING_MANAGE


def routes(set_up: SetUp) -> list[Route]:
    return [
        *_queues(QueueSetUp(set_up)),
        *_calendars(CalendarSetUp(set_up)),
        *_general(GeneralSetUp(set_up)),
        *_results(DispositionSetUp(set_up)),
    ]


def _queues(queues: QueueSetUp) -> list[Route]:
    async def get(call: Call) -> QueueSettings:
        return await queues.seen(call.path("id"), call.principal)

    async def make(call: Call) -> QueueSettings:
        return await queues.make(call.body(NewQueue))

    async def change(call: Call) -> QueueSettings:
        return await queues.change(call.path("id"), call.body(ChangedQueue))

    async def remove(call: Call) -> None:
        await queues.remove(call.path("id"))

    path, one = "/api/v1/queues", "/api/v1/queues/{id}"
    return [
        Route("GET", one, get, VIEW, "A queue's settings and members", response=QueueSettings),
        Route(
            "POST",
            path,
            make,
            MANAGE,
            "Make a queue",
            body=NewQueue,
            response=QueueSettings,
            status=201,
            errors=(409,),
            audited=(acts.QUEUE_MADE,),
        ),
        Route(
            "PUT",
            one,
            change,
            MANAGE,
            "Change a queue; without `members` they stay",
            body=ChangedQueue,
            response=QueueSettings,
            errors=(409,),
            audited=(acts.QUEUE_CHANGED,),
        ),
        Route(
            "DELETE",
            one,
            remove,
            MANAGE,
            "Remove an empty queue that nothing leads to",
            errors=(409,),
            audited=(acts.QUEUE_REMOVED,),
        ),
    ]


def _calendars(calendars: CalendarSetUp) -> list[Route]:
    async def every(call: Call) -> CalendarList:
        return calendars.all()

    async def get(call: Call) -> CalendarOut:
        return calendars.get(call.path("id"))

    async def make(call: Call) -> CalendarOut:
        return await calendars.make(call.body(NewCalendar))

    async def change(call: Call) -> CalendarOut:
        return await calendars.change(call.path("id"), call.body(ChangedCalendar))

    async def remove(call: Call) -> None:
        await calendars.remove(call.path("id"))

    async def throw(call: Call) -> CalendarOut:
        return await calendars.throw(call.path("id"), call.body(EmergencyBody).root)

    async def preview(call: Call) -> Preview:
        return calendars.preview(call.path("id"), call.query(PreviewQuery))

    async def countries(call: Call) -> CountryList:
        return await asyncio.to_thread(holiday_countries)

    path, one = "/api/v1/calendars", "/api/v1/calendars/{id}"
    made: dict[str, Any] = {"response": CalendarOut, "errors": (409,)}
    return [
        Route("GET", path, every, VIEW, "Calendars and who asks them", response=CalendarList),
        Route("GET", one, get, VIEW, "One calendar", response=CalendarOut),
        Route(
            "POST",
            path,
            make,
            MANAGE,
            "Make a calendar",
            body=NewCalendar,
            status=201,
            audited=(acts.CALENDAR_MADE,),
            **made,
        ),
        Route(
            "PUT",
            one,
            change,
            MANAGE,
            "Change a calendar's hours",
            body=ChangedCalendar,
            audited=(acts.CALENDAR_CHANGED,),
            **made,
        ),
        Route(
            "DELETE",
            one,
            remove,
            MANAGE,
            "Remove a calendar that nothing asks",
            errors=(409,),
            audited=(acts.CALENDAR_REMOVED,),
        ),
        Route(
            "PUT",
            f"{one}/emergency",
            throw,
            MANAGE,
            "Close (or open) whatever the hours say; null takes it back",
            body=EmergencyBody,
            response=CalendarOut,
            audited=(acts.CALENDAR_SWITCHED,),
        ),
        Route("GET", "/api/v1/holiday-countries", countries, VIEW, "Whose holidays are known", response=CountryList),
        Route("GET", f"{one}/preview", preview, VIEW, "The days to come and why", query=PreviewQuery, response=Preview),
    ]


def _general(general: GeneralSetUp) -> list[Route]:
    async def list_strategies(call: Call) -> StrategyList:
        return strategies()

    async def get_reasons(call: Call) -> ReasonSettings:
        return general.reasons()

    async def put_reasons(call: Call) -> ReasonSettings:
        return await general.put_reasons(call.body(ReasonSettings))

    async def get_order(call: Call) -> OrderIs:
        return general.order()

    async def put_order(call: Call) -> OrderIs:
        return await general.put_order(call.body(OrderIs))

    reasons, order = "/api/v1/pause-reasons/settings", "/api/v1/routing/order"
    return [
        Route("GET", "/api/v1/strategies", list_strategies, VIEW, "Strategies and their rules", response=StrategyList),
        Route("GET", reasons, get_reasons, VIEW, "Reasons to pause, with what they count as", response=ReasonSettings),
        _put(reasons, put_reasons, "Replace all reasons to pause", ReasonSettings, acts.PAUSE_REASONS_CHANGED),
        Route("GET", order, get_order, VIEW, "Which queue goes first", response=OrderIs),
        _put(order, put_order, "Choose which queue goes first", OrderIs, acts.ORDER_CHANGED),
    ]


def _results(dispositions: DispositionSetUp) -> list[Route]:
    async def get(call: Call) -> DispositionSettings:
        return dispositions.all()

    async def put(call: Call) -> DispositionSettings:
        return await dispositions.put(call.body(DispositionSettings))

    path = "/api/v1/dispositions/settings"
    return [
        Route("GET", path, get, VIEW, "Results of contacts, with queue and note", response=DispositionSettings),
        _put(path, put, "Replace all results of contacts", DispositionSettings, acts.DISPOSITIONS_CHANGED),
    ]


def _put(path: str, handler: Handler, summary: str, model: type[BaseModel], act: ActKind) -> Route:
    return Route("PUT", path, handler, MANAGE, summary, body=model, response=model, audited=(act,))
