from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from contactcenter.flows.interpreter import Session
from contactcenter.flows.problems import FlowError
from contactcenter.flows.store import FlowsChanged, FlowStore, UnknownFlow


def write(path: Path, *, name: str = "main", words: str = "Hello.", step: str = "say") -> None:
    """Saves a flow so that its stamp moves, as an editor does: a new file put in the old one's place."""
    draft = path.with_suffix(".new")
    draft.write_text(f"flow: {name}\nstart: a\nsteps:\n  a: {{{step}: {words}, next: b}}\n  b: {{hangup: closed}}\n")
    os.replace(draft, path)


def said(store: FlowStore, name: str = "main") -> str:
    return str(store.flow(name).model_dump()["steps"]["a"]["say"]["items"][0]["text"])


@pytest.fixture
def main(tmp_path: Path) -> Path:
    path = tmp_path / "main.yaml"
    write(path)
    return path


@pytest.fixture
def store(main: Path) -> FlowStore:
    store = FlowStore(main.parent)
    store.load_all()
    return store


def test_flows_are_found_by_name(store: FlowStore, main: Path) -> None:
    assert store.names == ("main",)
    assert said(store) == "Hello."
    with pytest.raises(UnknownFlow, match=r"there is no flow `mian`.*did you mean `main`"):
        store.flow("mian")


def test_folders_below_are_not_loaded(main: Path) -> None:
    (main.parent / "examples").mkdir()
    (main.parent / "examples" / "broken.yaml").write_text("x")
    (main.parent / "notes.txt").write_text("x")
    FlowStore(main.parent).load_all()


def test_a_broken_flow_refuses_the_start_with_its_line(main: Path) -> None:
    write(main, step="sya")
    with pytest.raises(FlowError) as raised:
        FlowStore(main.parent).load_all()
    assert [problem.line for problem in raised.value.problems] == [4]


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_without_flows_refuses_the_start(tmp_path: Path, exists: bool) -> None:
    directory = tmp_path / "flows"
    if exists:
        directory.mkdir()
    with pytest.raises(FlowError, match=r"there is no flow in this folder"):
        FlowStore(directory).load_all()


def test_two_files_with_one_name_refuse_the_start(main: Path) -> None:
    write(main.with_name("other.yaml"))
    with pytest.raises(FlowError, match=r"other.yaml:1:1: error: the flow `main` is also in main.yaml"):
        FlowStore(main.parent).load_all()


def test_nothing_changed_is_no_change(store: FlowStore) -> None:
    changes: list[FlowsChanged] = []
    store.on_change(changes.append)
    assert store.poll() is False
    assert changes == []


def test_a_good_change_is_taken_over_and_running_sessions_keep_theirs(store: FlowStore, main: Path) -> None:
    changes: list[FlowsChanged] = []
    store.on_change(changes.append)
    session = Session(store.flow("main"))
    write(main, words="Good day.")
    assert store.poll() is True
    assert said(store) == "Good day."
    assert session.flow.model_dump()["steps"]["a"]["say"]["items"][0]["text"] == "Hello."
    digest = hashlib.sha256(main.read_bytes()).hexdigest()
    assert changes == [FlowsChanged(("main",), (), (digest,))]
    assert store.poll() is False


def test_a_broken_change_is_reported_and_the_last_good_one_stays(store: FlowStore, main: Path) -> None:
    changes: list[FlowsChanged] = []
    store.on_change(changes.append)
    write(main, step="sya")
    assert store.poll() is True
    assert said(store) == "Hello."
    assert [(p.line, p.hint) for p in store.problems] == [(4, "did you mean `say`?")]
    assert store.poll() is False
    write(main)
    assert store.poll() is True
    assert store.problems == ()
    assert [change.reloaded for change in changes] == [(), ()]


def test_a_new_file_is_a_new_flow(store: FlowStore, main: Path) -> None:
    write(main.with_name("second.yaml"), name="second")
    assert store.poll() is True
    assert store.names == ("main", "second")


def test_a_file_that_is_gone_stays_in_use_with_a_warning(store: FlowStore, main: Path) -> None:
    main.unlink()
    assert store.poll() is True
    assert said(store) == "Hello."
    assert [(p.severity, "is gone" in p.message) for p in store.problems] == [("warning", True)]
    assert store.poll() is False
    write(main)
    assert store.poll() is True
    assert store.problems == ()


def test_a_renamed_flow_replaces_its_old_name(store: FlowStore, main: Path) -> None:
    write(main, name="reception")
    store.poll()
    assert store.names == ("reception",)


def test_a_flow_is_checked_again_when_the_queues_change(main: Path) -> None:
    main.write_text(
        "flow: main\nstart: a\nsteps:\n"
        "  a: {queue: {queue: sales, music: m.wav}, on_failure: b}\n  b: {hangup: failed}\n"
    )
    (main.parent / "m.wav").write_bytes(b"RIFF\0\0\0\0WAVE")
    queues = {"sales"}
    store = FlowStore(main.parent, known_queues=lambda: queues)
    store.load_all()
    queues.clear()
    queues.add("service")
    assert store.poll() is True
    assert [problem.message for problem in store.problems] == ["there is no queue `sales`"]
    assert store.flow("main").name == "main"
    queues.add("sales")
    assert store.poll() is True
    assert store.problems == ()


def test_a_flow_is_checked_again_when_the_calendars_change(main: Path) -> None:
    main.write_text("flow: main\nhours: {o: {calendar: office}}\nstart: a\nsteps:\n  a: {hangup: closed}\n")
    calendars = ["office"]
    store = FlowStore(main.parent, known_calendars=lambda: calendars)
    store.load_all()
    calendars.clear()
    assert store.poll() is True
    assert [problem.message for problem in store.problems] == ["there is no calendar `office`"]
    calendars.append("office")
    assert store.poll() is True
    assert store.problems == ()


def test_a_new_house_without_queues_starts_and_tells_what_is_missing(main: Path) -> None:
    main.write_text("flow: main\nstart: a\nsteps:\n  a: {queue: sales, on_failure: end}\n  end: {hangup: closed}\n")
    queues: set[str] = set()
    store = FlowStore(main.parent, known_queues=lambda: queues)
    store.load_all()
    assert not [problem for problem in store.problems if problem.severity == "error"]
    queues.add("other")
    store = FlowStore(main.parent, known_queues=lambda: queues)
    store.load_all()
    assert store.flow("main").start == "a"
    assert [problem.message for problem in store.problems if problem.severity == "error"] == [
        "there is no queue `sales`"
    ]
    queues.add("sales")
    store.poll()
    assert not [problem for problem in store.problems if problem.severity == "error"]


def to(name: str) -> str:
    return f"flow: main\nstart: a\nsteps:\n  a:\n    transfer: {{flow: {name}}}\n"


def test_a_flow_that_goes_on_in_one_that_is_not_there_is_told_with_its_line(store: FlowStore, main: Path) -> None:
    write(main.with_name("night.yaml"), name="night")
    main.write_text(to("nihgt"))
    assert store.poll() is True
    assert [(p.line, p.message, p.hint) for p in store.problems] == [
        (5, "there is no flow `nihgt`", "did you mean `night`?")
    ]
    main.write_text(to("night"))
    store.poll()
    assert store.problems == ()


@pytest.mark.parametrize("name", ["a-first", "z-last"])
def test_flows_may_lead_to_each_other_whichever_is_read_first(main: Path, name: str) -> None:
    main.write_text(to("night"))
    write(main.with_name(f"{name}.yaml"), name="night")
    store = FlowStore(main.parent)
    store.load_all()
    assert store.problems == ()
    assert store.look(to("nihgt"), "new.yaml")[0] is None
    assert store.look(to("night"), "new.yaml")[1] == []


def test_a_flow_that_leads_nowhere_is_told_and_is_no_reason_not_to_start(main: Path) -> None:
    main.write_text(to("nosuch"))
    store = FlowStore(main.parent)
    store.load_all()
    assert store.names == ("main",)
    assert [problem.message for problem in store.problems] == ["there is no flow `nosuch`"]
    write(main.with_name("nosuch.yaml"), name="nosuch")
    assert store.poll() is True
    assert store.problems == ()
