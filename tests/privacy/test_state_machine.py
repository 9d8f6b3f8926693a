"""Erase, export, hold, keep, back up, restore in any order: who is erased is found nowhere."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contactcenter.api.problems import Problem
from contactcenter.privacy.retention import Run
from contactcenter.privacy.settings import HoldBody
from tests.privacy.house import House, house
from tests.privacy.test_erasure import asked, of
from tests.privacy.test_retention import rules

T = TypeVar("T")
NUMBERS = {"ada": "+4930111111", "bob": "+4930222222"}
who = st.sampled_from(sorted(NUMBERS))


class PrivacyMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="privacy-"))
        self.known: dict[str, set[str]] = {name: set() for name in NUMBERS}
        self.said: dict[str, set[str]] = {name: set() for name in NUMBERS}
        self.gone: set[str] = set()
        self.redone: set[str] = set()
        self.holds: dict[str, str] = {}
        self.backup: tuple[dict[str, set[str]], dict[str, str]] | None = None
        self.calls = 0
        self.begin(1_790_000_000.0)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def begin(self, now: float) -> None:
        self.opened: AbstractAsyncContextManager[House] = house(self.folder / "run", now=now)
        (self.folder / "run").mkdir(exist_ok=True)
        self.center = self.do(self.opened.__aenter__())

    def end(self) -> None:
        self.do(self.opened.__aexit__(None, None, None))

    def teardown(self) -> None:
        self.end()
        self.runner.close()
        shutil.rmtree(self.folder)

    @rule(name=who)
    def call(self, name: str) -> None:
        self.calls += 1
        word = f"{name}word{self.calls}x"
        self.center.pass_days(0.5)
        self.do(self.center.call(word, NUMBERS[name]))
        self.known[name].add(f"Secret of {word}")
        self.said[name].add(f"Secret of {word}")

    @rule(name=who)
    def erase(self, name: str) -> None:
        self.center.pass_days(0.1)
        try:
            self.do(self.center.privacy.requests.ask("erase", asked(NUMBERS[name])))
        except Problem:
            assert name in self.holds
            return
        assert name not in self.holds
        self.do(self.center.privacy.runner.run_waiting())
        self.gone |= self.known[name]
        self.known[name] = set()
        # What had been kept long enough before comes back with a backup, and goes again at once.
        self.redone |= self.said[name]

    @rule(name=who)
    def export(self, name: str) -> None:
        self.do(self.center.privacy.requests.ask("export", asked(NUMBERS[name])))
        self.do(self.center.privacy.runner.run_waiting())

    @rule(name=who)
    def hold(self, name: str) -> None:
        if name not in self.holds:
            made = self.do(self.center.privacy.holds.set(HoldBody(reason="A lawsuit.", subject=of(NUMBERS[name]))))
            self.holds[name] = made.id

    @rule(name=who)
    def release(self, name: str) -> None:
        if hold_id := self.holds.pop(name, None):
            self.do(self.center.privacy.holds.release(hold_id))

    @rule()
    def keep_for_a_day(self) -> None:
        self.do(self.center.privacy.retention.set(rules(("interactions", None, 1), ("recordings", None, 1))))
        self.center.pass_days(2)
        self.do(self.center.privacy.retention.run(Run(datetime.now(UTC))))
        for name in NUMBERS.keys() - self.holds.keys():
            # Not compacted: the words may still stand in free pages, but nobody is shown them.
            self.known[name] = set()

    @rule()
    def back_up(self) -> None:
        now = self.center.now
        self.end()
        shutil.rmtree(self.folder / "backup", ignore_errors=True)
        shutil.copytree(self.folder / "run", self.folder / "backup", ignore=shutil.ignore_patterns("privacy"))
        self.backup = {name: set(words) for name, words in self.known.items()}, dict(self.holds)
        self.begin(now)

    @rule()
    def restore(self) -> None:
        if self.backup is None:
            return
        now = self.center.now
        self.end()
        for path in (self.folder / "run").iterdir():
            if path.name != "privacy":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(self.folder / "backup", self.folder / "run", dirs_exist_ok=True)
        words, holds = self.backup
        self.known = {name: each - self.gone - self.redone for name, each in words.items()}
        self.holds = dict(holds)
        self.begin(now)

    @invariant()
    def erased_is_found_nowhere(self) -> None:
        everything = self.do(self.center.everything())
        assert not [word for word in self.gone if word in everything]
        assert all(word in everything for words in self.known.values() for word in words)


TestPrivacy = PrivacyMachine.TestCase
TestPrivacy.settings = settings(max_examples=12, stateful_step_count=14, deadline=None)
