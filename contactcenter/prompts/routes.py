"""Prompts over HTTP."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from contactcenter.api.problems import Problem
from contactcenter.api.routes import AnyOf, Call, Route, Upload
from contactcenter.api.uploads import AUDIO, received
from contactcenter.audit.acts import NotAudited
from contactcenter.flows.permissions import FLOWS_VIEW
from contactcenter.prompts import acts
from contactcenter.prompts.permissions import PROMPTS_MANAGE
from contactcenter.prompts.set_up import PromptSetUp
from contactcenter.prompts.settings import (
    Language,
    NewPrompt,
    PromptBody,
    PromptList,
    PromptOut,
    SpeechBody,
    SpokenBody,
)

SOUND = Upload(most_bytes=30 * 2**20, kinds=AUDIO)
SEE = AnyOf(FLOWS_VIEW, PROMPTS_MANAGE)
_LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)


def routes(prompts: PromptSetUp) -> tuple[Route, ...]:
    async def every(call: Call) -> PromptList:
        return prompts.every()

    async def get(call: Call) -> PromptOut:
        return prompts.get(call.path("id"))

    async def make(call: Call) -> PromptOut:
        return await prompts.make(call.body(NewPrompt))

    async def change(call: Call) -> PromptOut:
        return await prompts.change(call.path("id"), call.body(PromptBody))

    async def remove(call: Call) -> None:
        await prompts.remove(call.path("id"))

    path, one = "/api/v1/prompts", "/api/v1/prompts/{id}"
    made: dict[str, Any] = {"response": PromptOut, "errors": (409,)}
    return (
        Route("GET", path, every, SEE, "What flows play to callers", response=PromptList),
        Route("GET", one, get, SEE, "One prompt", response=PromptOut),
        Route("POST", path, make, PROMPTS_MANAGE, "Make a prompt", body=NewPrompt, status=201,
              audited=(acts.PROMPT_MADE,), **made),
        Route("PUT", one, change, PROMPTS_MANAGE, "Change a prompt's name and note", body=PromptBody,
              audited=(acts.PROMPT_CHANGED,), **made),
        Route("DELETE", one, remove, PROMPTS_MANAGE, "Remove a prompt that no flow plays", errors=(409,),
              audited=(acts.PROMPT_REMOVED,)),
        *_recordings(prompts),
    )  # fmt: skip


def _recordings(prompts: PromptSetUp) -> tuple[Route, ...]:
    async def hear(call: Call) -> web.FileResponse:
        found = prompts.recording(call.path("id"), _language(call))
        return web.FileResponse(found.path, headers={"Content-Type": "audio/wav", "Cache-Control": "private, no-cache"})

    async def upload(call: Call) -> PromptOut:
        data = (await received(call, SOUND)).files[0].data
        return await prompts.upload(call.path("id"), _language(call), data)

    async def speak(call: Call) -> PromptOut:
        return await prompts.speak(call.path("id"), _language(call), call.body(SpokenBody).text)

    async def remove(call: Call) -> PromptOut:
        return await prompts.remove_recording(call.path("id"), _language(call))

    async def preview(call: Call) -> web.Response:
        body = call.body(SpeechBody)
        return web.Response(body=await prompts.spoken(body.text, body.language), content_type="audio/wav")

    one = "/api/v1/prompts/{id}/recordings/{language}"
    changed: dict[str, Any] = {"response": PromptOut, "audited": (acts.PROMPT_RECORDED,)}
    return (
        Route("GET", one, hear, SEE, "A recording", media_type="audio/wav", errors=(422,)),
        Route("PUT", one, upload, PROMPTS_MANAGE, "Replace a recording by a WAV, MP3, OGG or FLAC file", upload=SOUND,
              **changed),
        Route("PUT", f"{one}/speech", speak, PROMPTS_MANAGE, "Replace a recording by a spoken text", body=SpokenBody,
              **changed),
        Route("DELETE", one, remove, PROMPTS_MANAGE, "Remove a recording", errors=(409, 422), **changed),
        Route("POST", "/api/v1/speech", preview, PROMPTS_MANAGE, "A text spoken", body=SpeechBody,
              media_type="audio/wav", tag="Prompts", audited=NotAudited("it changes nothing")),
    )  # fmt: skip


def _language(call: Call) -> str:
    try:
        return _LANGUAGE.validate_python(call.path("language"))
    except ValidationError:
        detail = "language: must be a language tag, as en or de-AT."
        raise Problem(422, "invalid", "This cannot work", detail, field="language") from None
