"""The texts of mails over HTTP."""

from __future__ import annotations

from pydantic import BaseModel, TypeAdapter, ValidationError

from contactcenter.api.problems import Problem
from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.templates.acts import TEMPLATE_CHANGED, TEMPLATE_RESET
from contactcenter.templates.kinds import HOUSE, TemplateKind
from contactcenter.templates.permissions import TEMPLATES_MANAGE
from contactcenter.templates.service import Language, Templates, WordsBody

_LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)


class VariableOut(BaseModel):
    name: str
    summary: str
    example: str
    required: bool


class WordsOut(BaseModel):
    """`own`: changed here; `default` tells whether there are words to put it back to."""

    language: str
    subject: str
    text: str
    own: bool
    default: bool


class TemplateRow(BaseModel):
    """`summary` says when it is sent; `own`: languages in which it was changed."""

    key: str
    title: str
    summary: str
    subject: str
    languages: list[str]
    own: list[str]


class TemplateList(BaseModel):
    items: list[TemplateRow]


class TemplateOut(BaseModel):
    key: str
    title: str
    summary: str
    variables: list[VariableOut]
    words: list[WordsOut]


class PreviewBody(WordsBody):
    language: Language = "en"


class PreviewOut(BaseModel):
    subject: str
    text: str
    html: str


def routes(templates: Templates) -> tuple[Route, ...]:
    async def every(call: Call) -> TemplateList:
        return TemplateList(items=[_row(templates, kind) for kind in templates.kinds()])

    async def get(call: Call) -> TemplateOut:
        return _out(templates, templates.kind(call.path("key")))

    async def change(call: Call) -> TemplateOut:
        await templates.change(call.path("key"), _language(call), call.body(WordsBody))
        return _out(templates, templates.kind(call.path("key")))

    async def reset(call: Call) -> TemplateOut:
        await templates.reset(call.path("key"), _language(call))
        return _out(templates, templates.kind(call.path("key")))

    async def preview(call: Call) -> PreviewOut:
        body = call.body(PreviewBody)
        shown = templates.preview(templates.kind(call.path("key")), body.words, body.language)
        return PreviewOut(subject=shown.subject, text=shown.text, html=shown.html)

    path, may = "/api/v1/templates", TEMPLATES_MANAGE
    one, words = f"{path}/{{key}}", f"{path}/{{key}}/words/{{language}}"
    changed, put_back = (TEMPLATE_CHANGED,), (TEMPLATE_RESET,)
    nothing = NotAudited("it changes nothing")
    return (
        Route("GET", path, every, may, "Mails that are sent by themselves", response=TemplateList),
        Route("GET", one, get, may, "One mail: its words in every language", response=TemplateOut),
        Route("PUT", words, change, may, "Change a mail's words", body=WordsBody, response=TemplateOut,
              audited=changed),
        Route("DELETE", words, reset, may, "Back to the words it came with", response=TemplateOut,
              errors=(422,), audited=put_back),
        Route("POST", f"{one}/preview", preview, may, "How words would look, with examples filled in",
              body=PreviewBody, response=PreviewOut, audited=nothing),
    )  # fmt: skip


def _language(call: Call) -> str:
    try:
        return _LANGUAGE.validate_python(call.path("language"))
    except ValidationError:
        detail = "language: must be a language tag, as en or de-AT."
        raise Problem(422, "invalid", "This cannot work", detail, field="language") from None


def _row(templates: Templates, kind: TemplateKind) -> TemplateRow:
    own = templates.own(kind.key)
    english = own.get("en") or kind.defaults["en"]
    languages = sorted({*kind.defaults, *own})
    return TemplateRow(
        key=kind.key,
        title=kind.title,
        summary=kind.summary,
        subject=english.subject,
        languages=languages,
        own=sorted(own),
    )


def _out(templates: Templates, kind: TemplateKind) -> TemplateOut:
    own = templates.own(kind.key)
    shown = {**kind.defaults, **own}
    return TemplateOut(
        key=kind.key,
        title=kind.title,
        summary=kind.summary,
        variables=[
            VariableOut(name=each.name, summary=each.summary, example=each.example, required=each.required)
            for each in (*kind.variables, HOUSE)
        ],
        words=[
            WordsOut(
                language=language,
                subject=words.subject,
                text=words.text,
                own=language in own,
                default=language in kind.defaults,
            )
            for language, words in sorted(shown.items())
        ],
    )
