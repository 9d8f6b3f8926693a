"""One question to a process of its own: how far it is, the answer, a refusal, and that it never outlives who asked."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import msgspec
import pytest
import uvloop

from contactcenter.asked_process import NotAnswered, Said, ask
from tests.fakes.waiting import until


class Sum(msgspec.Struct):
    of: list[int]


class Found(msgspec.Struct):
    total: int


ADDS = """
import json, sys
from contactcenter.asked_process import Said, say
numbers = json.load(sys.stdin)["of"]
for place, _ in enumerate(numbers, 1):
    say(Said(progress=place / len(numbers)))
say(Said(answer={"total": sum(numbers)}))
print("what comes after is not read")
"""
LASTS = """
import os, pathlib, sys, time
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
print('{"progress": 0.5}', flush=True)
time.sleep(600)
"""


async def asked(script: str, *arguments: str, told: list[float] | None = None, numbers: int = 4) -> Found:
    heard = [] if told is None else told
    command = (sys.executable, "-c", script, *arguments)
    return await ask(command, Sum(of=list(range(numbers))), Said[Found], heard.append, {"ASKED": "here"})


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


async def test_it_tells_how_far_it_is_and_then_the_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Our packages are found from anywhere.
    monkeypatch.chdir(tmp_path)
    told: list[float] = []
    assert await asked(ADDS, told=told) == Found(total=6)
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_on_the_loop_that_servers_run_on() -> None:
    """Which knows fewer ways to begin a process."""
    assert uvloop.run(asked(ADDS)) == Found(total=6)


async def test_a_question_and_an_answer_of_any_length() -> None:
    many = "{'answer': {'total': len(json.load(sys.stdin)['of']), 'more': 'x' * 300_000}}"
    assert await asked(f"import json, sys; print(json.dumps({many}))", numbers=200_000) == Found(total=200_000)


async def test_what_is_added_to_the_environment_is_there_besides_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OURS", "too")
    both = "{'refused': os.environ['ASKED'] + os.environ['OURS']}"
    with pytest.raises(NotAnswered, match="heretoo"):
        await asked(f"import json, os, sys; sys.stdin.read(); print(json.dumps({both}))")


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ('print(\'{"refused": "No room."}\')', "No room."),
        ("import sys; sys.stdin.read(); sys.exit(3)", "ended with code 3 without a result"),
        ("import sys; sys.exit(3)", "ended with code 3 without a result"),
        ("import sys; sys.stdin.read()", "ended with code 0 without a result"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            "ended by signal 9 without a result; perhaps",
        ),
    ],
)
async def test_without_an_answer_a_sentence_says_why(script: str, sentence: str) -> None:
    with pytest.raises(NotAnswered, match=sentence):
        await asked(script)


@pytest.mark.parametrize("said", ["no JSON", '{"answer": {"total": "many"}}', "[]"])
async def test_what_nobody_understands_is_a_mistake_of_ours(said: str) -> None:
    with pytest.raises(msgspec.MsgspecError):
        await asked(f"import sys; sys.stdin.read(); print({said!r})")


async def test_cancelled_the_process_is_no_more(tmp_path: Path) -> None:
    told: list[float] = []
    asking = asyncio.create_task(asked(LASTS, str(tmp_path / "id"), told=told))
    await until(lambda: told == [0.5], "it has begun")
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not is_there(int((tmp_path / "id").read_text()))


async def test_a_mistake_of_who_listens_ends_it_too(tmp_path: Path) -> None:
    def broken(share: float) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await ask((sys.executable, "-c", LASTS, str(tmp_path / "id")), Sum(of=[]), Said[Found], broken)
    assert not is_there(int((tmp_path / "id").read_text()))
