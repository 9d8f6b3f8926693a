"""Flows over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from contactcenter.api.problems import not_found
from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.flows import acts
from contactcenter.flows.permissions import FLOWS_MANAGE, FLOWS_VIEW
from contactcenter.flows.samples import SAMPLES
from contactcenter.flows.set_up import FlowSetUp
from contactcenter.flows.settings import (
    CheckBody,
    Checked,
    FlowList,
    FlowOut,
    NewFile,
    NewFlow,
    SampleBody,
    SampleList,
    SampleOut,
    SampleText,
    SavedFlow,
    TrialOut,
    TryBody,
    VersionList,
    VersionOut,
)

FirstOf = Callable[[], str]


def routes(flows: FlowSetUp, first_queue: FirstOf, first_calendar: FirstOf) -> tuple[Route, ...]:
    """`first_queue` and `first_calendar` give an id for samples, or ""."""

    async def every(call: Call) -> FlowList:
        return flows.every()

    async def get(call: Call) -> FlowOut:
        return await flows.get(call.path("file"))

    async def make(call: Call) -> FlowOut:
        body = call.body(NewFlow)
        return await flows.make(body, queue=body.queue or first_queue(), calendar=body.calendar or first_calendar())

    async def save(call: Call) -> FlowOut:
        return await flows.save(call.path("file"), call.body(SavedFlow))

    async def rename(call: Call) -> FlowOut:
        return await flows.rename(call.path("file"), call.body(NewFile).file)

    async def remove(call: Call) -> None:
        await flows.remove(call.path("file"))

    path, one = "/api/v1/flows", "/api/v1/flows/{file}"
    made: dict[str, Any] = {"response": FlowOut, "errors": (409, 503)}
    return (
        Route("GET", path, every, FLOWS_VIEW, "Flows, how they stand, what leads to them", response=FlowList),
        Route("GET", one, get, FLOWS_VIEW, "One flow: its text and its steps", response=FlowOut, errors=(503,)),
        Route("POST", path, make, FLOWS_MANAGE, "Make a flow, of a text or a sample", body=NewFlow, status=201,
              audited=(acts.FLOW_MADE,), **made),
        Route("PUT", one, save, FLOWS_MANAGE, "Change a flow; from the next call on it counts", body=SavedFlow,
              audited=(acts.FLOW_SAVED,), **made),
        Route("POST", f"{one}/rename", rename, FLOWS_MANAGE, "Give a flow's file another name", body=NewFile,
              audited=(acts.FLOW_RENAMED,), **made),
        Route("DELETE", one, remove, FLOWS_MANAGE, "Remove a flow that nothing leads to", errors=(409, 503),
              audited=(acts.FLOW_REMOVED,)),
        *_versions(flows),
        *_trying(flows),
    )  # fmt: skip


def _versions(flows: FlowSetUp) -> tuple[Route, ...]:
    async def every(call: Call) -> VersionList:
        return await flows.versions(call.path("file"))

    async def get(call: Call) -> VersionOut:
        return await flows.version(call.path("file"), _id(call))

    async def restore(call: Call) -> FlowOut:
        return await flows.restore(call.path("file"), _id(call))

    path = "/api/v1/flows/{file}/versions"
    return (
        Route("GET", path, every, FLOWS_VIEW, "Who changed a flow when", response=VersionList),
        Route("GET", f"{path}/{{id}}", get, FLOWS_VIEW, "An earlier version, and what has changed since",
              response=VersionOut),
        Route("POST", f"{path}/{{id}}/restore", restore, FLOWS_MANAGE, "Make an earlier version the present one",
              response=FlowOut, errors=(409, 422, 503), audited=(acts.FLOW_RESTORED,)),
    )  # fmt: skip


def _trying(flows: FlowSetUp) -> tuple[Route, ...]:
    async def check(call: Call) -> Checked:
        return flows.check(call.body(CheckBody))

    async def walk(call: Call) -> TrialOut:
        return flows.tried(call.body(TryBody))

    async def samples(call: Call) -> SampleList:
        shown = [{key: value for key, value in asdict(each).items() if key != "text"} for each in SAMPLES]
        return SampleList(items=[SampleOut.model_validate(each) for each in shown])

    async def filled(call: Call) -> SampleText:
        body = call.body(SampleBody)
        return SampleText(text=flows.sample(body.name, body.sample, body.queue, body.calendar or ""))

    nothing = NotAudited("it changes nothing")
    return (
        Route("POST", "/api/v1/flow-checks", check, FLOWS_VIEW, "What is wrong with a text", body=CheckBody,
              response=Checked, audited=nothing, tag="Flows"),
        Route("POST", "/api/v1/flow-trials", walk, FLOWS_VIEW, "Walk a flow with keys typed and time passing",
              body=TryBody, response=TrialOut, audited=nothing, tag="Flows"),
        Route("GET", "/api/v1/flow-samples", samples, FLOWS_VIEW, "Flows to begin with", response=SampleList,
              tag="Flows"),
        Route("POST", "/api/v1/flow-samples/filled", filled, FLOWS_VIEW, "The text of a sample, filled in",
              body=SampleBody, response=SampleText, audited=nothing, tag="Flows"),
    )  # fmt: skip


def _id(call: Call) -> int:
    given = call.path("id")
    if not given.isdecimal() or not given.isascii() or len(given) > 9:
        raise not_found("version")
    return int(given)
