"""Words of mails: which count, what may stand in them, how they are laid out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from contactcenter.api.problems import Problem
from contactcenter.configuration.plan import apply, plan
from contactcenter.slots import TemplateError, parse
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from contactcenter.templates.configuration import sections
from contactcenter.templates.kinds import TemplateKind, Variable, Words
from contactcenter.templates.layout import Look, laid_out
from contactcenter.templates.service import Templates, WordsBody

LINK = Variable("link", "The way in", "https://cc.example.com/a", required=True)
HELLO = TemplateKind(
    key="test.hello",
    title="Hello",
    summary="When somebody comes.",
    variables=(Variable("name", "Name", "Ann"), LINK),
    defaults={"en": Words("Hello {name}", "{link}"), "de": Words("Guten Tag {name}", "{link}")},
)
LOOK = Look(house="Northwind & Sons", footer="Northwind, Berlin\nhttps://northwind.example", accent="#123456")


@pytest.fixture
async def templates(tmp_path: Path) -> AsyncIterator[Templates]:
    url = f"sqlite+aiosqlite:///{tmp_path}/cc.db"
    await upgrade(url)
    database = Database(url)
    found = Templates(database, look=lambda: LOOK, now=lambda: 1_777_777_777.0)
    found.add(HELLO)
    yield found
    await database.stop()


async def test_own_words_come_first_and_languages_fall_back(templates: Templates) -> None:
    subjects = [templates.render("test.hello", tag, {"name": "A"}).subject for tag in ("de-AT", "fr", "", "en-GB")]
    assert subjects == ["Guten Tag A", "Hello A", "Hello A", "Hello A"]
    await templates.change("test.hello", "de-AT", WordsBody(subject="Servus {name}", text="{link}"))
    await templates.change("test.hello", "en", WordsBody(subject="Hi {name} of {house}", text="{link}"))
    assert templates.render("test.hello", "de-AT", {"name": "A"}).subject == "Servus A"
    assert templates.render("test.hello", "de", {"name": "A"}).subject == "Guten Tag A"
    assert templates.render("test.hello", "it", {"name": "A"}).subject == "Hi A of Northwind & Sons"
    await templates.reset("test.hello", "en")
    assert templates.render("test.hello", "it", {"name": "A"}).subject == "Hello A"
    with pytest.raises(Problem, match="no such"):
        await templates.reset("test.hello", "en")


@pytest.mark.parametrize(
    ("subject", "text", "field", "words"),
    [
        ("{nmae}", "{link}", "subject", "did you mean `name`"),
        ("x", "{link", "text", "is not closed"),
        ("x", "no way in", "text", "must hold `{link}`"),
        ("x", "{link} }", "text", "closes nothing"),
        ("x", "{link|digits}", "text", "no filter"),
    ],
)
async def test_what_cannot_be_filled_in_names_the_field(
    templates: Templates, subject: str, text: str, field: str, words: str
) -> None:
    with pytest.raises(Problem) as refused:
        await templates.change("test.hello", "en", WordsBody(subject=subject, text=text))
    assert (refused.value.status, refused.value.extra["field"]) == (422, field)
    assert words in refused.value.detail
    assert not templates.own("test.hello")


def test_a_kind_with_a_mistake_does_not_start() -> None:
    with pytest.raises(ValueError, match="nothing is called x"):
        TemplateKind(key="test.x", title="", summary="", defaults={"en": Words("{x}", "")})
    with pytest.raises(ValueError, match="English"):
        TemplateKind(key="test.x", title="", summary="", defaults={"de": Words("", "")})


def test_a_mail_is_text_and_html_and_values_cannot_change_either() -> None:
    words = Words("For {name}", "Dear {name},\n\n{link}\n\nSee {link}.\nBye")
    values = {"name": "<b>Eve</b>\r\nBcc: x {link}", "link": 'https://x.example/a?b="&c'}
    mail = laid_out(words, values, LOOK, "he")
    assert mail.subject == "For <b>Eve</b> Bcc: x {link}"
    assert "<b>" not in mail.html
    assert "&lt;b&gt;Eve&lt;/b&gt;" in mail.html
    assert 'dir="rtl"' in mail.html
    assert "Northwind &amp; Sons" in mail.html
    assert mail.text.endswith("-- \nNorthwind, Berlin\nhttps://northwind.example\n")
    assert 'href="https://northwind.example"' in mail.html


def test_a_line_of_which_nothing_is_left_goes() -> None:
    words = Words("s", "{agent}\n{house}\n\nPlease answer.{files}\n{link}\n\nGoodbye")
    mail = laid_out(words, {"agent": "Anna", "link": "", "files": ""}, Look(), "en")
    assert mail.text == "Anna\n\nPlease answer.\n\nGoodbye\n"
    named = laid_out(words, {"agent": "Anna", "link": "", "files": ""}, Look(house="Fix"), "en")
    assert named.text.startswith("Anna\nFix\n\nPlease")


@given(st.text(max_size=200), st.dictionaries(st.sampled_from(["name", "link"]), st.text(max_size=50)))
@effort(max_examples=100, deadline=None)
def test_any_text_is_laid_out_or_refused_by_the_parser(text: str, values: dict[str, str]) -> None:
    try:
        parse(text)
    except TemplateError:
        with pytest.raises(TemplateError):
            laid_out(Words("s", text), values, LOOK, "en")
        return
    mail = laid_out(Words(text, text), values, LOOK, "en")
    assert "\n" not in mail.subject
    body = mail.html.partition("<body")[2]
    assert body.count("<p") == body.count("</p>")
    assert "<script" not in mail.html.lower()


async def test_words_as_files(templates: Templates) -> None:
    await templates.change("test.hello", "de", WordsBody(subject="Servus", text="{link}"))
    parts = sections(templates)
    database = templates._database
    text = "test.hello:\n  languages:\n    fr:\n      subject: Bonjour {name}\n      text: '{link}'\n"
    planned = await plan(parts, {"templates.yaml": text})
    await apply(parts, planned, database, by=None)
    assert templates.own("test.hello") == {"fr": Words("Bonjour {name}", "{link}")}
    assert not (await plan(parts, {"templates.yaml": text})).changes
